"""Arcs cut at their corners into smooth runs, each with room to look beyond its ends."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points, freeze_fields
from svgai.draw.outline.fit.corners import Corners
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.ragged import offsets_of, owners, ranks
from svgai.draw.vectors import walked
from svgai.records import Record

# A point within 1.6 px of a corner or a node is rounded by the pixel's own width and says nothing about the sides: the
# diagonal of a pixel and a little more. It is so within 4 points along the run, and the next point always.
ROUNDED, _ROUNDED_POINTS = 1.6, 4
# A cyclic run goes on for 24 points past its ends, more than any window around a point sees.
PAD = 24


class Runs(Record):
    """Smooth stretches of arcs, end to end in one array of points, in the order of their arcs.

    points: (M, 2); the ends of a run are corners or nodes, exact. trusted: (M,) bool, points that tell of the curve:
    not the ends, not those near them. first, last: (R,) index of each run's ends. low, high: (R,) the first and last
    index that a window around a point of the run may see. cyclic: (R,) bool, a closed arc without corners: its last
    point is its first again. arc: (R,), tolerance: (R,) px.
    """

    points: Points
    trusted: Mask
    first: Index
    last: Index
    low: Index
    high: Index
    cyclic: Mask
    arc: Index
    tolerance: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def walked(self) -> Floats:
        """(M,): the distance walked along all points up to each, px."""
        return walked(self.points)

    def of_points(self) -> Index:
        """(M,): the run that each point belongs to."""
        starts = np.where(self.cyclic, self.low, self.first)
        return np.searchsorted(starts, np.arange(len(self.points)), side="right") - 1


class _Piece(NamedTuple):
    """A run of an arc: its points among all arcs' points, and whether it is the whole of a closed arc."""

    arc: int
    points: Index
    cyclic: bool


def _pieces(arcs: Arcs, corners: Corners) -> list[_Piece]:
    """The arcs cut at their corners."""
    pieces: list[_Piece] = []
    bounds = np.searchsorted(corners.index, arcs.offsets)
    for k, (start, count, closed) in enumerate(
        zip(arcs.offsets[:-1].tolist(), arcs.counts.tolist(), arcs.closed.tolist(), strict=True)
    ):
        cuts = (corners.index[bounds[k] : bounds[k + 1]] - start).tolist()
        if closed and not cuts:
            top = int(np.argmin(arcs.points[start : start + count, 1]))
            pieces.append(_Piece(k, start + np.arange(top - PAD, top + count + PAD + 1) % count, True))
            continue
        cuts = [*cuts, cuts[0] + count] if closed else [0, *cuts, count - 1]
        pieces.extend(_Piece(k, start + np.arange(a, b + 1) % count, False) for a, b in pairwise(cuts))
    return pieces


def smooth_runs(arcs: Arcs, corners: Corners) -> Runs:
    """The runs between corners; a closed arc without corners begins at its topmost point."""
    pieces = _pieces(arcs, corners)
    counts = np.array([len(piece.points) for piece in pieces], np.int64)
    index = np.concatenate([piece.points for piece in pieces]) if pieces else np.zeros(0, np.int64)
    cyclic, arc = np.array([p.cyclic for p in pieces], bool), np.array([p.arc for p in pieces], np.int64)
    placed = arcs.points.copy()
    placed[corners.index] = corners.points
    points = placed[index]
    start, stop = offsets_of(counts)[:-1].astype(np.int64), offsets_of(counts)[1:].astype(np.int64)
    pad = np.where(cyclic, PAD, 0)
    first, last = start + pad, stop - 1 - pad
    run, place = owners(counts), np.arange(len(index))
    trusted = cyclic[run] | ~(_near(points, place, first[run]) | _near(points, place, last[run]))
    low = np.where(cyclic, start, _reach(trusted, start, stop, 1))
    high = np.where(cyclic, stop - 1, _reach(trusted, start, stop, -1))
    return Runs(points, trusted, first, last, low, high, cyclic, arc, arcs.tolerance[arc])


def _near(points: Points, place: Index, end: Index) -> Mask:
    """Which points, their own places and their runs' ends given, an end's rounding reaches: along the run as well."""
    steps = np.abs(place - end)
    near = (steps <= _ROUNDED_POINTS) & (np.linalg.norm(points - points[end], axis=1) < ROUNDED)
    return np.asarray((steps <= 1) | near)


def _reach(trusted: Mask, start: Index, stop: Index, step: int) -> Index:
    """The first (step 1) or last (−1) trusted index in each [start, stop); where none is, the run's own end."""
    place = np.arange(len(trusted))
    if not len(start):
        return start
    if step > 0:
        return np.asarray(np.minimum(np.minimum.reduceat(np.where(trusted, place, len(place)), start), stop - 1))
    return np.asarray(np.maximum(np.maximum.reduceat(np.where(trusted, place, -1), start), start))


def begun_at_joints(runs: Runs, index: Index, run: Index, natural: Mask) -> tuple[Runs, Index, Index]:
    """The runs with every cyclic one begun at another of its joints, and the joints there.

    index: (J,), rising, run: (J,), natural: (J,), of the joints. A run begins at a natural one if there is any, else
    at the middle one; one of three joints or fewer stays. Where a cyclic run was begun by chance, its joint can then
    move or vanish like any other.
    """
    chosen, counts = _middle_joints(run, natural), np.bincount(run)
    shift = np.where(runs.cyclic & (counts > 3), index[chosen] - runs.first, 0)
    shift %= np.maximum(runs.last - runs.first, 1)
    of = runs.of_points()
    points = runs.points[_around(runs, np.arange(len(of)), of, shift[of])]
    index = _around(runs, index, run, -shift[run])
    index, first = np.unique(np.concatenate([index, runs.last]), return_index=True)
    return replace(runs, points=points), index, np.append(run, np.arange(len(counts)))[first]


def _middle_joints(run: Index, natural: Mask) -> Index:
    """(R,): of each run's joints the natural one nearest to its middle, the middle one where none is natural."""
    counts = np.bincount(run)
    preference = np.where(natural, len(run), 0) - np.abs(ranks(counts) - counts[run] // 2)
    head = offsets_of(counts)[:-1]
    best = np.flatnonzero(preference == np.maximum.reduceat(preference, head)[run])
    return best[np.searchsorted(best, head)]


def _around(runs: Runs, place: Index, run: Index, steps: Index) -> Index:
    """The points so many steps on from points of runs, around the cycle of their run; themselves for 0 steps."""
    count = np.maximum(runs.last - runs.first, 1)[run]
    return np.where(steps != 0, runs.first[run] + (place - runs.first[run] + steps) % count, place)
