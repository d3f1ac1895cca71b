"""Candidate joints on smooth runs: where a segment may begin or end, and how the curve passes there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points, freeze_fields
from svgai.draw.outline.fit.runs import Runs
from svgai.draw.ragged import owners, ranks
from svgai.draw.vectors import cross, turn, unit
from svgai.kernels.library import kernel
from svgai.records import Record

# Candidates follow one another after a turn of 0.2 rad, and after 2 points at least and 6 at most (by eye).
_TURN, _SPACING = 0.2, (2.0, 6.0)
# A turn is measured over 3 points to either side, where sub-pixel noise alone turns by 0.02 rad a point (by eye).
_TURN_REACH, _TURN_NOISE = 3, 0.02
# A local parabola sees 4 points to either side where the tolerance is 0.25 px, that of clean points; up to twice as
# many where it is greater, by its square root (by eye).
_HALF, _CLEAN_TOLERANCE = 4, 0.25
# A parabola's place, slope and bend are pulled to 0 by 1e-9, 1e-6 and 1e-3 points: decides only where two or three
# points are all there is.
_RIDGE = (1e-9, 1e-6, 1e-3)
# Clean points have an RMS of at most 0.2 of the tolerance (by eye).
_NOISE = 0.2
# A tangent is wrong by 0.015, 0.008 and 0.004 rad (σ) from windows of 1, 2 and 4 times the width, and by 0.03 rad from
# a one-sided one (by eye).
_SPREAD, _ONE_SIDED = {1: 0.015, 2: 0.008, 4: 0.004}, 0.03
# A tangent that differs by more than 0.03 rad, twice its σ, from the mean of the windows behind and ahead tells of a
# change of the bend.
_CHANGE = 0.03
# A one-sided window is taken where its RMS is below 0.5 of the one around the joint (by eye).
_CLEARLY = 0.5
# A wider window fits as well where its RMS is at most 1.15 times that of the narrow one (by eye).
_AS_WELL = 1.15
# A tangent within 0.5° of a horizontal or vertical is one (by eye).
_UPRIGHT = np.deg2rad(0.5)


class Joints(Record):
    """Candidates in order, run after run; the first and last of a run are its ends.

    index: (J,) int64 into Runs.points. run: (J,). points: (J, 2), on the curve. tangents: (J, 2) unit vectors along
    the walk. free: (J,) bool, corners and nodes, where the tangents of the two sides are independent and unknown.
    spread: (J,) radians, the σ of the tangents.
    """

    index: Index
    run: Index
    points: Points
    tangents: Points
    free: Mask
    spread: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)


def _turning(runs: Runs) -> Floats:
    """(M,): how fast the runs turn at each point, radians a point, the most within four points."""
    place, run = np.arange(len(runs.points)), runs.of_points()
    low, high = runs.low[run], runs.high[run]
    before, after = (np.clip(place + step, low, high) for step in (-_TURN_REACH, _TURN_REACH))
    turned = np.abs(turn(runs.points - runs.points[before], runs.points[after] - runs.points)) / _TURN_REACH
    turned = np.maximum(turned - _TURN_NOISE, 0)
    widest = turned
    for step in range(1, 5):
        widest = np.maximum(widest, np.maximum(np.roll(turned, step), np.roll(turned, -step)))
    return np.asarray(widest)


def _pick(runs: Runs) -> tuple[Index, Index]:
    """Indices and runs of the candidates, closer together where the run bends."""
    density = np.clip(_turning(runs) / _TURN, 1 / _SPACING[1], 1 / _SPACING[0])
    walked = np.concatenate([[0.0], np.cumsum(density)])
    length = walked[runs.last] - walked[runs.first]
    # A cyclic run needs a joint besides its start.
    spans = np.maximum(np.ceil(length - 1e-9).astype(np.int64), np.where(runs.cyclic, 4, 1))
    spans = np.minimum(spans, runs.last - runs.first)
    run, rank = owners(spans + 1), ranks(spans + 1)
    level = walked[runs.first][run] + rank / spans[run] * length[run]
    index = np.clip(np.searchsorted(walked, level - 1e-9), runs.first[run], runs.last[run])
    index = np.where(rank == spans[run], runs.last[run], index)
    keep = np.concatenate([[True], (np.diff(index) > 0) | (np.diff(run) > 0)]) if len(index) else np.zeros(0, bool)
    return index[keep], run[keep]


class _Local(NamedTuple):
    """What windows of points say of the curve at n joints. points, tangents: (n, 2), unit; rms: (n,) px, of their
    points across the tangent."""

    points: Points
    tangents: Points
    rms: Floats


def _parabolas(runs: Runs, index: Index, run: Index, shift: int, scale: int) -> _Local:
    """The parabola in a window `scale` times as wide as one for clean points, `shift` half-widths ahead."""
    half = np.rint(_HALF * scale * np.clip(np.sqrt(runs.tolerance[run] / _CLEAN_TOLERANCE), 1, 2)).astype(np.int64)
    widest = int(half.max(initial=1))
    half = np.minimum(half, (runs.high[run] - runs.low[run]) // 2)
    center = np.clip(index + np.rint(shift * half).astype(np.int64), runs.low[run] + half, runs.high[run] - half)
    compiled = kernel("parabolas")
    if compiled is None:
        return specified(runs.points, index, center, half, widest)
    local = _Local(np.empty((len(index), 2)), np.empty((len(index), 2)), np.empty(len(index)))
    given = map(np.ascontiguousarray, (runs.points, index, center, half))
    compiled(len(index), widest, np.array(_RIDGE), *given, *local)
    return local


def specified(points: Points, index: Index, center: Index, half: Index, widest: int) -> _Local:
    """Parabolas through the points center ± half, (n,) each, over their distance from index in units of widest.

    What kernels/polynomials.c does, one window at a time.
    """
    span = np.arange(-widest, widest + 1)
    window = np.clip(center[:, None] + span, 0, len(points) - 1)
    weight = (np.abs(span) <= half[:, None]).astype(np.float64)
    steps = (window - index[:, None]) / widest
    powers = np.stack([np.ones_like(steps), steps, steps * steps], axis=2)
    weighted = powers * weight[..., None]
    normal = weighted.transpose(0, 2, 1) @ powers + np.diag(_RIDGE)
    seen = points[window]
    coefficients = np.linalg.solve(normal, weighted.transpose(0, 2, 1) @ seen)
    tangents = unit(coefficients[:, 1])
    across = cross(seen - powers @ coefficients, tangents[:, None]) * weight
    spare = np.maximum(weight.sum(axis=1) - 3, 0.5)
    return _Local(coefficients[:, 0], tangents, np.sqrt((across**2).sum(axis=1) / spare))


def upright(tangents: Points, within: float = _UPRIGHT) -> Points:
    """Unit vectors, (n, 2), with those within an angle of an axis turned onto it."""
    near = np.abs(tangents) < np.sin(within)
    turned = np.where(near, 0.0, tangents)
    return np.asarray(np.where(near.any(axis=1, keepdims=True), np.sign(turned), turned))


def candidates(runs: Runs) -> Joints:
    """Candidates on all runs, closer together where they bend."""
    return joints_at(runs, *_pick(runs))


def nearby(runs: Runs, index: Index, run: Index, reach: int) -> tuple[Joints, Index]:
    """Joints at every other point within `reach` of some, (index, run), and the ranks of those; ends of runs alone."""
    end = (index == runs.first[run]) | (index == runs.last[run])
    around = index[:, None] + np.where(end[:, None], 0, np.arange(-reach, reach + 1, 2))
    rank = np.repeat(np.arange(len(index)), around.shape[1])
    # A joint's own point comes first, so that no neighbour's reach takes an end away.
    order = np.argsort(np.abs(around - index[:, None]).ravel(), kind="stable")
    flat, rank = around.ravel()[order], rank[order]
    inside = (flat >= runs.first[run[rank]]) & (flat <= runs.last[run[rank]])
    flat, first = np.unique(flat[inside], return_index=True)
    rank = rank[inside][first]
    return joints_at(runs, flat, run[rank]), rank


class _Estimates:
    """The best that is known of n joints so far; mutable. points, tangents: (n, 2); spread: (n,) radians."""

    def __init__(self, local: _Local, spread: float) -> None:
        self.points, self.tangents = local.points.copy(), local.tangents.copy()
        self.spread = np.full(len(local.points), spread)

    def replace(self, rows: Mask, points: Points, tangents: Points, spread: float) -> None:
        """Take others, given for all joints, in some rows."""
        self.points[rows], self.tangents[rows], self.spread[rows] = points[rows], tangents[rows], spread


def joints_at(runs: Runs, index: Index, run: Index) -> Joints:
    """Joints at given points, rising, the ends of every run among them.

    Point and tangent are those of a local parabola, in the widest window that the points fit. Where the run's bend
    changes, as from a line to an arc, a window around the joint is wrong by 3° and more, but those behind and ahead
    are right, if noisier: then their mean is taken, or the one that the points fit, where the other straddles yet
    another change (the stencil choice of ENO schemes: A. Harten et al., J. Comput. Phys. 71, 1987).
    """
    found = _estimated(runs, index, run)
    end = (index == runs.first[run]) | (index == runs.last[run])
    free = end & ~runs.cyclic[run]
    found.points[free] = runs.points[index[free]]
    tangents = upright(found.tangents)
    _close(runs, index, run, found.points, tangents)
    return Joints(index, run, found.points, tangents, free, found.spread)


def _estimated(runs: Runs, index: Index, run: Index) -> _Estimates:
    """Point, tangent and its spread at given points of runs, from the windows that suit each."""
    around = _parabolas(runs, index, run, 0, 1)
    behind, ahead = (_parabolas(runs, index, run, shift, 1) for shift in (-1, 1))
    mean = unit(behind.tangents + ahead.tangents)
    noise = _NOISE * runs.tolerance[run]
    straddles = around.rms > 2 * noise
    changes = ~straddles & (np.abs(cross(mean, around.tangents)) > _CHANGE)
    found = _Estimates(around, _SPREAD[1])
    found.replace(changes, (behind.points + ahead.points) / 2, mean, _SPREAD[1])
    least = _CLEARLY * around.rms
    for side in (behind, ahead):
        better = straddles & (side.rms < least)
        found.replace(better, side.points, side.tangents, _ONE_SIDED)
        least[better] = side.rms[better]
    for scale in (2, 4):
        wide = _parabolas(runs, index, run, 0, scale)
        fits = ~straddles & ~changes & (wide.rms < np.maximum(_AS_WELL * around.rms, noise))
        found.replace(fits, wide.points, wide.tangents, _SPREAD[scale])
    return found


def _close(runs: Runs, index: Index, run: Index, points: Points, tangents: Points) -> None:
    """Give the two ends of each cyclic run the same point and tangent, in place."""
    first = np.flatnonzero((index == runs.first[run]) & runs.cyclic[run])
    last = np.flatnonzero((index == runs.last[run]) & runs.cyclic[run])
    points[last], tangents[last] = points[first], tangents[first]
