"""Smooth regions: basins merged while one quadratic colour surface explains both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.draw.gradient import surfaces
from svgai.draw.gradient.paints import is_one_gradient
from svgai.draw.gradient.sampling import samples
from svgai.draw.gradient.surfaces import Floats, Moments
from svgai.draw.gradient.watershed import CALM, Colors, Labels, Plane, basins, edge_strength

# RMS error (grey levels) that a merge may add to either side.
TOLERANCE = 4.5
# A side of few pixels may lose more: tolerance² grows by this many pixels over its own.
SMALL = 20.0
# Slope over the floor (grey levels a pixel) at which a border counts as neither soft nor crisp.
CRISP = 6.0
# Side (px) of the tiles that cut a basin which one surface does not explain, so that a leak through a faint edge
# stays small.
TILE = 24
# RMS error (grey levels) to which one gradient has to explain a region of LEAST pixels or more, to keep it whole.
WHOLE = 1.5
LEAST = 1000


def pairs(labels: Labels, strength: Plane) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Neighbours by shared cracks: (m, 2) label pairs, rising; length (px) and mean edge strength of each border.

    Strengths count 2·CRISP at most: where a soft border meets an outer edge, that is not its own.
    """
    size = int(labels.max()) + 1
    keys, edges = [], []
    for a, b, ea, eb in (
        (labels[:, :-1], labels[:, 1:], strength[:, :-1], strength[:, 1:]),
        (labels[:-1], labels[1:], strength[:-1], strength[1:]),
    ):
        differ = a != b
        first, second = a[differ].astype(np.int64), b[differ].astype(np.int64)
        keys.append(np.minimum(first, second) * size + np.maximum(first, second))
        edges.append(np.minimum(np.maximum(ea[differ], eb[differ]), 2 * CRISP))
    key, inverse, count = np.unique(np.concatenate(keys), return_inverse=True, return_counts=True)
    total = np.bincount(inverse, np.concatenate(edges), len(key))
    return np.stack(np.divmod(key, size), axis=1), count.astype(np.float64), total / count


def _costs(moments: Moments, a: NDArray[np.int64], b: NDArray[np.int64], border: Floats, tolerance: float) -> Floats:
    """(m,): what each merge costs its worse-off side, in tolerances; below 1 it is worth it."""
    both = moments[a] + moments[b]
    surface, _ = surfaces.fit(both)
    _, own = surfaces.fit(moments)
    worst = np.zeros(len(a))
    for side in (a, b):
        loss = surfaces.error_under(moments[side], surface) - own[side]
        worst = np.maximum(worst, loss / (moments.count[side] + SMALL))
    return worst / tolerance**2 * np.clip(border / CRISP, 0.25, 4)


