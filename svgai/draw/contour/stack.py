"""Faces and their curves → shapes painted one over another, without seams."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from svgai.draw.contour.curves import Curves
from svgai.draw.contour.faces import Nesting, nesting, paint_order, solid_islands
from svgai.draw.contour.planar import OUTSIDE, PlanarMap
from svgai.records import Contour, Drawing, Outline, Paint, Path, Points, Rect, Shape, is_opaque

# How far an edge that a later shape covers is moved beneath it, px: more than an anti-aliased pixel's half diagonal.
# Under a thin shape it goes at most this share of the shape's mean width.
BLEED, BLEED_SHARE = 1.0, 0.4


class _Stack:
    """What stacking needs to know of every face."""

    def __init__(self, m: PlanarMap, curves: Curves, paints: list[Paint | None]) -> None:
        self.map, self.curves = m, curves
        self.nesting = nesting(m)
        self.paint = [paints[label] for label in m.face_label]
        self.opaque = np.array([p is not None and is_opaque(p) for p in self.paint])
        number = {p: k for k, p in enumerate(dict.fromkeys(paints))}
        self.order = paint_order(m, self.nesting, np.array([number[p] for p in self.paint]))
        self.place = np.empty(len(self.order), np.int64)
        self.place[self.order] = np.arange(len(self.order))
        self.bleed = self._bleeds()
        self.cycles_of = self._painted_cycles(self.nesting)

    def _bleeds(self) -> NDArray[np.float64]:
        """(F,) how far others may reach beneath each face; 0 for a translucent one."""
        m = self.map
        lengths = np.diff(m.offsets)
        perimeter = np.zeros(len(m.face_area) + 1)
        np.add.at(perimeter, m.left, lengths)
        np.add.at(perimeter, m.right, lengths)
        width = 2 * m.face_area / np.maximum(perimeter[:-1], 1)
        return np.where(self.opaque, np.minimum(BLEED, BLEED_SHARE * width), 0.0)

    def _painted_cycles(self, n: Nesting) -> list[list[int]]:
        """The cycles of each face that must be drawn: not a hole that later opaque shapes fill."""
        solid = solid_islands(n, self.opaque)
        result: list[list[int]] = [[] for _ in self.paint]
        for cycle in np.flatnonzero(~(n.hole & solid[n.island]) & (n.face != OUTSIDE)):
            result[n.face[cycle]].append(int(cycle))
        return result

    def shift(self, face: int, arc: int) -> float:
        """How far to the right hand a directed arc of a face's cycle moves, beneath a later neighbour."""
        m = self.map
        other = int((m.right if arc < m.arc_count else m.left)[arc % m.arc_count])
        return float(self.bleed[other]) if other != OUTSIDE and self.place[other] > self.place[face] else 0.0

    def contour(self, face: int, cycle: int) -> tuple[Contour, bool]:
        """A cycle's contour, and whether it lies exactly on its arcs."""
        c = self.nesting.cycles
        arcs = c.members[c.offsets[cycle] : c.offsets[cycle + 1]].tolist()
        pieces = [_directed(self.curves, a, self.map.arc_count) for a in arcs]
        shifts = np.repeat([self.shift(face, a) for a in arcs], [len(p) for p in pieces])
        beziers = np.concatenate(pieces)
        if shifts.any():
            beziers = _moved(beziers, shifts)
        return Contour(beziers[0, 0], beziers[:, 1:]), not shifts.any()


def _directed(curves: Curves, arc: int, count: int) -> Points:
    """(n, 4, 2) the curves of a directed arc, k forwards, count + k backwards."""
    k = arc % count
    beziers = curves.beziers[curves.offsets[k] : curves.offsets[k + 1]]
    return beziers if arc < count else beziers[::-1, ::-1]


