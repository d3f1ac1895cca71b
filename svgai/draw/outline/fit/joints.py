"""Candidate joints on smooth runs: where a segment may begin or end, and how the curve passes there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.outline.fit.runs import Runs

# Turn between candidates, radians, and their least and greatest spacing, points.
_TURN = 0.2
_SPACING = (2.0, 6.0)
# Points to either side that a local parabola sees at a tolerance of 0.25 px; more where the points are noisier.
_HALF = 4
# RMS of clean points, as a share of the tolerance.
_NOISE = 0.2
# What a tangent may be wrong by, radians, by the scale of its window, and in a one-sided one.
_SPREAD, _ONE_SIDED = {1: 0.015, 2: 0.008, 4: 0.004}, 0.03
# A disagreement, radians, with the mean of the windows behind and ahead that noise does not explain: twice their σ.
_CHANGE = 0.03
# A tangent this near a horizontal or vertical is one.
_UPRIGHT = np.deg2rad(0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Joints:
    """Candidates in order, run after run; the first and last of a run are its ends.

    index: (J,) int64 into Runs.points. run: (J,). points: (J, 2), on the curve. tangents: (J, 2) unit vectors along
    the walk. free: (J,) bool, corners and nodes, where the tangents of the two sides are independent and unknown.
    """

    index: Index
    run: Index
    points: Points
    tangents: Points
    free: Mask
    spread: Floats


def _turning(runs: Runs) -> Floats:
    """(M,): how fast the runs turn at each point, radians a point, the most within four points."""
    m = len(runs.points)
    place = np.arange(m)
    run = runs.of_points()
    low, high = runs.low[run], runs.high[run]
    before, after = np.clip(place - 3, low, high), np.clip(place + 3, low, high)
    back = runs.points - runs.points[before]
    ahead = runs.points[after] - runs.points
    cross = back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0]
    turn = np.abs(np.arctan2(cross, (back * ahead).sum(axis=1))) / 3
    # Sub-pixel noise alone turns by a few hundredths over three points.
    turn = np.maximum(turn - 0.02, 0)
    widest = turn
    for k in range(1, 5):
        widest = np.maximum(widest, np.maximum(np.roll(turn, k), np.roll(turn, -k)))
    return np.asarray(widest)


def _pick(runs: Runs) -> tuple[Index, Index]:
    """Indices and runs of the candidates, closer together where the run bends."""
    density = np.clip(_turning(runs) / _TURN, 1 / _SPACING[1], 1 / _SPACING[0])
    walked = np.concatenate([[0.0], np.cumsum(density)])
    count = np.maximum(np.ceil(walked[runs.last] - walked[runs.first] - 1e-9).astype(np.int64), 1)
    # A cyclic run needs a joint besides its start.
    count = np.minimum(np.maximum(count, np.where(runs.cyclic, 4, 1)), runs.last - runs.first)
    run = np.repeat(np.arange(len(count)), count + 1)
    rank = np.arange(len(run)) - np.repeat(np.cumsum(count + 1) - count - 1, count + 1)
    level = walked[runs.first][run] + rank / count[run] * (walked[runs.last] - walked[runs.first])[run]
    index = np.clip(np.searchsorted(walked, level - 1e-9), runs.first[run], runs.last[run])
    index = np.where(rank == count[run], runs.last[run], index)
    keep = np.concatenate([[True], (np.diff(index) > 0) | (np.diff(run) > 0)]) if len(index) else np.zeros(0, bool)
    return index[keep], run[keep]


def _parabolas(runs: Runs, index: Index, run: Index, shift: int, scale: int) -> tuple[Points, Points, Floats]:
    """Point, tangent and RMS of the parabola in a window `scale` times as wide, `shift` half-widths ahead."""
    half = np.rint(_HALF * scale * np.clip(np.sqrt(runs.tolerance[run] / 0.25), 1, 2)).astype(np.int64)
    widest = int(half.max(initial=1))
    span = np.arange(-widest, widest + 1)
    room = runs.high[run] - runs.low[run]
    half = np.minimum(half, room // 2)
    center = np.clip(index + np.rint(shift * half).astype(np.int64), runs.low[run] + half, runs.high[run] - half)
    window = np.clip(center[:, None] + span, 0, len(runs.points) - 1)
    weight = (np.abs(span) <= half[:, None]).astype(np.float64)
    t = (window - index[:, None]) / widest
    powers = np.stack([np.ones_like(t), t, t * t], axis=2)
    weighted = powers * weight[..., None]
    # The ridge on the bend decides only where two or three points are all there is.
    normal = weighted.transpose(0, 2, 1) @ powers + np.diag([1e-9, 1e-6, 1e-3])
    q = runs.points[window]
    coefficients = np.linalg.solve(normal, weighted.transpose(0, 2, 1) @ q)
    tangent = coefficients[:, 1] / np.maximum(np.linalg.norm(coefficients[:, 1], axis=1, keepdims=True), 1e-12)
    rest = q - powers @ coefficients
    across = (rest[..., 0] * tangent[:, None, 1] - rest[..., 1] * tangent[:, None, 0]) * weight
    spare = np.maximum(weight.sum(axis=1) - 3, 0.5)
    return coefficients[:, 0], tangent, np.sqrt((across**2).sum(axis=1) / spare)


def upright(tangents: Points, within: float = _UPRIGHT) -> Points:
    """Unit vectors, (n, 2), with those within an angle of an axis turned onto it."""
    near = np.abs(tangents) < np.sin(within)
    turned = np.where(near, 0.0, tangents)
    return np.asarray(np.where(near.any(axis=1, keepdims=True), np.sign(turned), turned))


def candidates(runs: Runs) -> Joints:
    """Candidates on all runs, closer together where they bend."""
    return at(runs, *_pick(runs))


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
    return at(runs, flat, run[rank]), rank


def at(runs: Runs, index: Index, run: Index) -> Joints:
    """Joints at given points, rising, the ends of every run among them.

    Point and tangent are those of a local parabola, in the widest window that the points fit. Where the run's bend
    changes, as from a line to an arc, a window around the joint is wrong by 3° and more, but those behind and ahead
    are right, if noisier: then their mean is taken, or the one that the points fit, where the other straddles yet
    another change (the stencil choice of ENO schemes: A. Harten et al., J. Comput. Phys. 71, 1987).
    """
    points, tangents, rms = _parabolas(runs, index, run, 0, 1)
    sides = [_parabolas(runs, index, run, shift, 1) for shift in (-1, 1)]
    mean = sides[0][1] + sides[1][1]
    mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)
    noise = _NOISE * runs.tolerance[run]
    straddles = rms > 2 * noise
    changes = ~straddles & (np.abs(mean[:, 0] * tangents[:, 1] - mean[:, 1] * tangents[:, 0]) > _CHANGE)
    spread = np.full(len(index), _SPREAD[1])
    points[changes], tangents[changes] = (sides[0][0] + sides[1][0])[changes] / 2, mean[changes]
    best = 0.5 * rms
    for p, t, r in sides:
        better = straddles & (r < best)
        points[better], tangents[better], spread[better], best[better] = p[better], t[better], _ONE_SIDED, r[better]
    even = ~straddles & ~changes
    for scale in (2, 4):
        p, t, r = _parabolas(runs, index, run, 0, scale)
        better = even & (r < np.maximum(1.15 * rms, noise))
        points[better], tangents[better], spread[better] = p[better], t[better], _SPREAD[scale]
    end = (index == runs.first[run]) | (index == runs.last[run])
    free = end & ~runs.cyclic[run]
    points[free] = runs.points[index[free]]
    tangents = upright(tangents)
    _close(runs, index, run, points, tangents)
    return Joints(index, run, points, tangents, free, spread)


def _close(runs: Runs, index: Index, run: Index, points: Points, tangents: Points) -> None:
    """Give the two ends of each cyclic run the same point and tangent, in place."""
    first = np.flatnonzero((index == runs.first[run]) & runs.cyclic[run])
    last = np.flatnonzero((index == runs.last[run]) & runs.cyclic[run])
    points[last], tangents[last] = points[first], tangents[first]
