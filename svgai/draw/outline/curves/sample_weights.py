"""How much each sample of a curve counts: the length of curve it stands for, nothing near corners and ends."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Points
from svgai.draw.outline.curves.gauss_newton import Links


def walked_lengths(at: Points) -> Floats:
    """(S,) px of S segments, from K places in the middles of equal parts of each, (S, K, 2)."""
    count = at.shape[1]
    return np.asarray(np.linalg.norm(np.diff(at, axis=1), axis=2).sum(axis=1) * count / (count - 1))


def sample_weights(beziers: Points, links: Links, at: Points, near: Floats | float) -> Floats:
    """(S, K) px of curve that the samples `at`, (S, K, 2), stand for; none within `near` px of corners and ends.

    beziers: (S, 4, 2). near: (S,) or one for all; other edges stand in what is measured there.
    """
    count = at.shape[1]
    weight = np.repeat((walked_lengths(at) / count)[:, None], count, axis=1)
    reach = np.broadcast_to(near, len(beziers))[:, None]
    sharp = links.corner, np.where(links.after >= 0, links.corner[links.after], True)
    for end, cut in zip((beziers[:, :1], beziers[:, 3:]), sharp, strict=True):
        weight[(np.linalg.norm(at - end, axis=2) < reach) & cut[:, None]] = 0
    return weight
