"""Arcs cut at their corners into smooth runs, each with room to look beyond its ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.outline.fit.corners import Corners
from svgai.draw.outline.planar.arcs import Arcs

# Points this near a corner or a node are rounded by the pixel's own width and say nothing about the sides, px.
ROUNDED = 1.6
# How far a cyclic run continues past its ends, points.
PAD = 24


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
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

    def of_points(self) -> Index:
        """(M,): the run that each point belongs to."""
        starts = np.where(self.cyclic, self.low, self.first)
        return np.searchsorted(starts, np.arange(len(self.points)), side="right") - 1


def _pieces(arcs: Arcs, corners: Corners) -> list[tuple[int, Index, bool]]:
    """(arc, indices of points, cyclic) of every run."""
    pieces: list[tuple[int, Index, bool]] = []
    bounds = np.searchsorted(corners.index, arcs.offsets)
    for k, (start, stop, closed) in enumerate(
        zip(arcs.offsets[:-1].tolist(), arcs.offsets[1:].tolist(), arcs.closed.tolist(), strict=True)
    ):
        n = stop - start
        cuts = (corners.index[bounds[k] : bounds[k + 1]] - start).tolist()
        if closed and not cuts:
            top = int(np.argmin(arcs.points[start:stop, 1]))
            pieces.append((k, start + np.arange(top - PAD, top + n + PAD + 1) % n, True))
            continue
        cuts = [*cuts, cuts[0] + n] if closed else [0, *cuts, n - 1]
        pieces.extend((k, start + np.arange(a, b + 1) % n, False) for a, b in pairwise(cuts))
    return pieces


def split(arcs: Arcs, corners: Corners) -> Runs:
    """The runs between corners; a closed arc without corners begins at its topmost point."""
    pieces = _pieces(arcs, corners)
    index = np.concatenate([p for _, p, _ in pieces]) if pieces else np.zeros(0, np.int64)
    stop = np.cumsum([len(p) for _, p, _ in pieces], dtype=np.int64)
    start = stop - np.array([len(p) for _, p, _ in pieces], np.int64)
    cyclic = np.array([c for _, _, c in pieces], bool)
    arc = np.array([a for a, _, _ in pieces], np.int64)
    placed = arcs.points.copy()
    placed[corners.index] = corners.points
    points = placed[index]
    run = np.repeat(np.arange(len(pieces)), stop - start)
    pad = np.where(cyclic, PAD, 0)
    first, last = start + pad, stop - 1 - pad
    place = np.arange(len(index))
    trusted = cyclic[run]
    trusted |= ~(_near(points, place, first[run]) | _near(points, place, last[run]))
    low = np.where(cyclic, start, _reach(trusted, start, stop, 1))
    high = np.where(cyclic, stop - 1, _reach(trusted, start, stop, -1))
    return Runs(points, trusted, first, last, low, high, cyclic, arc, arcs.tolerance[arc])


def _near(points: Points, place: Index, end: Index) -> Mask:
    """Which points, their own places and their runs' ends given, an end's rounding reaches: along the run as well."""
    steps = np.abs(place - end)
    return np.asarray((steps <= 1) | ((steps <= 4) & (np.linalg.norm(points - points[end], axis=1) < ROUNDED)))


def _reach(trusted: Mask, start: Index, stop: Index, step: int) -> Index:
    """The first (step 1) or last (−1) trusted index in each [start, stop); where none is, the run's own end."""
    place = np.arange(len(trusted))
    if not len(start):
        return start
    if step > 0:
        return np.asarray(np.minimum(np.minimum.reduceat(np.where(trusted, place, len(place)), start), stop - 1))
    return np.asarray(np.maximum(np.maximum.reduceat(np.where(trusted, place, -1), start), start))


def turned(runs: Runs, index: Index, run: Index, natural: Mask) -> tuple[Runs, Index, Index]:
    """The runs with every cyclic one begun at another of its joints, (index, run), and the joints there.

    At a natural one if there is any, else at the middle one. Where a cyclic run was begun by chance, its joint can
    then move or vanish like any other.
    """
    count = runs.last - runs.first
    ranks = np.bincount(run, minlength=len(count))
    head = np.cumsum(ranks) - ranks
    rank = np.arange(len(run)) - head[run]
    score = np.where(natural, len(run), 0) - np.abs(rank - ranks[run] // 2)
    best = np.flatnonzero(score == np.maximum.reduceat(score, head)[run])
    pick = best[np.searchsorted(best, head)]
    shift = np.where(runs.cyclic & (ranks > 3), index[pick] - runs.first, 0) % np.maximum(count, 1)
    place = np.arange(len(runs.points))
    of = runs.of_points()
    around = runs.first[of] + (place - runs.first[of] + shift[of]) % np.maximum(count[of], 1)
    moved = replace(runs, points=runs.points[np.where(shift[of] > 0, around, place)])
    steps = (index - runs.first[run] - shift[run]) % np.maximum(count[run], 1)
    index = np.where(shift[run] > 0, runs.first[run] + steps, index)
    index, first = np.unique(np.concatenate([index, runs.last]), return_index=True)
    return moved, index, np.concatenate([run, np.arange(len(count))])[first]
