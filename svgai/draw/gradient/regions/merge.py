"""Regions merged while one quadratic colour surface explains both: the best pairs first, as many a round as can be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats
from svgai.draw.gradient.regions import surfaces
from svgai.draw.gradient.regions.borders import CRISP, Borders
from svgai.draw.gradient.regions.surfaces import Moments

# A side of few pixels may lose more: tolerance² grows by this many pixels over its own.
SMALL = 20.0


def _costs(moments: Moments, borders: Borders, tolerance: float) -> Floats:
    """(m,): what each merge costs its worse-off side, in tolerances; below 1 it is worth it."""
    sides = [moments[k] for k in borders.pairs.T]
    surface, _ = surfaces.fit(sides[0] + sides[1])
    worst = np.zeros(len(borders.pairs))
    for side in sides:
        loss = surfaces.error_under(side, surface) - surfaces.fit(side)[1]
        worst = np.maximum(worst, loss / (side.count + SMALL))
    return np.asarray(worst / tolerance**2 * np.clip(borders.strength / CRISP, 0.25, 4))


def _mutual(cost: Floats, pairs: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """(m,): pairs that cost less than 1 and are the best of both their regions."""
    a, b = pairs.T
    # Flat areas tie by the hundred; a scattered order lets them merge in a few rounds instead of one pair a round.
    scatter = (a * 40503 + b * 30011) % 65521
    rank = np.empty(len(cost), np.int64)
    rank[np.lexsort((b, a, scatter, np.round(cost, 3)))] = np.arange(len(cost))
    best = np.full(size, len(cost))
    np.minimum.at(best, a, rank)
    np.minimum.at(best, b, rank)
    return np.asarray((cost < 1) & (rank == best[a]) & (rank == best[b]))


def merged(moments: Moments, borders: Borders, tolerance: float) -> NDArray[np.int64]:
    """(n,): the final region, 0 … k − 1, of each of n regions.

    tolerance: RMS error (grey levels) that a merge may add to either side, at a border neither soft nor crisp.
    """
    size = len(moments.count)
    owner = np.arange(size)
    cost = _costs(moments, borders, tolerance)
    while (joined := _mutual(cost, borders.pairs, size)).any():
        step = np.arange(size)
        step[borders.pairs[joined, 1]] = borders.pairs[joined, 0]
        touched = np.bincount(borders.pairs[joined].ravel(), minlength=size) > 0
        moments, owner = moments.pooled(step, size), step[owner]
        borders, origin = borders.contracted(step)
        cost = cost[origin]
        stale = np.flatnonzero(touched[borders.pairs].any(axis=1))
        cost[stale] = _costs(moments, borders.take(stale), tolerance)
    _, final = np.unique(owner, return_inverse=True)
    return np.asarray(final)
