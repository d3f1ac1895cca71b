"""Each pixel its colour: flat pixels as found, every other one as a mix of two palette colours near it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Pixels, freeze_fields
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.mixes import LAST_RADIUS, EdgePixels, Mix, explain, explain_further, unexplained
from svgai.draw.contour.labels.palette import Palette, Seeds
from svgai.draw.contour.labels.ring import ringed_labels, ringed_shares
from svgai.draw.contour.labels.speckles import sure_seeds, without_speckles
from svgai.draw.contour.labels.thin_features import explain_thin
from svgai.draw.outline.shares import Shares
from svgai.picture.raster import Raster
from svgai.records import Record

# In a sharpened picture pixels lie up to 20 % of the contrast beyond the two colours of their edge. Sharpening by
# 60 % at a radius of 1 px does that to an eighth to a fifth of the edge pixels (measured on the corpus).
OVERSHOOT = 0.2
# A picture is asked for overshoot only where two colours leave more than 3 % of its edge pixels unexplained, and has
# it where overshoot explains 40 % of those and more than that 3 %. Sharpened pictures reach 53–100 %; of 108 clean
# drawings none reaches 2 % (measured on the corpus).
SHARPENED, EXPLAINS = 0.03, 0.4


class Labels(Record):
    """Each pixel's palette colour, the larger share where two mix.

    labels: (h + 2, w + 2) int16, with a ring around. at: (n,) flat indices, without the ring, of the pixels that the
    mix explains.
    """

    palette: Palette
    labels: NDArray[np.int16]
    at: Index
    mix: Mix

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def shares(self) -> Shares:
        """Both colours of every pixel, (h + 2, w + 2), with the ring."""
        return ringed_shares(self.labels, Shares.of(self.labels[1:-1, 1:-1], self.at, self.mix))


def explained(pixels: EdgePixels) -> tuple[EdgePixels, Mix]:
    """The mixes of edge pixels, and the pixels with the metric that suits the picture: it may have been sharpened."""
    mix, metric = explain(pixels), pixels.metric
    rows = np.flatnonzero(unexplained(pixels, mix))
    if len(rows) <= SHARPENED * len(pixels.at):
        return pixels, mix
    sharpened = replace(pixels, metric=replace(metric, overshoot=OVERSHOOT))
    again = explain(sharpened.take(rows))
    gained = np.flatnonzero(again.error <= metric.explained)
    if len(gained) <= max(SHARPENED * len(pixels.at), EXPLAINS * len(rows)):
        return pixels, mix
    return sharpened, mix.replaced(rows[gained], again.take(gained))


def label(raster: Raster, premultiplied: Pixels, seeds: Seeds, limit: int) -> Labels:
    """Labels of all pixels; thin features' colours are added to the palette while it has less than `limit`."""
    metric = Metric(raster.noise)
    seeds = replace(seeds, labels=sure_seeds(seeds, premultiplied, metric))
    at = np.flatnonzero(seeds.labels.ravel() < 0)
    pixels, mix = explained(EdgePixels.of(seeds.labels, at, premultiplied, seeds.palette, metric))
    palette, mix = explain_thin(raster, premultiplied, seeds.palette, pixels, mix, limit)
    pixels = replace(pixels, colors=metric.features(palette.premultiplied))
    mix = without_speckles(pixels, explain_further(pixels, mix, LAST_RADIUS))
    return Labels(palette, ringed_labels(pixels.labelled(mix), at, mix, palette), at, mix)
