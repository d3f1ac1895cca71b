"""Where the paths of a thinned mask meet, and which of them are lines of their own."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points, freeze_fields
from svgai.draw.contour.strokes.skeleton import Paths
from svgai.draw.outline.planar.components import unite
from svgai.records import Record

# Paths meet where 3 or more of them do.
MEETING = 3
# A path between two meeting points that has no more pixels than twice the line's half width, or 3, is part of one
# meeting: two lines that cross at an acute angle meet along such a path. By eye.
BRIDGE, SHORTEST_BRIDGE = 2, 3.0
# A path from a meeting point to a loose end that has no more pixels than 1.5 times the line's half width, and one, is
# a corner of the line. By eye.
SPUR = 1.5
# An open path of fewer than 4 pixels is no line. By eye.
FEWEST = 4


class Meetings(Record):
    """Where P paths meet.

    node: (P, 2) the number of the meeting point at each path's ends, −1 for none. places: (M, 2) px. lines: (K,) the
    paths that are lines, not parts of a meeting or corners.
    """

    node: Index
    places: Points
    lines: Index

    def __post_init__(self) -> None:
        freeze_fields(self)


def meetings(paths: Paths, middle: Points, depth: Floats, spurs: bool = False) -> Meetings:
    """The meetings of paths whose N pixels lie in the middle of lines, (N, 2) px, and so deep, (N,) px.

    Meeting points hardly farther apart than the lines are wide are one; a short loose end there is a line's corner,
    unless spurs are wanted.
    """
    ends = np.stack([paths.offsets[:-1], paths.offsets[1:] - 1], axis=1)
    count = np.diff(paths.offsets)
    half_width = depth[ends].max(axis=1)
    meets = (paths.crowd >= MEETING) & ~paths.closed[:, None]
    bridge = meets.all(axis=1) & (count <= np.maximum(SHORTEST_BRIDGE, BRIDGE * half_width))
    spur = (meets.sum(axis=1) == 1) & (count <= SPUR * half_width + 1)
    spur &= not spurs
    lines = np.flatnonzero(~bridge & ~spur & ((count >= FEWEST) | paths.closed))
    node = _numbered(paths.y[ends], paths.x[ends], meets, bridge)
    places = _places(node, middle[ends])
    return Meetings(without_lone(node, lines, len(places)), places, lines)


def _numbered(y: Index, x: Index, meets: Mask, bridge: Mask) -> Index:
    """(P, 2): the meeting point at each end, −1 for none; ends at one pixel have one, and so have those of a bridge.

    y, x: (P, 2) the pixels at the ends. meets: (P, 2) which of them are at a meeting. bridge: (P,).
    """
    node = np.full(y.shape, -1, np.int64)
    pixel = y * (x.max(initial=0) + 1) + x
    distinct, node[meets] = np.unique(pixel[meets], return_inverse=True)
    merged = unite(len(distinct), node[bridge, 0], node[bridge, 1])
    _, number = np.unique(merged, return_inverse=True)
    node[meets] = number[node[meets]]
    return node


def _places(node: Index, ends: Points) -> Points:
    """(M, 2): the mean of the ends, (P, 2, 2) px, at each meeting point."""
    meets = node >= 0
    places = np.zeros((int(node.max(initial=-1)) + 1, 2))
    for axis in (0, 1):
        np.add.at(places[:, axis], node[meets], ends[meets][:, axis])
    return np.asarray(places / np.maximum(np.bincount(node[meets], minlength=len(places)), 1)[:, None])


def without_lone(node: Index, lines: Index, count: int) -> Index:
    """The meeting points, (P, 2), but those of `count` at which a single line ends: nothing meets there."""
    ends = node[lines]
    lone = np.append(np.bincount(ends[ends >= 0], minlength=count) < 2, False)
    return np.where(lone[node], -1, node)
