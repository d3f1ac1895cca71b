"""Masks thinned to lines of single pixels, and those lines as a graph of paths."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Mask, freeze_fields
from svgai.draw.outline.planar.linked_lists import Chains, chains
from svgai.draw.ragged import offsets_of
from svgai.records import Record

# The eight neighbours, clockwise from north: (dy, dx).
_AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def _removable() -> NDArray[np.uint8]:
    """[first or second half of a round, neighbourhood] → 1 where Z. Guo and R. W. Hall's thinning removes the pixel.

    "Parallel thinning with two-subiteration algorithms", Commun. ACM 32 (1989), algorithm A1.
    """
    table = np.zeros((2, 256), np.uint8)
    for code in range(256):
        n, ne, e, se, s, sw, w, nw = (code >> bit & 1 for bit in range(8))  # by points of the compass
        quarters = ((n, ne, e), (e, se, s), (s, sw, w), (w, nw, n))
        crossings = sum((not before) and (corner or after) for before, corner, after in quarters)
        first = (nw or n) + (ne or e) + (se or s) + (sw or w)
        second = (n or ne) + (e or se) + (s or sw) + (w or nw)
        keep = ((n or ne or not se) and e, (s or sw or not nw) and w)
        for half in (0, 1):
            table[half, code] = crossings == 1 and 2 <= min(first, second) <= 3 and not keep[half]
    return table


_REMOVABLE = _removable()
# A neighbourhood's code has a bit for each neighbour that is set, in the order of _AROUND.
_WEIGHTS = np.zeros((3, 3), np.float32)
for _bit, (_dy, _dx) in enumerate(_AROUND):
    _WEIGHTS[1 + _dy, 1 + _dx] = 1 << _bit


def thinned(mask: Mask) -> NDArray[np.uint8]:
    """(h, w) 0 or 1: the mask thinned to lines of single pixels that hang together as it does."""
    result = mask.astype(np.uint8)
    while True:
        before = int(result.sum())
        for half in (0, 1):
            code = cv2.filter2D(result, cv2.CV_8U, _WEIGHTS, borderType=cv2.BORDER_CONSTANT)
            result[cv2.LUT(code, _REMOVABLE[half]) > 0] = 0
        if int(result.sum()) == before:
            return result


class Paths(Record):
    """The P lines of a thinned mask.

    y, x: (N,) pixels, in order along each path. offsets: (P + 1,), path k is [offsets[k]:offsets[k + 1]].
    closed: (P,) bool, a ring that meets no other path; it does not repeat its first pixel. crowd: (P, 2) how many
    lines meet at its first and last pixel: 1 at a loose end, 3 and more where paths meet.
    """

    y: Index
    x: Index
    offsets: Index
    closed: Mask
    crowd: Index

    def __post_init__(self) -> None:
        freeze_fields(self)


def _steps(skeleton: NDArray[np.uint8]) -> tuple[Index, Index]:
    """Flat indices (from, to) in the padded mask of steps to neighbours; none is diagonal where two straight do."""
    padded = np.pad(skeleton, 1)
    width = padded.shape[1]
    flat = padded.ravel()
    pixel = np.flatnonzero(flat)
    start, stop = [], []
    for dy, dx in _AROUND:
        near = flat[pixel + dy * width + dx] > 0
        if dy and dx:
            near &= (flat[pixel + dy * width] == 0) & (flat[pixel + dx] == 0)
        start.append(pixel[near])
        stop.append(start[-1] + dy * width + dx)
    return np.concatenate(start), np.concatenate(stop)


def paths(skeleton: NDArray[np.uint8]) -> Paths:
    """The paths between ends and meeting points of a thinned mask; lone pixels are none."""
    start, stop = _steps(skeleton)
    order = np.lexsort((stop, start))
    start, stop = start[order], stop[order]
    width = skeleton.shape[1] + 2
    degree = np.bincount(start, minlength=(skeleton.shape[0] + 2) * width)
    back = np.searchsorted(start * len(degree) + stop, stop * len(degree) + start)
    linked = chains(_onward(start, stop, degree, back))
    kept = _one_way(linked, back)
    walks = list(zip(linked.offsets[kept], linked.offsets[kept + 1], linked.closed[kept], strict=True))
    pieces = [
        start[linked.members[first:end]]
        if ring
        else np.append(start[linked.members[first:end]], stop[linked.members[end - 1]])
        for first, end, ring in walks
    ]
    place = np.concatenate(pieces) if pieces else np.zeros(0, np.int64)
    offsets = offsets_of(np.array([len(piece) for piece in pieces], np.int64))
    first, last = linked.members[linked.offsets[kept]], linked.members[linked.offsets[kept + 1] - 1]
    crowd = np.stack([degree[start[first]], degree[stop[last]]], axis=1)
    return Paths(place // width - 1, place % width - 1, offsets, linked.closed[kept], crowd)


def _onward(start: Index, stop: Index, degree: Index, back: Index) -> Index:
    """(n,): the step that follows each, itself where it leads to an end or a meeting point.

    start, stop: (n,) pixels, sorted by start, then stop. degree: steps that leave each pixel. back: (n,) the step that
    leads each one's way back.
    """
    first = np.searchsorted(start, np.arange(len(degree) + 1))[stop]
    other = np.where(first == back, first + 1, first)
    return np.where(degree[stop] == 2, other, np.arange(len(start)))


def _one_way(linked: Chains, back: Index) -> Index:
    """The chains of steps that begin with less than their ways back: each path was found both ways."""
    if not len(linked.closed):
        return np.zeros(0, np.int64)
    least = np.minimum.reduceat(linked.members, linked.offsets[:-1])
    least_back = np.minimum.reduceat(back[linked.members], linked.offsets[:-1])
    return np.flatnonzero(least < least_back)
