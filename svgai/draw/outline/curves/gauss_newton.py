"""One Gauss–Newton step of whole chains at once, keeping what makes them drawings.

Unknown are the joints' places, the tangents' angles and the handles' lengths. Smooth joints have one tangent, that of
a line where one ends there; joints of the same place (nodes, closed ends) move together; horizontal and vertical lines
stay so. The normal equations are sparse, a block a segment, and solved by conjugate gradients with Jacobi's
preconditioner (Nocedal and Wright, Numerical Optimization, 2006, ch. 5 and 10).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points, freeze_fields
from svgai.draw.outline.curves.cubics import evaluate
from svgai.draw.outline.curves.curves import Curves, are_lines
from svgai.draw.outline.planar.components import unite
from svgai.draw.ragged import neighbours, owners
from svgai.draw.vectors import right_hand, unit

# A segment is compared with a picture at 64 samples, in 16 bins of 4 whose means are solved for (by eye).
_BINS, _EACH = 16, 4
# Damping adds 0.01 of the diagonal, and a pixel of move costs 0.02 of a pixel of distance at one sample (Levenberg,
# Marquardt; by eye).
_SHARE, _COST = 0.01, 0.02
# Conjugate gradients take 40 steps at most: the damping bounds the condition number, and the chains are short.
_STEPS = 40
# Conjugate gradients end where the residual's square has fallen to 1e-10 of the first.
_RESIDUAL = 1e-10
# A joint moves by 1 px at most, an angle turns by 0.3 rad, and a handle grows or shrinks by 0.3 of its length: farther
# the linear model does not reach (by eye).
_MOVE, _TURN, _GROW = 1.0, 0.3, 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """How S segments hang together.

    line: (S,) bool. corner: (S,) bool, at the start. before, after: (S,) the neighbours along the arc, −1 for none.
    """

    line: Mask
    corner: Mask
    before: Index
    after: Index

    def __post_init__(self) -> None:
        freeze_fields(self)


def links(curves: Curves, closed: Mask) -> Links:
    """The links of curves; closed: (A,) bool, of their arcs."""
    return Links(are_lines(curves.beziers), curves.corner, *neighbours(owners(curves.counts), closed))


@dataclass(frozen=True, slots=True, eq=False)
class _Unknowns:
    """Numbers of the unknowns of each segment.

    ends: (S, 2, 2) by end and axis; turn, handle: (S, 2) by end; count: of them all. guide: (S, 2) the line whose
    direction is the tangent at that end of a cubic, −1 for none.
    """

    ends: Index
    turn: Index
    handle: Index
    guide: Index
    count: int

    def __post_init__(self) -> None:
        freeze_fields(self)


def _unknowns(beziers: Points, links: Links) -> _Unknowns:
    """Joints of one place are one unknown on each axis, and so are the ends of a line that is level on it."""
    count = len(beziers)
    _, joint = np.unique(beziers[:, [0, 3]].reshape(-1, 2), axis=0, return_inverse=True)
    joint = joint.reshape(count, 2)
    joints = int(joint.max(initial=-1)) + 1
    level = [np.flatnonzero(links.line & (beziers[:, 0, axis] == beziers[:, 3, axis])) for axis in (0, 1)]
    axes = [unite(joints, joint[rows, 0], joint[rows, 1]) + axis * joints for axis, rows in enumerate(level)]
    ends = np.stack([axis[joint] for axis in axes], axis=2)
    own, after = np.arange(count), np.maximum(links.after, 0)
    smooth_start = ~links.corner & (links.before >= 0)
    smooth_end = (links.after >= 0) & ~links.corner[after]
    turn = 2 * joints + np.stack([own, np.where(smooth_end, after, count + own)], axis=1)
    handle = 2 * joints + 2 * count + np.stack([own, count + own], axis=1)
    before_line = np.where(smooth_start & links.line[links.before], links.before, -1)
    after_line = np.where(smooth_end & links.line[after], after, -1)
    guide = np.where(links.line[:, None], -1, np.stack([before_line, after_line], axis=1))
    return _Unknowns(ends, turn, handle, guide, 2 * joints + 4 * count)


def _handles(beziers: Points) -> tuple[Points, Floats]:
    """Unit tangents along the walk, (S, 2, 2), and handle lengths, (S, 2), at both ends."""
    arms = np.stack([beziers[:, 1] - beziers[:, 0], beziers[:, 3] - beziers[:, 2]], axis=1)
    length = np.linalg.norm(arms, axis=2)
    return arms / np.maximum(length, 1e-12)[..., None], length


def normals(beziers: Points, line: Mask, parameters: Floats) -> Points:
    """(S, K, 2): unit normals, to the right hand of the walk with y down, at parameters, (S, K)."""
    u, v = parameters, 1 - parameters
    arms = np.where(line[:, None, None], np.diff(beziers[:, [0, 3]], axis=1), np.diff(beziers, axis=1))
    slope = np.stack([v * v, 2 * u * v, u * u], axis=-1) @ arms
    return right_hand(unit(slope))


def places(beziers: Points, line: Mask, parameters: Floats) -> Points:
    """(S, K, 2): points at parameters, (S, K); a line is walked evenly."""
    even = beziers[:, :1] + parameters[..., None] * (beziers[:, 3:] - beziers[:, :1])
    return np.where(line[:, None, None], even, evaluate(beziers, parameters))


def samples(count: int) -> Floats:
    """(count, K): the parameters at which segments are compared with a picture, evenly spread, in _BINS of _EACH."""
    return np.broadcast_to((np.arange(_BINS * _EACH) + 0.5) / (_BINS * _EACH), (count, _BINS * _EACH))


def binned(parameters: Floats, offset: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Samples, (S, K), by bins, (S, _BINS): their mean parameter, their weighted mean offset, their summed weight."""
    total = weight.reshape(-1, _BINS, _EACH).sum(axis=2)
    moved = (weight * offset).reshape(-1, _BINS, _EACH).sum(axis=2) / np.maximum(total, 1e-12)
    return parameters.reshape(-1, _BINS, _EACH).mean(axis=2), moved, total


