"""How much each sample of a curve counts: the length of curve it stands for, nothing near corners and ends."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Mask, Points
from svgai.draw.outline.curves.gauss_newton import Links
from svgai.kernels.library import kernel


def walked_lengths(at: Points) -> Floats:
    """(S,) px of S segments, from K places in the middles of equal parts of each, (S, K, 2)."""
    count = at.shape[1]
    return np.asarray(np.linalg.norm(np.diff(at, axis=1), axis=2).sum(axis=1) * count / (count - 1))


def sample_weights(beziers: Points, links: Links, at: Points, near: Floats | float) -> Floats:
    """(S, K) px of curve that the samples `at`, (S, K, 2), stand for; none within `near` px of corners and ends.

    beziers: (S, 4, 2). near: (S,) or one for all; other edges stand in what is measured there.
    """
    sharp = np.stack([links.corner, np.where(links.after >= 0, links.corner[links.after], True)], axis=1)
    reach = np.ascontiguousarray(np.broadcast_to(near, len(beziers)), np.float64)
    compiled = kernel("sample_weights")
    if compiled is None:
        return specified(beziers, sharp, at, reach)
    weight = np.empty(at.shape[:2])
    compiled(*at.shape[:2], *map(np.ascontiguousarray, (beziers, at, sharp)), reach, weight)
    return weight


def specified(beziers: Points, sharp: Mask, at: Points, near: Floats) -> Floats:
    """sample_weights in numpy: what kernels/samples.c does. sharp: (S, 2), which ends are corners; near: (S,) px."""
    count = at.shape[1]
    weight = np.repeat((walked_lengths(at) / count)[:, None], count, axis=1)
    for end, cut in zip((beziers[:, :1], beziers[:, 3:]), sharp.T, strict=True):
        weight[(np.linalg.norm(at - end, axis=2) < near[:, None]) & cut[:, None]] = 0
    return weight
