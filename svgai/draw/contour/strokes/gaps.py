"""Gaps in the middle of a line, where other ink lies in the way, closed by bends and corners."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Points
from svgai.draw.contour.strokes.profiles import spaced

# The last point before a gap, (2,), and the unit direction in which the line goes on there, (2,).
Heading: TypeAlias = tuple[Points, Points]

# A turn up to this is a bend of one line, a greater one a corner.
_BEND = np.deg2rad(35)
# Points that tell of a direction.
_BACK = 5


def heading(points: Points) -> Heading:
    """The last of the points, (n, 2), n ≥ 2, and where a line through the last few goes on."""
    ahead = points[-1] - points[-min(len(points), _BACK + 1)]
    return points[-1], ahead / max(float(np.linalg.norm(ahead)), 1e-9)


def bridge(a: Heading, b: Heading, near: Points, step: float) -> Points:
    """Points between two ends that face each other, `step` px apart: a bend, or a corner near a point."""
    (p, u), (q, v) = a, b
    gap = float(np.linalg.norm(q - p))
    if u @ -v > np.cos(_BEND):
        t = np.linspace(0, 1, max(2, round(gap / step)) + 1)[1:-1, None]
        c, d = p + u * gap / 3, q + v * gap / 3
        return np.asarray((1 - t) ** 3 * p + 3 * t * (1 - t) ** 2 * c + 3 * t * t * (1 - t) * d + t**3 * q)
    cross = u[0] * v[1] - u[1] * v[0]
    along = ((q - p)[0] * v[1] - (q - p)[1] * v[0]) / cross if abs(cross) > 0.1 else -1.0
    corner = p + u * along
    if along < 0 or np.linalg.norm(corner - near) > 2 * gap + 2:
        corner = near
    there, back = spaced(np.stack([p, corner]), step, False), spaced(np.stack([corner, q]), step, False)
    return np.concatenate([there[1:], back[1:-1]])


def repaired(points: Points, bad: NDArray[np.bool_], closed: bool, step: float) -> Points:
    """Points, (n, 2), with the stretches of bad ones between good ones bridged; single good ones count as bad."""
    if closed:
        first = int(np.argmin(bad))
        points, bad = np.roll(points, -first, axis=0), np.roll(bad, -first)
        points, bad = np.concatenate([points, points[:1]]), np.append(bad, False)
    edges = np.flatnonzero(np.diff(bad.astype(np.int8), prepend=1, append=1))
    runs = [(a, b) for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True) if b - a >= 2]
    if len(runs) < 2:
        return points[:-1] if closed else points
    pieces = [points[: runs[0][1]]]
    for (a, b), (c, d) in pairwise(runs):
        middle = points[(b + c) // 2]
        pieces += [bridge(heading(points[a:b]), heading(points[c:d][::-1]), middle, step), points[c:d]]
    pieces.append(points[runs[-1][1] :])
    result = np.concatenate(pieces)
    return result[:-1] if closed else result
