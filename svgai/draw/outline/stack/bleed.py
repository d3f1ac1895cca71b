"""Edges moved beneath the shape that covers them, so that no background shines through where the two meet."""

from __future__ import annotations

import math

import numpy as np

from svgai.arrays import Floats, Points
from svgai.draw.outline.curves.curves import are_lines
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


def wedge(along: Points, other: Points, distance: float, side: int) -> Points:
    """(2,) the way from a corner's tip into it, to a point that lies `distance` from both its sides.

    along, other: unit vectors from the tip along the sides; side: 1 where the corner lies to the right of `along`
    (y down), -1 to its left.
    """
    from_angle, to_angle = (math.atan2(way[1], way[0]) for way in (along, other))
    opening = (side * (to_angle - from_angle)) % math.tau or math.tau
    length = distance / max(math.sin(min(opening, math.pi) / 2), LEAST_SINE)
    middle = from_angle + side * opening / 2
    return np.array([math.cos(middle), math.sin(middle)]) * length


def _mitres(beziers: Points, shift: Floats) -> Points:
    """(n, 2) how the joint at each cubic's start moves when it and the one before both move to their right hand."""
    leave, arrive = tangents(beziers)
    right_out, right_in = right_hand(leave), np.roll(right_hand(arrive), 1, axis=0)
    distance = np.minimum(np.roll(shift, 1), shift)
    middle = right_in + right_out
    # The mitre is middle · distance · 2 / |middle|²; at most twice the distance, for cusps.
    return np.asarray(middle * (2 * distance / np.maximum((middle**2).sum(axis=1), 1.0))[:, None])


def moved(arcs: list[Points], shifts: list[float], wedges: list[tuple[Points, Points]]) -> Points:
    """A closed chain of arcs, each (n, 4, 2), with arc k moved by shifts[k] ≥ 0 to its right hand.

    Between moved arcs joints go to the mitre; between a moved and an unmoved one a line leads from the joint to its
    wedge.
    """
    counts = [len(a) for a in arcs]
    chain, shift = np.concatenate(arcs), np.repeat(shifts, counts)
    mitres = _mitres(chain, shift)
    at_start, at_end = mitres, np.roll(mitres, -1, axis=0)
    pieces, row = [], 0
    for k, count in enumerate(counts):
        rows = slice(row, row + count)
        begin, end = at_start[rows].copy(), at_end[rows].copy()
        after = shifts[(k + 1) % len(arcs)]
        enters, leaves = shifts[k] > 0 and not shifts[k - 1], shifts[k] > 0 and not after
        if enters:
            begin[0] = wedges[k][0]
        if leaves:
            end[-1] = wedges[k][1]
        piece = _displaced(arcs[k], begin, end, shifts[k])
        if enters:
            pieces.append(_line(arcs[k][0, 0], piece[0, 0]))
        pieces.append(piece)
        if leaves:
            pieces.append(_line(piece[-1, 3], arcs[k][-1, 3]))
        row += count
    return np.concatenate(pieces)


def _displaced(beziers: Points, begin: Points, end: Points, shift: float) -> Points:
    """Cubics with their ends displaced, and their handles longer or shorter as their chords (Tiller, Hanson 1984).

    Where the ends go another way than the curve, its middle is then put `shift` to the right of where it was.
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


def _line(start: Points, end: Points) -> Points:
    return np.stack([start, start, end, end])[None]
