"""Corners of arcs: where two sides, each smooth, explain the points better than one curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.outline.planar.arcs import Arcs

# The least turn of a corner; a smoother joint is drawn as a curve.
TURN = np.deg2rad(25)
# The nearest points, rounded by the pixel's own width, are left out of either side.
_SKIP = 2
# First point and number of points of a side, and degree of the polynomial through them: the first that holds is taken.
_SIDES = ((2, 8, 1), (2, 8, 2), (2, 5, 1), (2, 5, 2), (2, 3, 1), (1, 3, 1))
_LONGEST = max(first + count for first, count, _ in _SIDES)
# How far a corner may lie from the points it stands for, px: an acute tip fades before its end.
_AWAY = 1.5
# Points to either side that one curve has to explain.
_CIRCLE = 5


@dataclass(frozen=True, slots=True, eq=False)
class Corners:
    """index: (C,) int64, rising, the points of the arcs that stand for corners; points: (C, 2), where these are."""

    index: Index
    points: Points


def _around(arcs: Arcs, index: Index, offsets: Index) -> tuple[Index, Mask]:
    """Indices, (n, k), of the points `offsets` steps from `index` along their arcs, and whether they exist."""
    arc = np.searchsorted(arcs.offsets, index, side="right") - 1
    start = arcs.offsets[arc][:, None]
    count = arcs.offsets[arc + 1][:, None] - start
    local = index[:, None] - start + offsets
    exists = arcs.closed[arc][:, None] | ((local >= 0) & (local < count))
    exists &= np.abs(offsets) < count // 2
    return start + np.where(arcs.closed[arc][:, None], local % count, np.clip(local, 0, count - 1)), exists


def _bends(arcs: Arcs) -> Index:
    """The points where the chords of four steps to either side turn by half a corner or more."""
    index = np.arange(len(arcs.points))
    around = _around(arcs, index, np.array([-4, 4]))[0]
    back = arcs.points - arcs.points[around[:, 0]]
    ahead = arcs.points[around[:, 1]] - arcs.points
    cross = back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0]
    turn = np.abs(np.arctan2(cross, (back * ahead).sum(axis=1)))
    inside = _around(arcs, index, np.array([-_SKIP - 1, _SKIP + 1]))[1].all(axis=1)
    return np.flatnonzero(inside & (turn > TURN / 2))


def _polynomials(t: Floats, points: Points, weight: Floats, degree: int) -> tuple[Points, Floats]:
    """Coefficients (B, degree + 1, 2) of points (B, k, 2) over t (B, k), and the RMS across the tangent at t = 0."""
    powers = t[..., None] ** np.arange(degree + 1)
    weighted = powers * weight[..., None]
    normal = weighted.transpose(0, 2, 1) @ powers + 1e-9 * np.eye(degree + 1)
    coefficients = np.linalg.solve(normal, weighted.transpose(0, 2, 1) @ points)
    rest = points - powers @ coefficients
    spare = np.maximum(weight.sum(axis=1) - degree - 1, 0.5)
    rms = np.sqrt(((rest**2).sum(axis=2) * weight).sum(axis=1) / spare)
    return np.asarray(coefficients), np.asarray(rms)


def _side(arcs: Arcs, index: Index, step: int, slack: Floats) -> tuple[Points, Points, Floats]:
    """Where the side along `step` (±1) of each point would pass it, its unit direction away from it, and its RMS."""
    around, exists = _around(arcs, index, step * np.arange(_LONGEST))
    points = arcs.points[around]
    t = np.concatenate(
        [np.zeros((len(index), 1)), np.cumsum(np.linalg.norm(np.diff(points, axis=1), axis=2), axis=1)], axis=1
    )
    place, ahead = np.zeros((len(index), 2)), np.zeros((len(index), 2))
    rms = np.full(len(index), np.inf)
    open_ = np.ones(len(index), bool)
    for first, count, degree in _SIDES:
        window = slice(first, first + count)
        weight = exists[:, window].astype(np.float64)
        coefficients, error = _polynomials(t[:, window], points[:, window], weight, degree)
        better = open_ & weight.all(axis=1) & (error <= slack)
        place[better], ahead[better], rms[better] = coefficients[better, 0], coefficients[better, 1], error[better]
        open_ &= ~better
    return place, ahead / np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-12), rms


def _one_curve(arcs: Arcs, index: Index) -> Floats:
    """RMS of the points around from their circle or their parametric cubic, whichever explains them better."""
    around, exists = _around(arcs, index, np.arange(-_CIRCLE, _CIRCLE + 1))
    q = arcs.points[around] - arcs.points[index][:, None]
    walked = np.cumsum(np.linalg.norm(np.diff(q, axis=1, prepend=q[:, :1]), axis=2), axis=1)
    t = (walked - walked[:, _CIRCLE : _CIRCLE + 1]) / _CIRCLE
    cubic = _polynomials(t, q, exists.astype(np.float64), 3)[1]
    return np.minimum(cubic, _circle_rms(q, exists))


def _circle_rms(q: Points, exists: Mask) -> Floats:
    """RMS distance of points (B, k, 2) from their circle (I. Kåsa, IEEE Trans. Instrum. Meas. 25, 1976)."""
    w = exists[..., None].astype(np.float64)
    design = np.concatenate([q, np.ones_like(q[..., :1])], axis=2)
    square = (q**2).sum(axis=2, keepdims=True)
    normal = (design * w).transpose(0, 2, 1) @ design + 1e-9 * np.eye(3)
    a, b, c = np.moveaxis(np.linalg.solve(normal, (design * w).transpose(0, 2, 1) @ square)[..., 0], 1, 0)
    radius = np.sqrt(np.maximum(c + (a * a + b * b) / 4, 1e-12))
    distance = np.hypot(q[..., 0] - a[:, None] / 2, q[..., 1] - b[:, None] / 2) - radius[:, None]
    return np.asarray(np.sqrt((distance**2 * w[..., 0]).sum(axis=1) / w[..., 0].sum(axis=1)))


def find(arcs: Arcs) -> Corners:
    """The corners of all arcs, the ends of open ones not among them.

    A corner turns by TURN at least between its two sides, each a line or a parabola of 3–8 points. The sides explain
    the points better than one circle or cubic does. And the points come as near to the corner as the pixel's width
    lets them, where a rounding of larger radius stays further off.
    """
    index = _bends(arcs)
    if not len(index):
        return Corners(index, np.zeros((0, 2)))
    tolerance = arcs.tolerance[np.searchsorted(arcs.offsets, index, side="right") - 1]
    slack = np.maximum(0.06, 0.3 * tolerance)
    p, u, rms_back = _side(arcs, index, -1, slack)
    q, v, rms_ahead = _side(arcs, index, 1, slack)
    turn = np.pi - np.abs(np.arctan2(_cross(u, v), (u * v).sum(axis=1)))
    apex = _meeting(p, u, q, v)
    off = np.linalg.norm(apex - arcs.points[index], axis=1)
    bend = np.tan(turn / 2)
    two = np.hypot(rms_back, rms_ahead) / np.sqrt(2)
    one = _one_curve(arcs, index)
    cut = _cut(arcs, index, apex, u, v)
    # Measured on polygons of 3 to 13 sides: one ≥ 0.31 bend; cut ≤ 0.05 + 0.1 bend in the median, where roundings of
    # 3 px and more have 0.2 and more.
    good = (turn > TURN) & (two < np.minimum(slack, 0.7 * one)) & (one > 0.2 * np.minimum(bend, 1))
    good &= cut < 1.2 * slack + 0.34 * np.minimum(bend, 4)
    score = turn**2 * one / (two + 0.02) / (0.1 + cut) / (0.3 + off)
    return _strongest(arcs, index[good], _kept_near(apex, arcs.points[index])[good], score[good])


def _cross(u: Points, v: Points) -> Floats:
    return np.asarray(u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0])


def _meeting(p: Points, u: Points, q: Points, v: Points) -> Points:
    """Where the lines through p along u and through q along v meet; half-way where they are all but parallel."""
    cross = _cross(u, v)
    parallel = np.abs(cross) < 0.05
    along = _cross(q - p, v) / np.where(parallel, np.inf, cross)
    return np.where(parallel[:, None], (p + q) / 2, p + along[:, None] * u)


def _kept_near(apex: Points, points: Points) -> Points:
    """Each apex, at most _AWAY from its point."""
    off = apex - points
    far = np.linalg.norm(off, axis=1, keepdims=True)
    return np.asarray(points + off * np.minimum(1, _AWAY / np.maximum(far, 1e-12)))


def _cut(arcs: Arcs, index: Index, apex: Points, u: Points, v: Points) -> Floats:
    """How far the points left out of the sides stay off the two rays from the apex, px."""
    middle = _around(arcs, index, np.arange(1 - _SKIP, _SKIP))[0]
    rest = arcs.points[middle] - apex[:, None]
    rays = []
    for ray in (u, v):
        along = np.maximum((rest * ray[:, None]).sum(axis=2), 0)
        rays.append(np.linalg.norm(rest - along[..., None] * ray[:, None], axis=2))
    return np.asarray(np.stack(rays).min(axis=0).max(axis=1), np.float64)


def _strongest(arcs: Arcs, index: Index, points: Points, score: Floats) -> Corners:
    """Of corners that stand for the same place along an arc, or next to each other, the one of the highest score."""
    full, places = np.full(len(arcs.points), -1.0), np.zeros_like(arcs.points)
    full[index], places[index] = score, points
    steps = np.array([1, 2, 3, 4])
    around, exists = _around(arcs, index, np.concatenate([-steps, steps]))
    same = np.linalg.norm(places[around] - points[:, None], axis=2) < 2
    rivals = np.where(exists & (same | (np.tile(steps, 2) == 1)), full[around], -1)
    before, after = np.split(rivals, 2, axis=1)
    top = (score[:, None] > before).all(axis=1) & (score[:, None] >= after).all(axis=1)
    return Corners(index[top], points[top])
