"""One Gauss–Newton step of whole chains at once, keeping what makes them drawings.

Unknown are the joints' places, the tangents' angles and the handles' lengths. Smooth joints have one tangent, that of
a line where one ends there; joints of the same place (nodes, closed ends) move together; horizontal and vertical lines
stay so. The normal equations are sparse, a block a segment, and solved by conjugate gradients with Jacobi's
preconditioner (Nocedal and Wright, Numerical Optimization, 2006, ch. 5 and 10).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.outline.curves.cubics import evaluate
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.planar.components import unite

# Bins along a segment, and samples in each.
_BINS, _EACH = 16, 4
# Damping: a share of the diagonal, and what a pixel of move costs beside a pixel of distance at one sample.
_SHARE, _COST = 0.01, 0.02
# Steps of conjugate gradients: the damping bounds the condition number, and the chains are short.
_STEPS = 40
# The most a joint moves, px, an angle turns, radians, and the share by which a handle grows or shrinks.
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


def links(curves: Curves, closed: Mask) -> Links:
    """The links of curves; closed: (A,) bool, of their arcs."""
    b = curves.beziers
    line = (b[:, 0] == b[:, 1]).all(axis=1) & (b[:, 2] == b[:, 3]).all(axis=1)
    count = np.diff(curves.offsets)
    head = np.repeat(curves.offsets[:-1], count)
    tail = np.repeat(curves.offsets[1:], count) - 1
    ring = np.repeat(closed, count)
    place = np.arange(len(b))
    before = np.where(place > head, place - 1, np.where(ring, tail, -1))
    after = np.where(place < tail, place + 1, np.where(ring, head, -1))
    return Links(line, curves.corner, before, after)


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


def _unknowns(beziers: Points, links: Links) -> _Unknowns:
    s = len(beziers)
    ends = beziers[:, [0, 3]].reshape(-1, 2)
    _, joint = np.unique(ends, axis=0, return_inverse=True)
    joint = joint.reshape(s, 2)
    n = int(joint.max(initial=-1)) + 1
    level = [np.flatnonzero(links.line & (beziers[:, 0, axis] == beziers[:, 3, axis])) for axis in (0, 1)]
    axes = [unite(n, joint[rows, 0], joint[rows, 1]) + axis * n for axis, rows in enumerate(level)]
    places = np.stack([axis[joint] for axis in axes], axis=2)
    own = np.arange(s)
    smooth_start = ~links.corner & (links.before >= 0)
    follows = np.maximum(links.after, 0)
    smooth_end = (links.after >= 0) & ~links.corner[follows]
    turn = 2 * n + np.stack([own, np.where(smooth_end, follows, s + own)], axis=1)
    handle = 2 * n + 2 * s + np.stack([own, s + own], axis=1)
    guide = np.stack(
        [
            np.where(smooth_start & links.line[links.before], links.before, -1),
            np.where(smooth_end & links.line[follows], follows, -1),
        ],
        axis=1,
    )
    return _Unknowns(places, turn, handle, np.where(links.line[:, None], -1, guide), 2 * n + 4 * s)


def _handles(beziers: Points) -> tuple[Points, Floats]:
    """Unit tangents along the walk, (S, 2, 2), and handle lengths, (S, 2), at both ends."""
    arms = np.stack([beziers[:, 1] - beziers[:, 0], beziers[:, 3] - beziers[:, 2]], axis=1)
    length = np.linalg.norm(arms, axis=2)
    return arms / np.maximum(length, 1e-12)[..., None], length


def _turned(v: Points) -> Points:
    return np.stack([-v[..., 1], v[..., 0]], axis=-1)


def normals(beziers: Points, line: Mask, parameters: Floats) -> Points:
    """(S, K, 2): unit normals, to the right hand of the walk with y down, at parameters u, (S, K)."""
    v = 1 - parameters
    arms = np.where(line[:, None, None], np.diff(beziers[:, [0, 3]], axis=1), np.diff(beziers, axis=1))
    slope = np.stack([v * v, 2 * parameters * v, parameters * parameters], axis=-1) @ arms
    return _turned(slope / np.maximum(np.linalg.norm(slope, axis=2, keepdims=True), 1e-12))


def places(beziers: Points, line: Mask, parameters: Floats) -> Points:
    """(S, K, 2): points at u; a line is walked evenly."""
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
    v = 1 - parameters
    normal = normals(beziers, links.line, parameters)
    start = np.where(links.line[:, None], v, v * v * (v + 3 * parameters))[..., None] * normal
    stop = (
        np.where(links.line[:, None], parameters, parameters * parameters * (parameters + 3 * v))[..., None] * normal
    )
    tangent, length = _handles(beziers)
    basis = (
        np.stack([3 * parameters * v * v, -3 * parameters * parameters * v], axis=2) * ~links.line[:, None, None]
    )  # (S, K, end)
    grow = basis * np.einsum("skc,sec->ske", normal, tangent)
    turn = basis * length[:, None] * np.einsum("skc,sec->ske", normal, _turned(tangent))
    guided = unknowns.guide >= 0
    # A guided tangent turns as its line's ends move across it.
    chord = beziers[unknowns.guide, 3] - beziers[unknowns.guide, 0]
    across = _turned(chord) / np.maximum((chord**2).sum(axis=2), 1e-12)[..., None] * guided[..., None]
    lever = turn[..., None] * across[:, None]  # (S, K, end, axis)
    rows = [
        start,
        stop,
        turn * ~guided[:, None],
        grow,
        -lever[:, :, 0],
        lever[:, :, 0],
        -lever[:, :, 1],
        lever[:, :, 1],
    ]
    of_guide = np.where(guided[..., None, None], unknowns.ends[unknowns.guide], 0).reshape(len(parameters), 8)
    number = np.concatenate(
        [unknowns.ends.reshape(len(parameters), 4), unknowns.turn, unknowns.handle, of_guide], axis=1
    )
    return np.concatenate(rows, axis=2), number


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
    floor = 1e-10 * rz
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
    """The segments, (S, 4, 2), moved so that samples at u, (S, K), go `offset` px, (S, K), along their normals.

    weight: (S, K) of the samples. fixed: (S, 2) bool, ends that stay. held: (S,) bool, segments whose handles stay
    too. No joint moves more than 1 px.
    """
    if not len(beziers):
        return beziers
    unknowns = _unknowns(beziers, links)
    rows, number = _rows(beziers, links, unknowns, parameters)
    weighted = rows * weight[..., None]
    blocks = weighted.transpose(0, 2, 1) @ rows
    right = (weighted.transpose(0, 2, 1) @ offset[..., None])[..., 0]
    free = np.ones(unknowns.count, bool)
    free[unknowns.ends[fixed].ravel()] = False
    if held is not None:
        free[unknowns.turn[held].ravel()] = free[unknowns.handle[held].ravel()] = False
    size = np.linalg.norm(beziers[:, 3] - beziers[:, 0], axis=1)
    cost = np.full(unknowns.count, _COST)
    # An angle costs what its handle's end moves.
    cost[unknowns.turn] = (_COST * np.maximum(size, 1) ** 2 / 9)[:, None]
    return _moved(beziers, links, unknowns, _solved(blocks, right, number, cost, free))


def _moved(beziers: Points, links: Links, unknowns: _Unknowns, change: Floats) -> Points:
    shift = np.clip(change[unknowns.ends], -_MOVE, _MOVE)
    ends = beziers[:, [0, 3]] + shift
    tangent, length = _handles(beziers)
    angle = np.clip(change[unknowns.turn], -_TURN, _TURN)[..., None]
    tangent = np.cos(angle) * tangent + np.sin(angle) * _turned(tangent)
    chord = (ends[:, 1] - ends[:, 0])[unknowns.guide]
    along = chord / np.maximum(np.linalg.norm(chord, axis=2, keepdims=True), 1e-12)
    tangent = np.where((unknowns.guide >= 0)[..., None], along, tangent)
    length = length + np.clip(change[unknowns.handle], -_GROW * length, _GROW * length)
    arms = np.where(links.line[:, None, None], 0.0, tangent * length[..., None])
    return np.stack([ends[:, 0], ends[:, 0] + arms[:, 0], ends[:, 1] - arms[:, 1], ends[:, 1]], axis=1)
