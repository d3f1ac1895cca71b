"""Gaps in the middle of a line, where other ink lies in the way, closed by bends and corners."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np

from svgai.arrays import Mask, Points
from svgai.draw.contour.strokes.polyline import spaced
from svgai.draw.vectors import cross, right_hand, turn

# A line that turns by 35° more or less than it would by its bend on either side has a corner. By eye.
BEND = np.deg2rad(35)
# The direction at an end is that of its last 5 points. By eye.
BACK = 5
# A line is straight where its last 5 points and the 5 before turn by less than 0.1: so much is noise. By eye.
STRAIGHT = 0.1
# Two directions have a corner where the sine of the angle between them is over 0.1, 6°: below, they hardly meet.
PARALLEL = 0.1
# A corner lies where two ends would meet, if that is within twice the gap and 2 px of where it is expected. By eye.
FAR, FAR_MORE = 2, 2
# A stretch of fewer than 2 good points between bad ones is bad.
FEWEST = 2


class Heading(NamedTuple):
    """The last point before a gap, (2,) px, the unit direction in which the line goes on there, (2,), and its bend,
    radians a px, to the right hand."""

    place: Points
    ahead: Points
    bend: float


# From one end to another that faces it, near a point, in steps of so many px.
Bridge: TypeAlias = Callable[[Heading, Heading, Points, float], Points]


def heading(points: Points) -> Heading:
    """The last of the points, (n, 2), n ≥ 2, and how a line through the last few goes on."""
    back = min(BACK, (len(points) - 1) // 2)
    if back < 2:
        ahead = points[-1] - points[0]
        return Heading(points[-1], ahead / max(float(np.linalg.norm(ahead)), 1e-9), 0.0)
    ahead, before = points[-1] - points[-back - 1], points[-back - 1] - points[-2 * back - 1]
    size = max(float(np.linalg.norm(ahead)), 1e-9)
    turned = float(turn(before, ahead))
    turned *= abs(turned) > STRAIGHT
    along = np.cos(turned / 2) * ahead + np.sin(turned / 2) * right_hand(ahead)
    return Heading(points[-1], along / size, turned / size)


def bridge(first: Heading, second: Heading, near: Points, step: float) -> Points:
    """Points between two ends that face each other, `step` px apart: a bend, or a corner near a point, (2,)."""
    gap = float(np.linalg.norm(second.place - first.place))
    likely = gap * (first.bend - second.bend) / 2
    if abs(float(turn(first.ahead, -second.ahead)) - likely) < BEND:
        return _bend(first, second, step)
    corner = _corner(first, second, near)
    there = spaced(np.stack([first.place, corner]), step, False)
    back = spaced(np.stack([corner, second.place]), step, False)
    return np.concatenate([there[1:], back[1:-1]])


def _bend(first: Heading, second: Heading, step: float) -> Points:
    """Points of the cubic from one end to the other, its handles a third of the gap, without the ends.

    Straight lines that all but go on in each other go straight: a bend would be noise.
    """
    if not first.bend and not second.bend and abs(float(turn(first.ahead, -second.ahead))) < STRAIGHT:
        return spaced(np.stack([first.place, second.place]), step, False)[1:-1]
    gap = float(np.linalg.norm(second.place - first.place))
    t = np.linspace(0, 1, max(2, round(gap / step)) + 1)[1:-1, None]
    b0, b3 = first.place, second.place
    b1, b2 = b0 + first.ahead * gap / 3, b3 + second.ahead * gap / 3
    return np.asarray((1 - t) ** 3 * b0 + 3 * t * (1 - t) ** 2 * b1 + 3 * t * t * (1 - t) * b2 + t**3 * b3)


def _corner(first: Heading, second: Heading, near: Points) -> Points:
    """(2,): where two ends would meet, or the point `near` where that is behind the first, or far."""
    gap = second.place - first.place
    sine = float(cross(first.ahead, second.ahead))
    along = float(cross(gap, second.ahead)) / sine if abs(sine) > PARALLEL else -1.0
    corner = first.place + first.ahead * along
    far = np.linalg.norm(corner - near) > FAR * float(np.linalg.norm(gap)) + FAR_MORE
    return near if along < 0 or far else corner


def repaired(points: Points, bad: Mask, closed: bool, step: float, bridge: Bridge = bridge) -> Points:
    """Points, (n, 2), with the stretches of bad ones, (n,), between good ones bridged; lone good ones count as bad."""
    if closed:
        first = int(np.argmin(bad))
        points, bad = np.roll(points, -first, axis=0), np.roll(bad, -first)
        points, bad = np.concatenate([points, points[:1]]), np.append(bad, False)
    edges = np.flatnonzero(np.diff(bad.astype(np.int8), prepend=1, append=1)).tolist()
    good = zip(edges[::2], edges[1::2], strict=True)
    stretches = [slice(start, stop) for start, stop in good if stop - start >= FEWEST]
    if len(stretches) < 2:
        return points[:-1] if closed else points
    pieces = [points[: stretches[0].stop]]
    for before, after in pairwise(stretches):
        middle = points[(before.stop + after.start) // 2]
        pieces += [bridge(heading(points[before]), heading(points[after][::-1]), middle, step), points[after]]
    pieces.append(points[stretches[-1].stop :])
    result = np.concatenate(pieces)
    return result[:-1] if closed else result
