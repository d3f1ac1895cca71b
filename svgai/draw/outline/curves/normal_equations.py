"""The normal equations of curves that are to follow samples, and their solution.

A segment has 16 unknowns: both ends on both axes, the turns of both tangents, the lengths of both handles, and the
ends of the lines that guide a tangent. The equations are sparse, a block a segment, and solved by conjugate gradients
with Jacobi's preconditioner (Nocedal and Wright, Numerical Optimization, 2006, ch. 5 and 10).
"""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.vectors import right_hand, unit
from svgai.kernels.library import kernel

UNKNOWNS = 16
# Damping adds 0.01 of the diagonal (Levenberg, Marquardt; by eye).
_SHARE = 0.01
# Conjugate gradients take 40 steps at most: the damping bounds the condition number, and the chains are short.
_STEPS = 40
# Conjugate gradients end where the residual's square has fallen to 1e-10 of the first.
_RESIDUAL = 1e-10


def handles(beziers: Points) -> tuple[Points, Floats]:
    """Unit tangents along the walk, (S, 2, 2), and handle lengths, (S, 2), at both ends."""
    arms = np.stack([beziers[:, 1] - beziers[:, 0], beziers[:, 3] - beziers[:, 2]], axis=1)
    length = np.linalg.norm(arms, axis=2)
    return arms / np.maximum(length, 1e-12)[..., None], length


def normals(beziers: Points, line: Mask, parameters: Floats) -> Points:
    """(S, K, 2): unit normals, to the right hand of the walk with y down, at parameters, (S, K)."""
    compiled = kernel("normals")
    if compiled is None:
        return specified_normals(beziers, line, parameters)
    result = np.empty((*parameters.shape, 2))
    compiled(*parameters.shape, *map(np.ascontiguousarray, (beziers, line, parameters)), result)
    return result


def specified_normals(beziers: Points, line: Mask, parameters: Floats) -> Points:
    """normals in numpy: what kernels/samples.c does, one curve at a time."""
    u, v = parameters, 1 - parameters
    arms = np.where(line[:, None, None], np.diff(beziers[:, [0, 3]], axis=1), np.diff(beziers, axis=1))
    slope = np.stack([v * v, 2 * u * v, u * u], axis=-1) @ arms
    return right_hand(unit(slope))


def equations(
    beziers: Points, line: Mask, guided: Mask, across: Points, samples: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats]:
    """The normal equations of each segment alone: blocks, (S, 16, 16), and right sides, (S, 16).

    guided: (S, 2), ends whose tangent is a line's, which turns by `across`, (S, 2, 2), as that line's ends move.
    samples: their parameters, how far each is to go along its normal, and their weights, (S, K).
    """
    compiled = kernel("equations")
    if compiled is None:
        return specified_equations(beziers, line, guided, across, samples)
    blocks, right = np.empty((len(beziers), UNKNOWNS, UNKNOWNS)), np.empty((len(beziers), UNKNOWNS))
    given = map(np.ascontiguousarray, (beziers, line, guided, across, *samples))
    compiled(*samples[0].shape, *given, blocks, right)
    return blocks, right


def specified_equations(
    beziers: Points, line: Mask, guided: Mask, across: Points, samples: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats]:
    """equations in numpy: what kernels/normal_equations.c does, one segment at a time."""
    parameters, offset, weight = samples
    rows = _rows(beziers, line, guided, across, parameters)
    weighted = (rows * weight[..., None]).transpose(0, 2, 1)
    return weighted @ rows, (weighted @ offset[..., None])[..., 0]


def _rows(beziers: Points, line: Mask, guided: Mask, across: Points, parameters: Floats) -> Floats:
    """How far each sample moves along its normal per unknown, (S, K, 16)."""
    u, v, line = parameters, 1 - parameters, line[:, None]
    normal = specified_normals(beziers, line[:, 0], parameters)
    start = np.where(line, v, v * v * (v + 3 * u))[..., None] * normal
    stop = np.where(line, u, u * u * (u + 3 * v))[..., None] * normal
    tangent, length = handles(beziers)
    basis = np.stack([3 * u * v * v, -3 * u * u * v], axis=2) * ~line[..., None]  # (S, K, end)
    grow = basis * np.einsum("skc,sec->ske", normal, tangent)
    turn = basis * length[:, None] * np.einsum("skc,sec->ske", normal, right_hand(tangent))
    lever = turn[..., None] * across[:, None]  # (S, K, end, axis)
    levers = [-lever[:, :, 0], lever[:, :, 0], -lever[:, :, 1], lever[:, :, 1]]
    return np.concatenate([start, stop, turn * ~guided[:, None], grow, *levers], axis=2)


def solved(blocks: Floats, right: Floats, number: Index, cost: Floats, free: Mask) -> Floats:
    """Conjugate gradients on blocks, (S, 16, 16), and right sides, (S, 16), added up by number, (S, 16)."""
    compiled = kernel("conjugate_gradients")
    if compiled is None:
        return specified_solution(blocks, right, number, cost, free)
    unknowns = np.empty(len(cost))
    given = map(np.ascontiguousarray, (blocks, right, number, cost, free))
    compiled(len(blocks), len(cost), _STEPS, _RESIDUAL, _SHARE, *given, unknowns)
    return unknowns


def specified_solution(blocks: Floats, right: Floats, number: Index, cost: Floats, free: Mask) -> Floats:
    """solved in numpy: what kernels/normal_equations.c does."""
    flat, count = number.ravel(), len(cost)

    def gathered(values: Floats) -> Floats:
        return np.asarray(np.bincount(flat, values.ravel(), count) * free, np.float64)

    diagonal = gathered(np.einsum("sii->si", blocks))
    ridge = _SHARE * diagonal + cost
    scale = 1 / (diagonal + ridge)
    unknowns = np.zeros(count)
    r = gathered(right)
    z = scale * r
    p, rz = z, float(r @ z)
    floor = _RESIDUAL * rz
    for _ in range(_STEPS):
        if rz <= floor:
            break
        ap = gathered((blocks @ p[number][..., None])[..., 0]) + ridge * p
        step = rz / float(p @ ap)
        unknowns = unknowns + step * p
        r = r - step * ap
        z = scale * r
        rz, old = float(r @ z), rz
        p = z + rz / old * p
    return unknowns
