"""Cubic Béziers through batches of points, by least squares.

P. J. Schneider, "An algorithm for automatically fitting digitized curves", Graphics Gems (1990): ends given, end
tangents given or free, parameters improved by Newton steps to the foot points. All curves of a batch are solved at
once, each system in closed form.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svgai.records import Points

# Pull of the handles towards a third of the arc's length, in units of one point's weight: decides only where the
# points leave the handles undetermined, as those of a nearly straight cubic.
_RIDGE = 1e-2
# Weights that leave a control free and that hold it on its tangent.
FREE, HELD = _RIDGE, 1e6
# What a distance along the curve counts beside one across it.
_SLIDING = 0.2


class Ends(NamedTuple):
    """The two ends of each of B curves.

    points: (B, 2, 2). tangents: (B, 2, 2), unit vectors into the curve. hold: (B, 2), what the square of a control's
    distance from its tangent costs, in units of a point's: FREE, HELD, or between where the tangent is an estimate.
    length: (B,) px, the arc length between the ends.
    """

    points: Points
    tangents: Points
    hold: NDArray[np.float64]
    length: NDArray[np.float64]

    def take(self, rows: NDArray[np.generic]) -> Ends:
        return Ends(*(field[rows] for field in self))


def evaluate(beziers: Points, u: NDArray[np.float64]) -> Points:
    """(B, K, 2): the points of B cubics (B, 4, 2) at parameters u, (B, K)."""
    v = 1 - u
    basis = np.stack([v * v * v, 3 * u * v * v, 3 * u * u * v, u * u * u], axis=-1)
    return np.asarray(basis @ beziers)


def derivative(beziers: Points, u: NDArray[np.float64]) -> Points:
    """(B, K, 2): the first derivative at u."""
    v = 1 - u
    return np.asarray(np.stack([v * v, 2 * u * v, u * u], axis=-1) @ (3 * np.diff(beziers, axis=1)))


def project(beziers: Points, points: Points, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """One Newton step of u, (B, K), towards the feet of points, (B, K, 2), on their cubics."""
    offset = evaluate(beziers, u) - points
    first = derivative(beziers, u)
    bend = 6 * np.diff(beziers, n=2, axis=1)
    second = bend[:, :1] * (1 - u)[..., None] + bend[:, 1:] * u[..., None]
    slope = np.einsum("bkc,bkc->bk", first, first)
    curve = slope + np.einsum("bkc,bkc->bk", offset, second)
    # Near a centre of curvature Newton's denominator fails; Gauss–Newton's does not.
    step = np.einsum("bkc,bkc->bk", offset, first) / np.maximum(np.maximum(curve, 0.3 * slope), 1e-12)
    return np.asarray(np.clip(u - step, 0, 1))


def _solve(
    ends: Ends, points: Points, weight: NDArray[np.float64], u: NDArray[np.float64], along: Points | None
) -> Points:
    """(B, 4, 2): the least-squares cubics at fixed parameters.

    Given unit tangents `along`, (B, K, 2), distances along them count little: the points may slide on the curve, as
    they will when the parameters follow (tangent distance minimization: W. Wang, H. Pottmann, Y. Liu, ACM Trans.
    Graph. 25, 2006). Converges in two or three steps where distances between points take ten.
    """
    v = 1 - u
    start, end = ends.points[:, :1], ends.points[:, 1:]
    rest = points - (v * v * (v + 3 * u))[..., None] * start - (u * u * (u + 3 * v))[..., None] * end
    # Each control in the frame (tangent, normal) of its end.
    frames = np.stack([ends.tangents, ends.tangents[..., ::-1] * [-1, 1]], axis=2)  # (B, end, axis, xy)
    bases = np.stack([3 * u * v * v, 3 * u * u * v], axis=2)  # (B, K, end)
    root = np.sqrt(weight)[..., None]
    if along is None:
        axes = np.broadcast_to(np.eye(2), (*u.shape, 2, 2))
    else:
        axes = np.stack([along[..., ::-1] * [-1, 1], _SLIDING * along], axis=2)
    axes = root[..., None] * axes  # (B, K, row, xy)
    rows = np.einsum("bkrc,beac,bke->bkrea", axes, frames, bases, optimize=True).reshape(len(u), 2 * u.shape[1], 4)
    right = np.einsum("bkrc,bkc->bkr", axes, rest).reshape(len(u), 2 * u.shape[1], 1)
    normal = rows.transpose(0, 2, 1) @ rows
    moment = (rows.transpose(0, 2, 1) @ right)[..., 0]
    normal[:, [0, 2], [0, 2]] += _RIDGE
    normal[:, [1, 3], [1, 3]] += ends.hold
    moment[:, [0, 2]] += (_RIDGE * ends.length / 3)[:, None]
    x = _solve4(normal, moment).reshape(-1, 2, 2)
    # A held control sits on its tangent to the bit.
    x[..., 1][ends.hold >= HELD] = 0
    controls = ends.points + np.einsum("bea,beac->bec", x, frames)
    return np.stack([ends.points[:, 0], controls[:, 0], controls[:, 1], ends.points[:, 1]], axis=1)


def _inverse2(m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverses of symmetric (B, 2, 2)."""
    det = m[:, 0, 0] * m[:, 1, 1] - m[:, 0, 1] * m[:, 1, 0]
    adjugate = np.stack([m[:, 1, 1], -m[:, 0, 1], -m[:, 1, 0], m[:, 0, 0]], axis=1).reshape(-1, 2, 2)
    return np.asarray(adjugate / det[:, None, None])


