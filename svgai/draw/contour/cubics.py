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
# points leave the handles undetermined.
_RIDGE = 1e-3
# Weight that holds a control on its tangent.
_HELD = 1e6


class Ends(NamedTuple):
    """The two ends of each of B curves.

    points: (B, 2, 2). tangents: (B, 2, 2), unit vectors into the curve. free: (B, 2) bool, whether the control may
    leave the tangent. length: (B,) px, the arc length between the ends.
    """

    points: Points
    tangents: Points
    free: NDArray[np.bool_]
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


def _solve(ends: Ends, points: Points, weight: NDArray[np.float64], u: NDArray[np.float64]) -> Points:
    """(B, 4, 2): the least-squares cubics at fixed parameters."""
    v = 1 - u
    b1, b2 = 3 * u * v * v, 3 * u * u * v
    start, end = ends.points[:, :1], ends.points[:, 1:]
    rest = points - (v * v * (v + 3 * u))[..., None] * start - (u * u * (u + 3 * v))[..., None] * end
    w1, w2 = weight * b1, weight * b2
    s11, s12, s22 = ((a * b).sum(axis=1) for a, b in ((w1, b1), (w1, b2), (w2, b2)))
    # Each control in the frame (tangent, normal) of its end.
    frames = np.stack([ends.tangents, ends.tangents[..., ::-1] * [-1, 1]], axis=2)  # (B, end, axis, xy)
    cross = s12[:, None, None] * (frames[:, 0] @ frames[:, 1].transpose(0, 2, 1))
    held = np.where(ends.free, _RIDGE, _HELD)
    ridge = np.stack([np.full_like(held, _RIDGE), held], axis=2)  # (B, end, axis)
    d1, d2 = s11[:, None] + ridge[:, 0], s22[:, None] + ridge[:, 1]
    pull = np.stack([_RIDGE * ends.length / 3, np.zeros(len(u))], axis=1)
    r1 = np.einsum("bac,bkc,bk->ba", frames[:, 0], rest, w1, optimize=True) + pull
    r2 = np.einsum("bac,bkc,bk->ba", frames[:, 1], rest, w2, optimize=True) + pull
    schur = -np.einsum("bai,ba,baj->bij", cross, 1 / d1, cross)
    m00, m01, m11 = schur[:, 0, 0] + d2[:, 0], schur[:, 0, 1], schur[:, 1, 1] + d2[:, 1]
    right = r2 - np.einsum("bai,ba->bi", cross, r1 / d1)
    det = m00 * m11 - m01 * m01
    y = np.stack([m11 * right[:, 0] - m01 * right[:, 1], m00 * right[:, 1] - m01 * right[:, 0]], axis=1) / det[:, None]
    x = (r1 - np.einsum("bai,bi->ba", cross, y)) / d1
    # A held control sits on its tangent to the bit.
    x[~ends.free[:, 0], 1] = 0
    y[~ends.free[:, 1], 1] = 0
    controls = np.stack([x[:, None] @ frames[:, 0], y[:, None] @ frames[:, 1]], axis=1)[:, :, 0] + ends.points
    return np.stack([ends.points[:, 0], controls[:, 0], controls[:, 1], ends.points[:, 1]], axis=1)


def chord_parameters(points: Points, ends: Ends) -> NDArray[np.float64]:
    """(B, K): parameters in proportion to the distance walked from point to point."""
    path = np.concatenate([ends.points[:, :1], points, ends.points[:, 1:]], axis=1)
    walked = np.cumsum(np.linalg.norm(np.diff(path, axis=1), axis=2), axis=1)
    return np.asarray(walked[:, :-1] / np.maximum(walked[:, -1:], 1e-12))


def fit_cubics(
    ends: Ends, points: Points, weight: NDArray[np.float64], rounds: int
) -> tuple[Points, NDArray[np.float64]]:
    """The cubics (B, 4, 2) nearest to points (B, K, 2) of weights (B, K), after `rounds` ≥ 1 solutions.

    Also returns the points' distances from them, (B, K), px; 0 where the weight is 0. A handle that would point
    backwards or reach beyond the arc's length makes the distances of its curve infinite.
    """
    u = chord_parameters(points, ends)
    for _ in range(rounds):
        beziers = _solve(ends, points, weight, u)
        u = project(beziers, points, u)
    distance = np.linalg.norm(evaluate(beziers, u) - points, axis=2) * (weight > 0)
    handles = (beziers[:, 1:3] - ends.points)
    along = (handles * ends.tangents).sum(axis=2)
    sane = (along > 0) & (along <= ends.length[:, None])
    sane |= ends.free & (np.linalg.norm(handles, axis=2) <= ends.length[:, None])
    distance[~sane.all(axis=1)] = np.inf
    return beziers, distance