def _mutual(cost: Floats, a: NDArray[np.int64], b: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """(m,): pairs below 1 that are the best of both their regions."""
    # Flat areas tie by the hundred; a scattered order lets them merge in a few rounds instead of one pair a round.
    scatter = (a * 40503 + b * 30011) % 65521
    order = np.lexsort((b, a, scatter, np.round(cost, 3)))[::-1]
    best = np.full(size, -1)
    best[a[order]] = order
    other = np.full(size, -1)
    other[b[order]] = order
    rank = np.empty(len(cost), np.int64)
    rank[order[::-1]] = np.arange(len(cost))
    far = len(cost)
    first = np.where(best >= 0, rank[best], far)
    second = np.where(other >= 0, rank[other], far)
    top = np.minimum(first, second)
    return np.asarray((cost < 1) & (rank == top[a]) & (rank == top[b]))


def merge(moments: Moments, ab: NDArray[np.int64], length: Floats, border: Floats, tolerance: float) -> NDArray[np.int64]:
    """(n,): the final region of each of n regions, 0 … k − 1."""
    size = len(moments.count)
    owner = np.arange(size)
    cost = _costs(moments, ab[:, 0], ab[:, 1], border, tolerance)
    while len(ab):
        joined = _mutual(cost, ab[:, 0], ab[:, 1], size)
        if not joined.any():
            break
        step = np.arange(size)
        step[ab[joined, 1]] = ab[joined, 0]
        touched = np.zeros(size, bool)
        touched[ab[joined].ravel()] = True
        moments = moments.pooled(step, size)
        owner = step[owner]
        ab = np.sort(step[ab], axis=1)
        stale = touched[ab].any(axis=1)
        keep = ab[:, 0] != ab[:, 1]
        key, index, inverse = np.unique(ab[keep, 0] * size + ab[keep, 1], return_index=True, return_inverse=True)
        total = np.bincount(inverse, length[keep], len(key))
        border = np.bincount(inverse, (border * length)[keep], len(key)) / total
        stale = np.bincount(inverse, stale[keep], len(key)) > 0
        cost = cost[keep][index]
        ab, length = np.stack(np.divmod(key, size), axis=1), total
        if stale.any():
            cost[stale] = _costs(moments, ab[stale, 0], ab[stale, 1], border[stale], tolerance)
    _, final = np.unique(owner, return_inverse=True)
    return np.asarray(final)


def _tiled(labels: Labels, unexplained: NDArray[np.bool_]) -> tuple[Labels, NDArray[np.int64]]:
    """Labels with the unexplained ones cut by a grid of tiles, and (n,) the label that each was part of."""
    h, w = labels.shape
    tiles = (np.arange(h) // TILE)[:, None] * (w // TILE + 1) + np.arange(w) // TILE + 1
    cut = np.where(unexplained[labels], labels.astype(np.int64) * (tiles.max() + 1) + tiles, -1 - labels)
    _, first, compact = np.unique(cut, return_index=True, return_inverse=True)
    return np.asarray(compact.reshape(h, w), np.int32), labels.ravel()[first].astype(np.int64)


def interior_weights(strength: Plane, labels: Labels, spread: float = 4.0) -> Plane:
    """(h, w) in (0, 1]: near 1 where a pixel is as calm as its basin's calmest, small on anti-aliased edges."""
    size = int(labels.max()) + 1
    calmest = np.full(size, np.inf, np.float32)
    np.minimum.at(calmest, labels.ravel(), strength.ravel())
    above = (strength - calmest[labels]) / spread
    return np.asarray(np.maximum(np.exp(-above * above), 1e-3), np.float32)


def _one_gradient(colors: Colors, labels: Labels, weights: Plane, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of the wanted regions that a single gradient explains to WHOLE, and so nothing should cut."""
    found = zip(wanted, samples(colors, labels, weights, wanted), strict=True)
    return np.array([k for k, sample in found if is_one_gradient(sample, WHOLE)], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Smooth regions.

    labels: (h, w) int32, 0 … n − 1; weights: (h, w) float32, how far each pixel is its region's inside; strength:
    (h, w) float32, of edges; whole: (n,) which are one gradient, whatever their quadratic surface says.
    """

    labels: Labels
    weights: Plane
    strength: Plane
    whole: NDArray[np.bool_]


def find(colors: Colors, noise: float, tolerance: float = TOLERANCE) -> Regions:
    """The smooth regions of a picture, each of one quadratic colour surface or one gradient.

    noise: σ of the coding noise (grey levels).
    """
    strength = edge_strength(colors)
    labels = basins(strength, CALM + 1.5 * noise)
    weights = interior_weights(strength, labels)
    moments = surfaces.measure(colors, labels, weights, int(labels.max()) + 1)
    unexplained = surfaces.fit(moments)[1] > (tolerance / 2) ** 2 * (moments.count + SMALL)
    whole = np.zeros(len(unexplained), bool)
    large = np.bincount(labels.ravel()) >= LEAST
    whole[_one_gradient(colors, labels, weights, np.flatnonzero(unexplained & large))] = True
    labels, origin = _tiled(labels, unexplained & ~whole)
    whole = whole[origin]
    moments = surfaces.measure(colors, labels, weights, len(whole))
    ab, length, border = pairs(labels, strength)
    open_ = ~whole[ab].any(axis=1)
    final = merge(moments, ab[open_], length[open_], border[open_], tolerance)
    merged = np.zeros(int(final.max()) + 1, bool)
    merged[final] = whole
    return Regions(np.asarray(final[labels], np.int32), weights, strength, merged)
