"""Corners of arcs: where two sides, each smooth, explain the points better than one curve."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points, freeze_fields
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.vectors import cross, turn, unit
from svgai.kernels.library import kernel
from svgai.records import Record

# A corner turns by 25° at least; a smoother joint is drawn as a curve (by eye).
TURN = np.deg2rad(25)
# A corner is looked for where the chords of 4 steps to either side turn by half as much.
_CHORD = 4
# The point next to a corner on either side, rounded by the pixel's own width, is left out of the sides.
_SKIP = 2
# A side is the first that holds of these: its first point and number of points, and the degree of the polynomial
# through them (by eye: long before short, lines before parabolas).
_SIDES = ((2, 8, 1), (2, 8, 2), (2, 5, 1), (2, 5, 2), (2, 3, 1), (1, 3, 1))
_LONGEST = max(first + count for first, count, _ in _SIDES)
# A side's coefficients are pulled to 0 by 1e-9 points: decides only where points are missing.
_RIDGE = 1e-9
# Two sides whose directions have a sine below 0.05 (3°) are all but parallel: they meet nowhere worth trusting.
_PARALLEL = 0.05
# A corner lies at most 1.5 px from the point it stands for: an acute tip fades before its end (by eye).
_AWAY = 1.5
# One curve has to explain 5 points to either side (by eye).
_ONE_CURVE = 5
# Clean sides have an RMS of at most 0.3 of the tolerance and 0.06 px at least (by eye).
_SLACK_SHARE, _SLACK_LEAST = 0.3, 0.06
# Two sides fit where their RMS is below 0.7 of that of one curve (by eye).
_TWO_SHARE = 0.7
# One curve fails where its RMS is above 0.2 px × the tangent of half the turn, and above 0.2 px for turns of 90° and
# more: on polygons of 3 to 13 sides it is 0.31 px × that and more.
_ONE_LEAST, _ONE_BEND = 0.2, 1.0
# The point beside the apex is near where it stays off the sides by at most 1.2 × slack + 0.34 px × the tangent of half
# the turn, that being 4 at most: on polygons of 3 to 13 sides it is 0.05 px + 0.1 px × that in the median, and 0.2 px
# × that and more where a radius of 3 px rounds the corner.
_CUT_SLACK, _CUT_LEAST, _CUT_BEND = 1.2, 0.34, 4.0
# A score divides by the RMS of the sides, the cut and the distance of the apex, each plus this much, px, below which
# they differ by chance (by eye).
_SCORE_TWO, _SCORE_CUT, _SCORE_APART = 0.02, 0.1, 0.3
# Corners within 4 points along the arc and 2 px of one another stand for the same place, and so do neighbours: the one
# of the highest score stays (by eye).
_RIVALS, _SAME_PLACE = 4, 2.0


class Corners(Record):
    """index: (C,) int64, rising, the points of the arcs that stand for corners; points: (C, 2), where these are."""

    index: Index
    points: Points

    def __post_init__(self) -> None:
        freeze_fields(self)


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
    """The points where the chords of _CHORD steps to either side turn by half a corner or more."""
    index = np.arange(len(arcs.points))
    behind, ahead = _around(arcs, index, np.array([-_CHORD, _CHORD]))[0].T
    turned = np.abs(turn(arcs.points - arcs.points[behind], arcs.points[ahead] - arcs.points))
    inside = _around(arcs, index, np.array([-_SKIP - 1, _SKIP + 1]))[1].all(axis=1)
    return np.flatnonzero(inside & (turned > TURN / 2))


def _polynomials(parameters: Floats, points: Points, weight: Floats, degree: int) -> tuple[Points, Floats]:
    """Coefficients (B, degree + 1, 2) of points (B, k, 2) over parameters (B, k), and the points' RMS, (B,) px.

    weight: (B, k), 1 of a point that counts and 0 of one that does not.
    """
    compiled = kernel("polynomials")
    if compiled is None:
        return specified(parameters, points, weight, degree)
    windows, count = weight.shape
    coefficients, rms = np.empty((windows, degree + 1, 2)), np.empty(windows)
    given = map(np.ascontiguousarray, (parameters, points, weight))
    compiled(windows, count, degree + 1, _RIDGE, *given, coefficients, rms)
    return coefficients, rms


def specified(parameters: Floats, points: Points, weight: Floats, degree: int) -> tuple[Points, Floats]:
    """_polynomials in numpy: what kernels/polynomials.c does, one window at a time."""
    powers = parameters[..., None] ** np.arange(degree + 1)
    weighted = powers * weight[..., None]
    normal = weighted.transpose(0, 2, 1) @ powers + _RIDGE * np.eye(degree + 1)
    coefficients = np.linalg.solve(normal, weighted.transpose(0, 2, 1) @ points)
    rest = points - powers @ coefficients
    spare = np.maximum(weight.sum(axis=1) - degree - 1, 0.5)
    rms = np.sqrt(((rest**2).sum(axis=2) * weight).sum(axis=1) / spare)
    return np.asarray(coefficients), np.asarray(rms)


class _Side(NamedTuple):
    """One side of n would-be corners. place: (n, 2), where it would pass the point; away: (n, 2), its unit direction
    away from there; rms: (n,) px, of its points, inf where no side holds."""

    place: Points
    away: Points
    rms: Floats


def _side(arcs: Arcs, index: Index, step: int, slack: Floats) -> _Side:
    """The side along `step` (±1) of each point: the first of _SIDES whose RMS is within the slack."""
    around, exists = _around(arcs, index, step * np.arange(_LONGEST))
    points = arcs.points[around]
    walked = np.cumsum(np.linalg.norm(np.diff(points, axis=1), axis=2), axis=1)
    walked = np.concatenate([np.zeros((len(index), 1)), walked], axis=1)
    place, away = np.zeros((len(index), 2)), np.zeros((len(index), 2))
    rms = np.full(len(index), np.inf)
    for first, count, degree in _SIDES:
        window = slice(first, first + count)
        weight = exists[:, window].astype(np.float64)
        coefficients, error = _polynomials(walked[:, window], points[:, window], weight, degree)
        holds = np.isinf(rms) & weight.all(axis=1) & (error <= slack)
        place[holds], away[holds], rms[holds] = coefficients[holds, 0], coefficients[holds, 1], error[holds]
    return _Side(place, unit(away), rms)


def _one_curve(arcs: Arcs, index: Index) -> Floats:
    """RMS of the points around from their circle or their parametric cubic, whichever explains them better."""
    around, exists = _around(arcs, index, np.arange(-_ONE_CURVE, _ONE_CURVE + 1))
    points = arcs.points[around] - arcs.points[index][:, None]
    path = np.cumsum(np.linalg.norm(np.diff(points, axis=1, prepend=points[:, :1]), axis=2), axis=1)
    parameters = (path - path[:, _ONE_CURVE : _ONE_CURVE + 1]) / _ONE_CURVE
    cubic = _polynomials(parameters, points, exists.astype(np.float64), 3)[1]
    return np.minimum(cubic, _circle_rms(points, exists))


def _circle_rms(points: Points, exists: Mask) -> Floats:
    """RMS distance of points (B, k, 2) from their circle (I. Kåsa, IEEE Trans. Instrum. Meas. 25, 1976)."""
    weight = exists[..., None].astype(np.float64)
    design = np.concatenate([points, np.ones_like(points[..., :1])], axis=2)
    square = (points**2).sum(axis=2, keepdims=True)
    normal = (design * weight).transpose(0, 2, 1) @ design + _RIDGE * np.eye(3)
    a, b, c = np.moveaxis(np.linalg.solve(normal, (design * weight).transpose(0, 2, 1) @ square)[..., 0], 1, 0)
    radius = np.sqrt(np.maximum(c + (a * a + b * b) / 4, 1e-12))
    distance = np.hypot(points[..., 0] - a[:, None] / 2, points[..., 1] - b[:, None] / 2) - radius[:, None]
    return np.asarray(np.sqrt((distance**2 * weight[..., 0]).sum(axis=1) / weight[..., 0].sum(axis=1)))


class _Evidence(NamedTuple):
    """What speaks for n points being corners, (n,) each.

    turn: radians between the two sides. apart: px, from where these meet to the point. two, one: px, RMS of the points
    from the two sides and from one curve. cut: px, how far the points beside the apex stay off the sides.
    slack: px, the RMS that clean sides may have.
    """

    turn: Floats
    apart: Floats
    two: Floats
    one: Floats
    cut: Floats
    slack: Floats

    @property
    def holds(self) -> Mask:
        """Which are corners."""
        bend = np.tan(self.turn / 2)
        two_fit = self.two < np.minimum(self.slack, _TWO_SHARE * self.one)
        one_fails = self.one > _ONE_LEAST * np.minimum(bend, _ONE_BEND)
        near = self.cut < _CUT_SLACK * self.slack + _CUT_LEAST * np.minimum(bend, _CUT_BEND)
        return np.asarray((self.turn > TURN) & two_fit & one_fails & near)

    @property
    def score(self) -> Floats:
        """Which of several is the best: sharp, unlike one curve, like two sides, and near to the points."""
        unlike = self.one / (self.two + _SCORE_TWO)
        return self.turn**2 * unlike / (_SCORE_CUT + self.cut) / (_SCORE_APART + self.apart)


def find_corners(arcs: Arcs) -> Corners:
    """The corners of all arcs, the ends of open ones not among them.

    A corner turns by TURN at least between its two sides, each a line or a parabola of 3–8 points. The sides explain
    the points better than one circle or cubic does. And the points come as near to the corner as the pixel's width
    lets them, where a rounding of larger radius stays further off.
    """
    index = _bends(arcs)
    if not len(index):
        return Corners(index, np.zeros((0, 2)))
    tolerance = arcs.tolerance[np.searchsorted(arcs.offsets, index, side="right") - 1]
    slack = np.maximum(_SLACK_LEAST, _SLACK_SHARE * tolerance)
    behind, ahead = (_side(arcs, index, step, slack) for step in (-1, 1))
    apex = _meeting(behind, ahead)
    evidence = _Evidence(
        turn=np.pi - np.abs(turn(behind.away, ahead.away)),
        apart=np.linalg.norm(apex - arcs.points[index], axis=1),
        two=np.hypot(behind.rms, ahead.rms) / np.sqrt(2),
        one=_one_curve(arcs, index),
        cut=_cut(arcs, index, apex, (behind, ahead)),
        slack=slack,
    )
    good = evidence.holds
    return _strongest(arcs, index[good], _kept_near(apex, arcs.points[index])[good], evidence.score[good])


def _meeting(behind: _Side, ahead: _Side) -> Points:
    """Where the lines along two sides meet; half-way between their places where they are all but parallel."""
    sine = cross(behind.away, ahead.away)
    parallel = np.abs(sine) < _PARALLEL
    along = cross(ahead.place - behind.place, ahead.away) / np.where(parallel, np.inf, sine)
    middle = (behind.place + ahead.place) / 2
    return np.where(parallel[:, None], middle, behind.place + along[:, None] * behind.away)


def _kept_near(apex: Points, points: Points) -> Points:
    """Each apex, at most _AWAY from its point."""
    off = apex - points
    far = np.linalg.norm(off, axis=1, keepdims=True)
    return np.asarray(points + off * np.minimum(1, _AWAY / np.maximum(far, 1e-12)))


def _cut(arcs: Arcs, index: Index, apex: Points, sides: tuple[_Side, _Side]) -> Floats:
    """How far the points left out of the sides stay off the two rays from the apex, px."""
    middle = _around(arcs, index, np.arange(1 - _SKIP, _SKIP))[0]
    rest = arcs.points[middle] - apex[:, None]
    rays = []
    for side in sides:
        along = np.maximum((rest * side.away[:, None]).sum(axis=2), 0)
        rays.append(np.linalg.norm(rest - along[..., None] * side.away[:, None], axis=2))
    return np.asarray(np.stack(rays).min(axis=0).max(axis=1), np.float64)


def _strongest(arcs: Arcs, index: Index, points: Points, score: Floats) -> Corners:
    """Of corners that stand for the same place along an arc, or next to each other, the one of the highest score."""
    full, places = np.full(len(arcs.points), -1.0), np.zeros_like(arcs.points)
    full[index], places[index] = score, points
    steps = np.arange(1, _RIVALS + 1)
    around, exists = _around(arcs, index, np.concatenate([-steps, steps]))
    same = np.linalg.norm(places[around] - points[:, None], axis=2) < _SAME_PLACE
    rivals = np.where(exists & (same | (np.tile(steps, 2) == 1)), full[around], -1)
    before, after = np.split(rivals, 2, axis=1)
    top = (score[:, None] > before).all(axis=1) & (score[:, None] >= after).all(axis=1)
    return Corners(index[top], points[top])
