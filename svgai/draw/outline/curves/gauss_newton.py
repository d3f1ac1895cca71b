"""One Gauss–Newton step of whole chains at once, keeping what makes them drawings.

Unknown are the joints' places, the tangents' angles and the handles' lengths. Smooth joints have one tangent, that of
a line where one ends there; joints of the same place (nodes, closed ends) move together; horizontal and vertical lines
stay so.
"""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points, freeze_fields
from svgai.draw.outline.curves.cubics import evaluate
from svgai.draw.outline.curves.curves import Curves, are_lines
from svgai.draw.outline.curves.normal_equations import equations, handles, solved
from svgai.draw.outline.planar.components import unite
from svgai.draw.ragged import neighbours, owners
from svgai.draw.vectors import right_hand, unit
from svgai.kernels.library import kernel
from svgai.records import Record

# A segment is compared with a picture at 64 samples, in 16 bins of 4 whose means are solved for (by eye).
_BINS, _EACH = 16, 4
# A pixel of move costs 0.02 of a pixel of distance at one sample (Levenberg, Marquardt; by eye).
_COST = 0.02
# A joint moves by 1 px at most, an angle turns by 0.3 rad, and a handle grows or shrinks by 0.3 of its length: farther
# the linear model does not reach (by eye).
_MOVE, _TURN, _GROW = 1.0, 0.3, 0.3


class Links(Record):
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


class _Unknowns(Record):
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
    # As complex numbers points sort like rows, only faster.
    _, joint = np.unique(beziers[:, [0, 3]].reshape(-1, 2) @ [1, 1j], return_inverse=True)
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


def places(beziers: Points, line: Mask, parameters: Floats) -> Points:
    """(S, K, 2): points at parameters, (S, K); a line is walked evenly."""
    compiled = kernel("places")
    if compiled is None:
        return specified_places(beziers, line, parameters)
    result = np.empty((*parameters.shape, 2))
    compiled(*parameters.shape, *map(np.ascontiguousarray, (beziers, line, parameters)), result)
    return result


def specified_places(beziers: Points, line: Mask, parameters: Floats) -> Points:
    """places in numpy: what kernels/samples.c does, one curve at a time."""
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


def _numbers(unknowns: _Unknowns) -> Index:
    """(S, 16): the unknowns' numbers: both ends, both turns, both handles, the ends of either end's guide."""
    count = len(unknowns.turn)
    guided = unknowns.guide >= 0
    of_guide = np.where(guided[..., None, None], unknowns.ends[unknowns.guide], 0).reshape(count, 8)
    return np.concatenate([unknowns.ends.reshape(count, 4), unknowns.turn, unknowns.handle, of_guide], axis=1)


def _levers(beziers: Points, guide: Index) -> Points:
    """(S, 2, 2): how a guided tangent turns as its line's ends move across it, radians a px; 0 where there is none."""
    chord = beziers[guide, 3] - beziers[guide, 0]
    across = right_hand(chord) / np.maximum((chord**2).sum(axis=2), 1e-12)[..., None]
    return np.asarray(across * (guide >= 0)[..., None])


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
    free = np.ones(unknowns.count, bool)
    free[unknowns.ends[fixed].ravel()] = False
    if held is not None:
        free[unknowns.turn[held].ravel()] = free[unknowns.handle[held].ravel()] = False
    size = np.linalg.norm(beziers[:, 3] - beziers[:, 0], axis=1)
    cost = np.full(unknowns.count, _COST)
    # An angle costs what the end of its handle, a third of the segment long, moves.
    cost[unknowns.turn] = (_COST * np.maximum(size, 1) ** 2 / 9)[:, None]
    across = _levers(beziers, unknowns.guide)
    normal = equations(beziers, links.line, unknowns.guide >= 0, across, (parameters, offset, weight))
    change = solved(*normal, _numbers(unknowns), cost, free)
    return _moved(beziers, links, unknowns, change)


def _moved(beziers: Points, links: Links, unknowns: _Unknowns, change: Floats) -> Points:
    """The segments with their unknowns changed, as far as each may; guided tangents follow their lines."""
    ends = beziers[:, [0, 3]] + np.clip(change[unknowns.ends], -_MOVE, _MOVE)
    tangent, length = handles(beziers)
    angle = np.clip(change[unknowns.turn], -_TURN, _TURN)[..., None]
    tangent = np.cos(angle) * tangent + np.sin(angle) * right_hand(tangent)
    along = unit((ends[:, 1] - ends[:, 0])[unknowns.guide])
    tangent = np.where((unknowns.guide >= 0)[..., None], along, tangent)
    length = length + np.clip(change[unknowns.handle], -_GROW * length, _GROW * length)
    arms = np.where(links.line[:, None, None], 0.0, tangent * length[..., None])
    return np.stack([ends[:, 0], ends[:, 0] + arms[:, 0], ends[:, 1] - arms[:, 1], ends[:, 1]], axis=1)
