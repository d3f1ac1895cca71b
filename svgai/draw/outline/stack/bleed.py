"""Edges moved beneath the shape that covers them, so that no background shines through where the two meet."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Points

# A corner narrower than 47° would be entered more than 2.5 times as far as its sides are to be passed.
LEAST_SINE = 0.4
# What the points of a cubic count for in its middle.
MIDDLE = np.array([1, 3, 3, 1]) / 8


def tangents(beziers: Points) -> tuple[Points, Points]:
    """Unit tangents, (n, 2), where each cubic of (n, 4, 2) leaves and arrives; zero for one of no length."""
    p0, p1, p2, p3 = (beziers[:, k] for k in range(4))
    return _unit(p1 - p0, p2 - p0, p3 - p0), _unit(p3 - p2, p3 - p1, p3 - p0)


def _unit(*vectors: Points) -> Points:
    """Of each row the first vector that has a length, at length 1."""
    result = np.zeros_like(vectors[0])
    for v in vectors:
        size = np.linalg.norm(v, axis=1, keepdims=True)
        unset = ~result.any(axis=1, keepdims=True)
        result = np.where(unset & (size > 1e-6), v / np.maximum(size, 1e-12), result)
    return result


def wedge(along: Points, other: Points, distance: float, side: int) -> Points:
    """(2,) the way from a corner's tip into it, to a point that lies `distance` from both its sides.

    along, other: unit vectors from the tip along the sides; side: 1 where the corner lies to the right of `along`
    (y down), -1 to its left.
    """
    a = math.atan2(along[1], along[0])
    b = math.atan2(other[1], other[0])
    opening = (side * (b - a)) % math.tau or math.tau
    length = distance / max(math.sin(min(opening, math.pi) / 2), LEAST_SINE)
    middle = a + side * opening / 2
    return np.array([math.cos(middle), math.sin(middle)]) * length


def _mitres(beziers: Points, shift: NDArray[np.float64]) -> Points:
    """(n, 2) how the joint at each cubic's start moves when it and the one before both move to their right hand."""
    leave, arrive = tangents(beziers)
    right_out = np.stack([-leave[:, 1], leave[:, 0]], axis=1)
    right_in = np.roll(np.stack([-arrive[:, 1], arrive[:, 0]], axis=1), 1, axis=0)
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
        begin[0] = wedges[k][0] if enters else begin[0]
        end[-1] = wedges[k][1] if leaves else end[-1]
        piece = _displaced(arcs[k], begin, end, shifts[k])
        pieces += (
            [_line(arcs[k][0, 0], piece[0, 0])] * enters + [piece] + [_line(piece[-1, 3], arcs[k][-1, 3])] * leaves
        )
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
    curved = (beziers[:, 0] != beziers[:, 1]).any(axis=1) | (beziers[:, 2] != beziers[:, 3]).any(axis=1)
    ahead = beziers[:, 3] + beziers[:, 2] - beziers[:, 1] - beziers[:, 0]
    right = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) / np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    done = (((result - beziers) * MIDDLE[:, None]).sum(axis=1) * right).sum(axis=1)
    lift = np.clip((shift - done) / MIDDLE[1:3].sum(), -2 * shift, 2 * shift)
    result[:, 1:3] += (right * (lift * curved)[:, None])[:, None]
    return result


def _line(start: Points, end: Points) -> Points:
    return np.stack([start, start, end, end])[None]
