"""Smooth regions: basins merged while one quadratic colour surface explains both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Plane, RegionLabels
from svgai.draw.gradient.fields.sample import samples
from svgai.draw.gradient.fields.starts import is_one_gradient
from svgai.draw.gradient.regions import surfaces
from svgai.draw.gradient.regions.borders import borders
from svgai.draw.gradient.regions.merge import SMALL, merged

# RMS error (grey levels) that a merge may add to either side.
TOLERANCE = 4.5
# Side (px) of the tiles that cut a basin which one surface does not explain, so that a leak through a faint edge
# stays small.
TILE = 24
# RMS error (grey levels) to which one gradient has to explain a region of LEAST pixels or more, to keep it whole.
WHOLE = 1.5
LEAST = 1000


def _tiled(labels: RegionLabels, unexplained: NDArray[np.bool_]) -> tuple[RegionLabels, NDArray[np.int64]]:
    """Labels with the unexplained ones cut by a grid of tiles, and (n,) the label that each was part of."""
    h, w = labels.shape
    tiles = (np.arange(h) // TILE)[:, None] * (w // TILE + 1) + np.arange(w) // TILE + 1
    cut = np.where(unexplained[labels], labels.astype(np.int64) * (tiles.max() + 1) + tiles, -1 - labels)
    _, first, compact = np.unique(cut, return_index=True, return_inverse=True)
    return np.asarray(compact.reshape(h, w), np.int32), labels.ravel()[first].astype(np.int64)


def _one_gradient(
    colors: Colors, labels: RegionLabels, weights: Plane, wanted: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Those of the wanted regions that a single gradient explains to WHOLE, and so nothing should cut."""
    found = zip(wanted, samples(colors, labels, weights, wanted), strict=True)
    return np.array([k for k, sample in found if is_one_gradient(sample, WHOLE)], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Smooth regions.

    labels: (h, w) int32, 0 … n − 1; weights: (h, w) float32, how far each pixel is its region's inside; strength:
    (h, w) float32, of edges; whole: (n,) which are one gradient, whatever their quadratic surface says.
    """

    labels: RegionLabels
    weights: Plane
    strength: Plane
    whole: NDArray[np.bool_]


def find(colors: Colors, basins: RegionLabels, strength: Plane, tolerance: float = TOLERANCE) -> Regions:
    """The smooth regions of a picture, each of one quadratic colour surface or one gradient, from its basins."""
    labels = basins
    weights = surfaces.interior_weights(strength, labels)
    moments = surfaces.measure(colors, labels, weights, int(labels.max()) + 1)
    error = surfaces.error_under(moments, surfaces.fit(moments)[0])
    unexplained = error > (tolerance / 2) ** 2 * (moments.count + SMALL)
    whole = np.zeros(len(unexplained), bool)
    large = np.bincount(labels.ravel()) >= LEAST
    whole[_one_gradient(colors, labels, weights, np.flatnonzero(unexplained & large))] = True
    labels, origin = _tiled(labels, unexplained & ~whole)
    whole = whole[origin]
    moments = surfaces.measure(colors, labels, weights, len(whole))
    found = borders(labels, strength)
    open_ = np.flatnonzero(~whole[found.pairs].any(axis=1))
    final = merged(moments, found.take(open_), tolerance)
    kept = np.zeros(int(final.max()) + 1, bool)
    kept[final] = whole
    return Regions(np.asarray(final[labels], np.int32), weights, strength, kept)
