"""Cubic Béziers through batches of points, by least squares.

P. J. Schneider, "An algorithm for automatically fitting digitized curves", Graphics Gems (1990): ends given, end
tangents given or free, parameters improved by Newton steps to the foot points. All curves of a batch are solved at
once, each system in closed form.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Points
from svgai.draw.vectors import right_hand
from svgai.kernels.library import kernel

# Handles are pulled to a third of the arc's length by 0.003 of one point's weight: decides only where the points leave
# them undetermined, as those of a nearly straight cubic (by eye).
_RIDGE = 3e-3
# A control is free at a weight of 1e-4 of a point's and held on its tangent at 1e6 (any numbers far from 1).
FREE, HELD = 1e-4, 1e6
# The square of a distance along the curve counts 0.04 of one across it (by eye).
_SLIDING = 0.04
# A handle is sane where it turns from its tangent by less than 84° (cosine 0.1) and is no longer than the arc.
_LEAST_COSINE = 0.1


class Ends(NamedTuple):
    """The two ends of each of B curves.

    points: (B, 2, 2). tangents: (B, 2, 2), unit vectors into the curve. hold: (B, 2), what the square of a control's
    distance from its tangent costs, in units of a point's: FREE, HELD, or between where the tangent is an estimate.
    length: (B,) px, the arc length between the ends.
    """

    points: Points
    tangents: Points
    hold: Floats
    length: Floats

    def take(self, rows: NDArray[np.generic]) -> Ends:
        return Ends(*(field[rows] for field in self))


def evaluate(beziers: Points, parameters: Floats) -> Points:
    """(B, K, 2): the points of B cubics (B, 4, 2) at parameters, (B, K)."""
    u, v = parameters, 1 - parameters
    basis = v * v * v, 3 * u * v * v, 3 * u * u * v, u * u * u
    return np.asarray(sum(b[..., None] * beziers[:, k, None] for k, b in enumerate(basis)))


def derivative(beziers: Points, parameters: Floats) -> Points:
    """(B, K, 2): the first derivative at parameters, (B, K)."""
    u, v = parameters, 1 - parameters
    arms = 3 * np.diff(beziers, axis=1)
    return np.asarray(sum(b[..., None] * arms[:, k, None] for k, b in enumerate((v * v, 2 * u * v, u * u))))


def project(beziers: Points, points: Points, parameters: Floats) -> Floats:
    """One Newton step of parameters, (B, K), towards the feet of points, (B, K, 2), on their cubics."""
    compiled = kernel("project")
    if compiled is None:
        return specified_project(beziers, points, parameters)
    moved = np.empty(parameters.shape)
    given = [np.ascontiguousarray(array, np.float64) for array in (beziers, points, parameters)]
    compiled(*parameters.shape, *given, moved)
    return moved


def specified_project(beziers: Points, points: Points, parameters: Floats) -> Floats:
    """project in numpy: what kernels/samples.c does, one curve at a time."""
    u = parameters
    p0, p1, p2, p3 = np.moveaxis(beziers, 1, 0)
    power = p0, 3 * (p1 - p0), 3 * (p2 - 2 * p1 + p0), p3 - 3 * p2 + 3 * p1 - p0
    slope, pull, curve = np.zeros_like(u), np.zeros_like(u), np.zeros_like(u)
    for axis in (0, 1):
        a, b, c, d = (v[:, axis, None] for v in power)
        offset = ((d * u + c) * u + b) * u + a - points[..., axis]
        first = (3 * d * u + 2 * c) * u + b
        slope += first * first
        pull += offset * first
        curve += offset * (6 * d * u + 2 * c)
    # Near a centre of curvature Newton's denominator fails; Gauss–Newton's, of which 0.3 stays, does not.
    return np.asarray(np.clip(u - pull / np.maximum(slope + np.maximum(curve, -0.7 * slope), 1e-12), 0, 1))


def _solve(ends: Ends, points: Points, weight: Floats, parameters: Floats, normal: Points | None) -> Points:
    """(B, 4, 2): the least-squares cubics at fixed parameters.

    Given unit normals, (B, K, 2), distances along the curve count little: the points may slide on it, as they will
    when the parameters follow (tangent distance minimization: W. Wang, H. Pottmann, Y. Liu, ACM Trans. Graph. 25,
    2006). Converges in two or three steps where distances between points take ten.
    """
    u, v = parameters, 1 - parameters
    b1, b2 = 3 * u * v * v, 3 * u * u * v
    first, last = v * v * (v + 3 * u), u * u * (u + 3 * v)
    rest = [points[..., k] - first * ends.points[:, 0, k, None] - last * ends.points[:, 1, k, None] for k in (0, 1)]
    # Each control in the frame (tangent, normal) of its end.
    frames = np.stack([ends.tangents, ends.tangents[..., ::-1] * [-1, 1]], axis=2)  # (B, end, axis, xy)
    matrix, right = _isotropic(frames, rest, weight * b1, weight * b2, b1, b2)
    if normal is not None:
        matrix, right = _SLIDING * matrix, _SLIDING * right
        across = normal[..., 0] * rest[0] + normal[..., 1] * rest[1]
        _add(matrix, right, _rows_across(frames, (b1, b2), normal), across, (1 - _SLIDING) * weight)
    matrix[:, [0, 2], [0, 2]] += _RIDGE
    matrix[:, [1, 3], [1, 3]] += ends.hold
    right[:, [0, 2]] += (_RIDGE * ends.length / 3)[:, None]
    x = _solve4(matrix, right).reshape(-1, 2, 2)
    # A held control sits on its tangent to the bit.
    x[..., 1][ends.hold >= HELD] = 0
    controls = ends.points + (x[..., None] * frames).sum(axis=2)
    return np.stack([ends.points[:, 0], controls[:, 0], controls[:, 1], ends.points[:, 1]], axis=1)


def _isotropic(
    frames: Floats, rest: list[Floats], w1: Floats, w2: Floats, b1: Floats, b2: Floats
) -> tuple[Floats, Floats]:
    """Normal matrix, (B, 4, 4), and right side, (B, 4), where distances count the same in all directions."""
    s11, s12, s22 = (np.einsum("bk,bk->b", p, q) for p, q in ((w1, b1), (w1, b2), (w2, b2)))
    matrix = np.zeros((len(s11), 4, 4))
    matrix[:, [0, 1], [0, 1]], matrix[:, [2, 3], [2, 3]] = s11[:, None], s22[:, None]
    matrix[:, :2, 2:] = s12[:, None, None] * (frames[:, 0] @ frames[:, 1].transpose(0, 2, 1))
    matrix[:, 2:, :2] = matrix[:, :2, 2:].transpose(0, 2, 1)
    sums = [np.stack([np.einsum("bk,bk->b", w, r) for r in rest], axis=1) for w in (w1, w2)]
    right = np.concatenate([(frames[:, e] * sums[e][:, None]).sum(axis=2) for e in (0, 1)], axis=1)
    return matrix, right


def _rows_across(frames: Floats, basis: tuple[Floats, Floats], normal: Points) -> list[Floats]:
    """(B, K) each: how far points move along their normals, (B, K, 2), per control and axis of its frame."""
    nx, ny = normal[..., 0], normal[..., 1]
    return [
        basis[end] * (nx * frames[:, end, axis, 0, None] + ny * frames[:, end, axis, 1, None])
        for end in (0, 1)
        for axis in (0, 1)
    ]


def _add(matrix: Floats, right: Floats, rows: list[Floats], target: Floats, weight: Floats) -> None:
    """Add weighted equations rows · x = target, (B, K) each, to a normal matrix and right side, in place."""
    for i in range(4):
        weighted = weight * rows[i]
        right[:, i] += np.einsum("bk,bk->b", weighted, target)
        for j in range(i, 4):
            matrix[:, i, j] += np.einsum("bk,bk->b", weighted, rows[j])
            matrix[:, j, i] = matrix[:, i, j]


def _inverse2(matrix: Floats) -> Floats:
    """Inverses of symmetric (B, 2, 2)."""
    determinant = matrix[:, 0, 0] * matrix[:, 1, 1] - matrix[:, 0, 1] * matrix[:, 1, 0]
    adjugate = np.stack([matrix[:, 1, 1], -matrix[:, 0, 1], -matrix[:, 1, 0], matrix[:, 0, 0]], axis=1)
    return np.asarray(adjugate.reshape(-1, 2, 2) / determinant[:, None, None])


def _solve4(matrix: Floats, right: Floats) -> Floats:
    """Solutions of symmetric positive (B, 4, 4), by blocks: three times as fast as LAPACK on small matrices."""
    inverse = _inverse2(matrix[:, :2, :2])
    cross = matrix[:, 2:, :2] @ inverse
    last = _inverse2(matrix[:, 2:, 2:] - cross @ matrix[:, :2, 2:]) @ (right[:, 2:, None] - cross @ right[:, :2, None])
    first = inverse @ (right[:, :2, None] - matrix[:, :2, 2:] @ last)
    return np.asarray(np.concatenate([first, last], axis=1)[..., 0])


def chord_parameters(points: Points, ends: Points) -> Floats:
    """(B, K): parameters in proportion to the distance walked from point to point, between ends (B, 2, 2)."""
    path = np.concatenate([ends[:, :1], points, ends[:, 1:]], axis=1)
    walked = np.cumsum(np.linalg.norm(np.diff(path, axis=1), axis=2), axis=1)
    return np.asarray(walked[:, :-1] / np.maximum(walked[:, -1:], 1e-12))


def fit_cubics(ends: Ends, points: Points, weight: Floats, rounds: int) -> tuple[Points, Floats]:
    """The cubics (B, 4, 2) nearest to points (B, K, 2) of weights (B, K), after `rounds` ≥ 1 solutions.

    Also returns the points' distances from them, (B, K), px; 0 where the weight is 0. Where a handle would turn away
    from its tangent by 84° or reach beyond the arc's length, both are a third of that along the tangents.
    """
    compiled = kernel("fit_cubics")
    if compiled is None:
        return specified(ends, points, weight, rounds)
    curves, count = weight.shape
    beziers, distance = np.empty((curves, 4, 2)), np.empty((curves, count))
    given = [np.ascontiguousarray(array, np.float64) for array in (*ends, points, weight)]
    compiled(curves, count, *given, rounds, beziers, distance)
    return beziers, distance


def specified(ends: Ends, points: Points, weight: Floats, rounds: int) -> tuple[Points, Floats]:
    """fit_cubics in numpy: what kernels/fit_cubics.c does, one curve at a time."""
    parameters = chord_parameters(points, ends.points)
    normal = None
    for _ in range(rounds):
        beziers = _solve(ends, points, weight, parameters, normal)
        parameters = specified_project(beziers, points, parameters)
        slope = derivative(beziers, parameters)
        slope /= np.maximum(np.hypot(slope[..., 0], slope[..., 1]), 1e-12)[..., None]
        normal = right_hand(slope)
    handles = beziers[:, 1:3] - ends.points
    along = (handles * ends.tangents).sum(axis=2)
    reach = np.linalg.norm(handles, axis=2)
    sane = (along > _LEAST_COSINE * reach) & (reach <= ends.length[:, None])
    wild = np.flatnonzero(~sane.all(axis=1))
    beziers[wild, 1:3] = (ends.points + ends.tangents * ends.length[:, None, None] / 3)[wild]
    parameters[wild] = specified_project(
        beziers[wild], points[wild], chord_parameters(points[wild], ends.points[wild])
    )
    return beziers, np.linalg.norm(evaluate(beziers, parameters) - points, axis=2) * (weight > 0)


def split(bezier: Points, parameter: float) -> Points:
    """(4, 2): the part of a cubic, (4, 2), up to a parameter in [0, 1], by de Casteljau."""
    levels = [bezier]
    while len(levels[-1]) > 1:
        levels.append(levels[-1][:-1] + parameter * (levels[-1][1:] - levels[-1][:-1]))
    return np.stack([level[0] for level in levels])
