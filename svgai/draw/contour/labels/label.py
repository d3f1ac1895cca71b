"""Each pixel its colour: flat pixels as found, every other one as a mix of two palette colours near it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.mixes import LAST_RADIUS, Mix, Shares, explain, improve
from svgai.draw.contour.labels.palette import Palette, Seeds
from svgai.draw.contour.labels.ring import ringed_labels, ringed_shares
from svgai.draw.contour.labels.speckles import merge_speckles, sure_seeds
from svgai.draw.contour.labels.thin_features import explain_thin
from svgai.picture.raster import Raster

# Sharpening by 60 % at a radius of 1 px leaves an eighth to a fifth of the edge pixels beyond both colours, and that
# explains 53–100 % of what two colours do not; of 108 clean drawings none has 2 %.
OVERSHOOT, SHARPENED, EXPLAINS = 0.2, 0.03, 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Each pixel's palette colour, the larger share where two mix.

    labels: (h + 2, w + 2) int16, with a ring around. at: (n,) flat indices, without the ring, of pixels that mix has.
    """

    palette: Palette
    labels: NDArray[np.int16]
    at: NDArray[np.int64]
    mix: Mix

    @property
    def shares(self) -> Shares:
        """Both colours of every pixel, (h + 2, w + 2), with the ring."""
        return ringed_shares(self.labels, Shares.of(self.labels[1:-1, 1:-1], self.at, self.mix))


def explained(
    labels: NDArray[np.int16],
    at: NDArray[np.int64],
    x: NDArray[np.float32],
    colors: NDArray[np.float32],
    metric: Metric,
) -> tuple[Mix, Metric]:
    """Mixes of the pixels `at`, and the metric that suits the picture: it may have been sharpened."""
    m = explain(labels, at, x, colors, metric)
    rows = np.flatnonzero(m.error > metric.explained)
    if len(rows) <= SHARPENED * len(at):
        return m, metric
    beyond = replace(metric, overshoot=OVERSHOOT)
    again = explain(labels, at[rows], x[rows], colors, beyond)
    gained = again.error <= metric.explained
    if gained.sum() <= max(SHARPENED * len(at), EXPLAINS * len(rows)):
        return m, metric
    m.put(rows, again, gained)
    return m, beyond


def label(raster: Raster, premultiplied: Pixels, seeds: Seeds, limit: int) -> Labels:
    """Labels of all pixels; thin features' colours are added to the palette while it has less than `limit`."""
    metric = Metric(raster.noise)
    labels = sure_seeds(seeds.labels, premultiplied, seeds.palette, metric)
    seeds = replace(seeds, labels=labels.copy())
    at = np.flatnonzero(labels.ravel() < 0)
    x = metric.features(premultiplied.reshape(-1, 4)[at].astype(np.float32))
    m, metric = explained(labels, at, x, metric.features(seeds.palette.premultiplied), metric)
    palette = explain_thin(raster, premultiplied, seeds, at, m, limit)
    colors = metric.features(palette.premultiplied)
    improve(m, labels, at, x, colors, metric, LAST_RADIUS)
    labels.ravel()[at] = m.label
    merge_speckles(labels, seeds.labels, at, x, colors, m, metric)
    return Labels(palette, ringed_labels(labels, at, m, palette), at, m)
