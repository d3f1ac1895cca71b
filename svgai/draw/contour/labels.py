"""Each pixel its colour: flat pixels as found, every other one as a mix of two palette colours near it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from svgai.draw.contour.border import ringed_labels
from svgai.draw.contour.metric import Metric
from svgai.draw.contour.mixes import LAST_RADIUS, Mix, Shares, explain, improve
from svgai.draw.contour.palette import Palette, Seeds
from svgai.draw.contour.speckles import merge_speckles, sure_seeds
from svgai.draw.contour.thin import explain_thin
from svgai.records import Pixels, Raster


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Each pixel's palette colour, the larger share where two mix.

    labels: (h + 2, w + 2) int16, with a ring around. at: (n,) flat indices into labels of the pixels mix explains.
    """

    palette: Palette
    labels: NDArray[np.int16]
    at: NDArray[np.int64]
    mix: Mix

    @property
    def shares(self) -> Shares:
        """Both colours of every pixel, the ring's pure."""
        return Shares.of(self.labels, self.at, self.mix)


def label(raster: Raster, premultiplied: Pixels, seeds: Seeds, limit: int) -> Labels:
    """Labels of all pixels; thin features' colours are added to the palette while it has less than `limit`."""
    metric = Metric(raster.noise)
    labels = sure_seeds(seeds.labels, premultiplied, seeds.palette, metric)
    seeds = replace(seeds, labels=labels.copy())
    at = np.flatnonzero(labels.ravel() < 0)
    x = metric.features(premultiplied.reshape(-1, 4)[at].astype(np.float32))
    m = explain(labels, at, x, metric.features(seeds.palette.premultiplied), metric.explained)
    palette = explain_thin(raster, premultiplied, seeds, at, m, limit)
    colors = metric.features(palette.premultiplied)
    improve(m, labels, at, x, colors, metric.explained, LAST_RADIUS)
    labels.ravel()[at] = m.label
    merge_speckles(labels, seeds.labels, at, x, colors, m, metric)
    ringed = ringed_labels(labels, at, m, palette)
    width = labels.shape[1]
    return Labels(palette, ringed, (at // width + 1) * ringed.shape[1] + at % width + 1, m)
