"""Edges moved beneath the shape that covers them, so that no background shines through where the two meet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.outline.curves.curves import are_lines
from svgai.draw.ragged import neighbours, offsets_of, owners
from svgai.draw.vectors import right_hand

# A corner's tip is entered at most 1 / 0.4 = 2.5 times as far as its sides are moved: one narrower than 47° would be
# left on its other side (by eye).
LEAST_SINE = 0.4
# The points of a cubic count for 1/8, 3/8, 3/8 and 1/8 in its middle: the Bernstein polynomials at ½.
MIDDLE = np.array([1, 3, 3, 1]) / 8


def tangents(beziers: Points) -> tuple[Points, Points]:
    """Unit tangents, (n, 2), where each cubic of (n, 4, 2) leaves and arrives; zero for one of no length."""
    p0, p1, p2, p3 = (beziers[:, k] for k in range(4))
    return _unit(p1 - p0, p2 - p0, p3 - p0), _unit(p3 - p2, p3 - p1, p3 - p0)


def _unit(*vectors: Points) -> Points:
    """Of each row the first vector that has a length, at length 1."""
    result = np.zeros_like(vectors[0])
    for vector in vectors:
        size = np.linalg.norm(vector, axis=1, keepdims=True)
        unset = ~result.any(axis=1, keepdims=True)
        result = np.where(unset & (size > 1e-6), vector / np.maximum(size, 1e-12), result)
    return result


def wedges(along: Points, other: Points, distance: Floats, side: int) -> Points:
    """(n, 2) the ways from corners' tips into them, to points that lie `distance`, (n,), from both their sides.

    along, other: (n, 2) unit vectors from the tips along the sides; side: 1 where the corners lie to the right of
    `along` (y down), -1 to its left.
    """
    from_angle, to_angle = (np.arctan2(way[:, 1], way[:, 0]) for way in (along, other))
    opening = side * (to_angle - from_angle) % (2 * np.pi)
    opening = np.where(opening == 0, 2 * np.pi, opening)
    length = distance / np.maximum(np.sin(np.minimum(opening, np.pi) / 2), LEAST_SINE)
    middle = from_angle + side * opening / 2
    return np.stack([np.cos(middle), np.sin(middle)], axis=1) * length[:, None]


def _mitres(beziers: Points, shift: Floats, before: Index) -> Points:
    """(n, 2) how the joint at each cubic's start moves when it and the one before both move to their right hand."""
    leave, arrive = tangents(beziers)
    distance = np.minimum(shift[before], shift)
    middle = right_hand(arrive)[before] + right_hand(leave)
    # The mitre is middle · distance · 2 / |middle|²; at most twice the distance, for cusps.
    return np.asarray(middle * (2 * distance / np.maximum((middle**2).sum(axis=1), 1.0))[:, None])


class Moved(NamedTuple):
    """Closed contours: beziers, (M, 4, 2), offsets by contour, (C + 1,), and which segments are beneath, (M,)."""

    beziers: Points
    offsets: Index
    beneath: Mask


def moved(beziers: Points, counts: Index, arcs: Index, shifts: Floats, ways: Points, held: Mask) -> Moved:
    """Closed contours with each arc moved to its right hand.

    beziers: (N, 4, 2), arc after arc and contour after contour. counts: (A,) cubics of each arc. arcs: (C,) arcs of
    each contour. shifts: (A,) px, ≥ 0. ways: (A, 2, 2), the wedges at both ends of each arc. held: (A,) whether the
    joint at the start of each arc stays where it is.
    Between moved arcs joints go to the mitre; between a moved and an unmoved one, and where they are held, a line
    leads from the joint to the wedge of what is moved.
    """
    contour = owners(arcs)
    arc, closed = owners(counts), np.ones(len(arcs), bool)
    before, after = neighbours(contour[arc], closed)
    arc_before, arc_after = neighbours(contour, closed)
    shift = shifts[arc]
    begin = _mitres(beziers, shift, before)
    end = begin[after]
    enters = (shifts > 0) & (held | (shifts[arc_before] == 0))
    leaves = (shifts > 0) & (held | (shifts == 0))[arc_after]
    offsets = offsets_of(counts)
    first, last = offsets[:-1][enters], offsets[1:][leaves] - 1
    begin[first], end[last] = ways[enters, 0], ways[leaves, 1]
    result = _displaced(beziers, begin, end, shift)
    lines = np.concatenate([_lines(result[last, 3], beziers[last, 3]), _lines(beziers[first, 0], result[first, 0])])
    # Of lines at the same place the one that leaves comes first: it ends the contour before.
    where = np.concatenate([last + 1, first])
    sizes = np.bincount(contour, counts + enters + leaves, len(arcs)).astype(np.int64)
    return Moved(np.insert(result, where, lines, axis=0), offsets_of(sizes), np.insert(shift > 0, where, True))


def _displaced(beziers: Points, begin: Points, end: Points, shift: Floats) -> Points:
    """Cubics with their ends displaced, and their handles longer or shorter as their chords (Tiller, Hanson 1984).

    Where the ends go another way than the curve, its middle is then put `shift`, (n,), to the right of where it was.
    """
    before = np.linalg.norm(beziers[:, 3] - beziers[:, 0], axis=1)
    after = np.linalg.norm(beziers[:, 3] + end - beziers[:, 0] - begin, axis=1)
    ratio = np.clip(after / np.maximum(before, 1e-9), 0, 3)[:, None]
    start, stop = beziers[:, 0] + begin, beziers[:, 3] + end
    first = start + (beziers[:, 1] - beziers[:, 0]) * ratio
    second = stop + (beziers[:, 2] - beziers[:, 3]) * ratio
    result = np.stack([start, first, second, stop], axis=1)
    curved = ~are_lines(beziers)
    ahead = beziers[:, 3] + beziers[:, 2] - beziers[:, 1] - beziers[:, 0]
    right = right_hand(ahead) / np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    done = (((result - beziers) * MIDDLE[:, None]).sum(axis=1) * right).sum(axis=1)
    lift = np.clip((shift - done) / MIDDLE[1:3].sum(), -2 * shift, 2 * shift)
    result[:, 1:3] += (right * (lift * curved)[:, None])[:, None]
    return result


def _lines(start: Points, end: Points) -> Points:
    """(n, 4, 2): lines between points, (n, 2) each."""
    return np.stack([start, start, end, end], axis=1)
