"""Edges that were drawn without anti-aliasing: stairs of one pixel, whose true place is open by half a pixel."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Index, Mask, Points
from svgai.draw.ragged import neighbours

# A crossing is hard within 0.1 px of the lattice: anti-aliased ones lie anywhere, one in five there by chance; what
# shading leaves beside a hard edge moves it less (by eye).
ON_LATTICE = 0.1
# A crossing lies on stairs where 0.85 of those within 6 along its arc, itself included, are hard, and at least one of
# these is a step of one pixel from the one before (by eye).
HARD, REACH = 0.85, 6
# An arc is one of stairs where 0.3 of its crossings lie on some: the sides of a figure may be upright or level, which
# look the same with and without anti-aliasing (by eye).
LEAST = 0.3


def are_stairs(points: Points, upright: Mask, arc: Index, closed: Mask) -> Mask:
    """(A,) which arcs run along stairs of one pixel, with hardly a mixed pixel.

    points: (n, 2) px, where arcs cross rows (upright) or columns, in order. arc: (n,) rising; closed: (A,), by arc.
    """
    position = np.where(upright, points[:, 0], points[:, 1])
    before, after = (np.where(near < 0, np.arange(len(arc)), near) for near in neighbours(arc, closed))
    hard = np.abs(position - np.rint(position)) < ON_LATTICE
    step = np.abs(np.rint(position) - np.rint(position[before])) == 1
    step &= upright == upright[before]
    near_hard, near_steps = hard.astype(np.int64), step.astype(np.int64)
    ahead = behind = np.arange(len(arc))
    for _ in range(REACH):
        ahead, behind = after[ahead], before[behind]
        near_hard += hard[ahead].astype(np.int64) + hard[behind]
        near_steps += step[ahead].astype(np.int64) + step[behind]
    on_stairs = (near_hard >= HARD * (2 * REACH + 1)) & (near_steps > 0)
    total = np.bincount(arc, minlength=len(closed))
    return np.asarray(np.bincount(arc, on_stairs, len(closed)) > LEAST * np.maximum(total, 1))
