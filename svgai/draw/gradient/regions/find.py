"""Smooth regions: basins merged while one quadratic colour surface explains both."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Colors, Index, Mask, Plane, RegionLabels, freeze_fields
from svgai.draw.gradient.fields.sample import samples
from svgai.draw.gradient.fields.starts import is_one_gradient
from svgai.draw.gradient.regions import surfaces
from svgai.draw.gradient.regions.borders import borders
from svgai.draw.gradient.regions.merge import SMALL, merged
from svgai.records import Record

# A merge may add 4.5 grey levels of RMS error to either side. By eye.
TOLERANCE = 4.5
# A basin that one surface does not explain is cut by tiles of 24 px a side, so that a leak through a faint edge stays
# small. By eye.
TILE = 24
# A basin of 1000 px or more stays whole if one gradient explains it to an RMS error of 1.5 grey levels. By eye.
WHOLE, LEAST = 1.5, 1000


def _tiled(labels: RegionLabels, unexplained: Mask) -> tuple[RegionLabels, Index]:
    """Labels with the unexplained ones cut by a grid of tiles, and (n,) the label that each was part of."""
    height, width = labels.shape
    tiles = (np.arange(height) // TILE)[:, None] * (width // TILE + 1) + np.arange(width) // TILE + 1
    cut = np.where(unexplained[labels], labels.astype(np.int64) * (tiles.max() + 1) + tiles, -1 - labels)
    _, first, compact = np.unique(cut, return_index=True, return_inverse=True)
    return np.asarray(compact.reshape(height, width), np.int32), labels.ravel()[first].astype(np.int64)


def _one_gradient(colors: Colors, labels: RegionLabels, weights: Plane, wanted: Index) -> Index:
    """Those of the wanted regions that a single gradient explains to WHOLE, and so nothing should cut."""
    found = zip(wanted, samples(colors, labels, weights, wanted), strict=True)
    return np.array([region for region, sample in found if is_one_gradient(sample, WHOLE)], np.int64)


def _pieces(colors: Colors, basins: RegionLabels, weights: Plane, tolerance: float) -> tuple[RegionLabels, Mask]:
    """Basins, those cut that neither one surface nor one gradient explains; (n,) which of them are one gradient."""
    moments = surfaces.measure(colors, basins, weights, int(basins.max()) + 1)
    error = surfaces.error_under(moments, surfaces.fit(moments)[0])
    unexplained = error > (tolerance / 2) ** 2 * (moments.count + SMALL)
    large = np.bincount(basins.ravel()) >= LEAST
    whole = np.zeros(len(unexplained), bool)
    whole[_one_gradient(colors, basins, weights, np.flatnonzero(unexplained & large))] = True
    labels, origin = _tiled(basins, unexplained & ~whole)
    return labels, whole[origin]


class Regions(Record):
    """n smooth regions.

    labels: (h, w) int32, 0 … n − 1. weights: (h, w) float32 in (0, 1], how far each pixel is its region's inside.
    strength: (h, w) float32, of edges, grey levels a pixel. whole: (n,) which are one gradient, whatever their
    quadratic surface says.
    """

    labels: RegionLabels
    weights: Plane
    strength: Plane
    whole: Mask

    def __post_init__(self) -> None:
        freeze_fields(self)


def find_regions(colors: Colors, basins: RegionLabels, strength: Plane, tolerance: float = TOLERANCE) -> Regions:
    """The smooth regions of a picture, each of one quadratic colour surface or one gradient, from its basins.

    colors: (h, w, c). strength: (h, w) of edges, grey levels a pixel. tolerance: RMS error (grey levels) that a merge
    may add to either side.
    """
    weights = surfaces.interior_weights(strength, basins)
    labels, whole = _pieces(colors, basins, weights, tolerance)
    moments = surfaces.measure(colors, labels, weights, len(whole))
    found = borders(labels, strength)
    mergeable = np.flatnonzero(~whole[found.pairs].any(axis=1))
    final = merged(moments, found.take(mergeable), tolerance)
    kept = np.zeros(int(final.max()) + 1, bool)
    kept[final] = whole
    return Regions(np.asarray(final[labels], np.int32), weights, strength, kept)