def _solve4(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Solutions of symmetric positive (B, 4, 4), by blocks: three times as fast as LAPACK on small matrices."""
    inverse = _inverse2(a[:, :2, :2])
    cross = a[:, 2:, :2] @ inverse
    y = _inverse2(a[:, 2:, 2:] - cross @ a[:, :2, 2:]) @ (b[:, 2:, None] - cross @ b[:, :2, None])
    x = inverse @ (b[:, :2, None] - a[:, :2, 2:] @ y)
    return np.asarray(np.concatenate([x, y], axis=1)[..., 0])


def chord_parameters(points: Points, ends: Points) -> NDArray[np.float64]:
    """(B, K): parameters in proportion to the distance walked from point to point, between ends (B, 2, 2)."""
    path = np.concatenate([ends[:, :1], points, ends[:, 1:]], axis=1)
    walked = np.cumsum(np.linalg.norm(np.diff(path, axis=1), axis=2), axis=1)
    return np.asarray(walked[:, :-1] / np.maximum(walked[:, -1:], 1e-12))


def fit_cubics(
    ends: Ends, points: Points, weight: NDArray[np.float64], rounds: int
) -> tuple[Points, NDArray[np.float64]]:
    """The cubics (B, 4, 2) nearest to points (B, K, 2) of weights (B, K), after `rounds` ≥ 1 solutions.

    Also returns the points' distances from them, (B, K), px; 0 where the weight is 0. Where a handle would point
    backwards or reach beyond the arc's length, both are a third of that along the tangents.
    """
    u = chord_parameters(points, ends.points)
    along = None
    for _ in range(rounds):
        beziers = _solve(ends, points, weight, u, along)
        u = project(beziers, points, u)
        slope = derivative(beziers, u)
        along = slope / np.maximum(np.linalg.norm(slope, axis=2, keepdims=True), 1e-12)
    handles = beziers[:, 1:3] - ends.points
    along = (handles * ends.tangents).sum(axis=2)
    sane = (along > 0) | (ends.hold <= FREE)
    sane &= np.linalg.norm(handles, axis=2) <= ends.length[:, None]
    wild = np.flatnonzero(~sane.all(axis=1))
    beziers[wild, 1:3] = (ends.points + ends.tangents * ends.length[:, None, None] / 3)[wild]
    u[wild] = project(beziers[wild], points[wild], chord_parameters(points[wild], ends.points[wild]))
    return beziers, np.linalg.norm(evaluate(beziers, u) - points, axis=2) * (weight > 0)