def _tangents(beziers: Points) -> tuple[Points, Points]:
    """Unit tangents, (n, 2), where each cubic leaves and arrives; by the chord where controls lie on the ends."""

    def unit(*vectors: Points) -> Points:
        result = np.zeros_like(vectors[0])
        for v in vectors:
            size = np.linalg.norm(v, axis=1, keepdims=True)
            unset = ~result.any(axis=1, keepdims=True)
            result = np.where(unset & (size > 1e-6), v / np.maximum(size, 1e-12), result)
        return result

    p0, p1, p2, p3 = (beziers[:, k] for k in range(4))
    return unit(p1 - p0, p2 - p0, p3 - p0), unit(p3 - p2, p3 - p1, p3 - p0)


def _moved(beziers: Points, shift: NDArray[np.float64]) -> Points:
    """A closed chain with each cubic moved to its right hand; the joint of a moved and an unmoved one stays.

    Joints go to the mitre (at most twice as far), controls with their joint (Tiller and Hanson 1984, one step).
    """
    leave, arrive = _tangents(beziers)
    right_in = np.stack([-arrive[:, 1], arrive[:, 0]], axis=1)[np.arange(-1, len(beziers) - 1)]
    right_out = np.stack([-leave[:, 1], leave[:, 0]], axis=1)
    before = np.roll(shift, 1)
    distance = np.where((before > 0) & (shift > 0), np.minimum(before, shift), 0)
    middle = right_in + right_out
    size = np.maximum((middle**2).sum(axis=1), 1.0)  # |a + b|² / 2 = 1 + cos: the mitre's length is 2 / |a + b|
    joint = middle * (2 * distance / size)[:, None]
    moved = beziers.copy()
    moved[:, :2] += joint[:, None]
    moved[:, 2:] += np.roll(joint, -1, axis=0)[:, None]
    # The controls then put the middle of the curve where it belongs, which joints alone do only for gentle curves.
    along = beziers[:, 3] + beziers[:, 2] - beziers[:, 1] - beziers[:, 0]
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    wanted = np.stack([-along[:, 1], along[:, 0]], axis=1) * shift[:, None]
    # A line with one joint that moved stays a line.
    bent = (beziers[:, 1] != beziers[:, 0]).any(axis=1) | (beziers[:, 2] != beziers[:, 3]).any(axis=1)
    free = (shift > 0) & (bent | ((distance == 0) & (np.roll(distance, -1) == 0)))
    lift = (wanted - (joint + np.roll(joint, -1, axis=0)) / 2) * (4 / 3 * free)[:, None]
    moved[:, 1:3] += lift[:, None]
    return moved


def _shapes(stack: _Stack, page: Rect) -> Iterator[tuple[Paint, Outline]]:
    """Paint and outline of every painted face, from the bottom to the top."""
    whole = bool(stack.opaque.all())
    for face in stack.order:
        paint = stack.paint[face]
        if paint is None:
            continue
        if whole:
            # Nothing shows through: what lies at the bottom may lie under everything.
            yield paint, page
            whole = False
            continue
        contours = [stack.contour(face, c) for c in stack.cycles_of[face]]
        yield paint, Path(tuple(c for c, _ in contours))


def stack(m: PlanarMap, curves: Curves, paints: list[Paint | None], width: int, height: int) -> Drawing:
    """The drawing of a planar map whose arcs have become curves; paints: by label, None for nothing.

    Faces within others come later, of neighbours the smaller; a hole filled by opaque later shapes is not cut, and
    an edge under a later opaque shape moves beneath it. Around translucency and nothing, cuts are exact.
    """
    shapes = []
    for (paint, is_path), group in groupby(_shapes(_Stack(m, curves, paints), Rect(0, 0, width, height)), lambda s: (s[0], isinstance(s[1], Path))):
        outlines = [outline for _, outline in group]
        if is_path:
            outlines = [Path(tuple(c for o in outlines if isinstance(o, Path) for c in o.contours))]
        shapes.extend(Shape(o, paint) for o in outlines)
    return Drawing(width, height, tuple(shapes))
