"""Regions merged while one quadratic colour surface explains both: the best pairs first, as many a round as can be."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index, Mask
from svgai.draw.gradient.regions import surfaces
from svgai.draw.gradient.regions.borders import CRISP, Borders
from svgai.draw.gradient.regions.surfaces import Moments

# A side of few pixels may lose more: the error of tolerance² a pixel is allowed for 20 px more than it has. By eye.
SMALL = 20.0
# A soft border divides what a merge costs by 4 at most, a crisp one multiplies it by 4 at most. By eye.
SOFTEST, CRISPEST = 0.25, 4


def _costs(moments: Moments, borders: Borders, tolerance: float) -> Floats:
    """(m,): what each merge costs its worse-off side, in tolerances; below 1 it is worth it."""
    sides = [moments[regions] for regions in borders.pairs.T]
    surface, _ = surfaces.fit(sides[0] + sides[1])
    worst = np.zeros(len(borders.pairs))
    for side in sides:
        loss = surfaces.error_under(side, surface) - surfaces.fit(side)[1]
        worst = np.maximum(worst, loss / (side.count + SMALL))
    return np.asarray(worst / tolerance**2 * np.clip(borders.strength / CRISP, SOFTEST, CRISPEST))


def _mutual(cost: Floats, pairs: Index, size: int) -> Mask:
    """(m,): pairs, of `size` regions, that cost less than 1 and are the best of both their regions."""
    lower, higher = pairs.T
    # Flat areas tie by the hundred; in a scattered order (any would do) they
    # merge in a few rounds instead of one pair a round.
    scatter = (lower * 40503 + higher * 30011) % 65521
    rank = np.empty(len(cost), np.int64)
    rank[np.lexsort((higher, lower, scatter, np.round(cost, 3)))] = np.arange(len(cost))
    best = np.full(size, len(cost))
    np.minimum.at(best, lower, rank)
    np.minimum.at(best, higher, rank)
    return np.asarray((cost < 1) & (rank == best[lower]) & (rank == best[higher]))


def merged(moments: Moments, borders: Borders, tolerance: float) -> Index:
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