def _rows(beziers: Points, links: Links, unknowns: _Unknowns, parameters: Floats) -> tuple[Floats, Index]:
    """How far each sample moves along its normal per unknown, (S, K, 16), and the unknowns' numbers, (S, 16)."""
    u, v, line = parameters, 1 - parameters, links.line[:, None]
    normal = normals(beziers, links.line, parameters)
    start = np.where(line, v, v * v * (v + 3 * u))[..., None] * normal
    stop = np.where(line, u, u * u * (u + 3 * v))[..., None] * normal
    tangent, length = _handles(beziers)
    basis = np.stack([3 * u * v * v, -3 * u * u * v], axis=2) * ~line[..., None]  # (S, K, end)
    grow = basis * np.einsum("skc,sec->ske", normal, tangent)
    turn = basis * length[:, None] * np.einsum("skc,sec->ske", normal, right_hand(tangent))
    guided = unknowns.guide >= 0
    # A guided tangent turns as its line's ends move across it.
    chord = beziers[unknowns.guide, 3] - beziers[unknowns.guide, 0]
    across = right_hand(chord) / np.maximum((chord**2).sum(axis=2), 1e-12)[..., None] * guided[..., None]
    lever = turn[..., None] * across[:, None]  # (S, K, end, axis)
    levers = [-lever[:, :, 0], lever[:, :, 0], -lever[:, :, 1], lever[:, :, 1]]
    of_guide = np.where(guided[..., None, None], unknowns.ends[unknowns.guide], 0).reshape(len(beziers), 8)
    own = unknowns.ends.reshape(len(beziers), 4), unknowns.turn, unknowns.handle
    number = np.concatenate([*own, of_guide], axis=1)
    return np.concatenate([start, stop, turn * ~guided[:, None], grow, *levers], axis=2), number


def _solved(blocks: Floats, right: Floats, number: Index, cost: Floats, free: Mask) -> Floats:
    """Conjugate gradients on blocks, (S, 16, 16), and right sides, (S, 16), added up by number, (S, 16)."""
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


def relaxed(
    beziers: Points,
    links: Links,
    parameters: Floats,
    offset: Floats,
    weight: Floats,
    fixed: Mask,
    held: Mask | None = None,
) -> Points:
    """The segments, (S, 4, 2), moved so that samples at parameters, (S, K), go `offset` px along their normals.

    offset, weight: (S, K), of the samples. fixed: (S, 2) bool, ends that stay. held: (S,) bool, segments whose handles
    stay too. No joint moves more than 1 px.
    """
    if not len(beziers):
        return beziers
    unknowns = _unknowns(beziers, links)
    rows, number = _rows(beziers, links, unknowns, parameters)
    weighted = (rows * weight[..., None]).transpose(0, 2, 1)
    free = np.ones(unknowns.count, bool)
    free[unknowns.ends[fixed].ravel()] = False
    if held is not None:
        free[unknowns.turn[held].ravel()] = free[unknowns.handle[held].ravel()] = False
    size = np.linalg.norm(beziers[:, 3] - beziers[:, 0], axis=1)
    cost = np.full(unknowns.count, _COST)
    # An angle costs what the end of its handle, a third of the segment long, moves.
    cost[unknowns.turn] = (_COST * np.maximum(size, 1) ** 2 / 9)[:, None]
    change = _solved(weighted @ rows, (weighted @ offset[..., None])[..., 0], number, cost, free)
    return _moved(beziers, links, unknowns, change)


def _moved(beziers: Points, links: Links, unknowns: _Unknowns, change: Floats) -> Points:
    """The segments with their unknowns changed, as far as each may; guided tangents follow their lines."""
    ends = beziers[:, [0, 3]] + np.clip(change[unknowns.ends], -_MOVE, _MOVE)
    tangent, length = _handles(beziers)
    angle = np.clip(change[unknowns.turn], -_TURN, _TURN)[..., None]
    tangent = np.cos(angle) * tangent + np.sin(angle) * right_hand(tangent)
    along = unit((ends[:, 1] - ends[:, 0])[unknowns.guide])
    tangent = np.where((unknowns.guide >= 0)[..., None], along, tangent)
    length = length + np.clip(change[unknowns.handle], -_GROW * length, _GROW * length)
    arms = np.where(links.line[:, None, None], 0.0, tangent * length[..., None])
    return np.stack([ends[:, 0], ends[:, 0] + arms[:, 0], ends[:, 1] - arms[:, 1], ends[:, 1]], axis=1)
