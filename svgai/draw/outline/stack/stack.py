"""Faces and their curves → shapes painted one over another, without seams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.budget import affords, spend
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.planar.planar_map import OUTSIDE, PlanarMap
from svgai.draw.outline.stack.beneath import simplified
from svgai.draw.outline.stack.bleed import moved, tangents, wedges
from svgai.draw.outline.stack.cover import Cover
from svgai.draw.outline.stack.nesting import nesting, paint_order, solid_islands
from svgai.draw.ragged import ranges, ranks
from svgai.drawing import Contour, Drawing, Ellipse, Paint, Path, Rect, Shape, is_opaque

# An edge that a later shape covers moves 1 px beneath it: more than the half diagonal, 0.71 px, of the pixel that
# anti-aliasing mixes. Beneath a thin shape it moves at most 0.4 of the shape's mean width, so as not to come out on
# the other side.
BLEED, BLEED_SHARE = 1.0, 0.4
# Hidden edges are made simple in 200 µs a segment (benchmarks/work.py); where that is not affordable they stay.
_HIDING = 2e-4


class Known(NamedTuple):
    """What is known of a map: closed arcs that are a simple shape, and the strokes that draw a face in its place."""

    arcs: Mapping[int, Ellipse | Rect] = MappingProxyType({})
    faces: Mapping[int, tuple[Shape, ...]] = MappingProxyType({})


NOTHING = Known()


class _Stack:
    """What stacking needs to know of every face."""

    def __init__(
        self, planar: PlanarMap, curves: Curves, paints: list[Paint | None], known: Known, for_good: bool
    ) -> None:
        self.map, self.curves, self.known = planar, curves, known
        self.nesting = nesting(planar)
        self.paint = [paints[label] for label in planar.face_label]
        self.opaque = np.array([paint is not None and is_opaque(paint) for paint in self.paint])
        number = {paint: k for k, paint in enumerate(dict.fromkeys(paints))}
        stroked = np.zeros(len(self.paint), bool)
        stroked[list(known.faces)] = True
        self.order = paint_order(planar, self.nesting, np.array([number[paint] for paint in self.paint]), stroked)
        self.place = np.empty(len(self.order), np.int64)
        self.place[self.order] = np.arange(len(self.order))
        hiding = _HIDING * len(curves.beziers)
        simply = for_good and affords(hiding)
        spend(hiding if simply else 0.0)
        self.cover = Cover.of(planar, self.place, self.opaque) if simply else None
        self.shift = self._shifts()
        self.cycles_of = self._painted_cycles()
        self.contour_of = self._contours()

    def _bleeds(self) -> Floats:
        """(F,) how far others may reach beneath each face; 0 for a translucent one."""
        planar = self.map
        perimeter = np.zeros(len(planar.face_area) + 1)
        np.add.at(perimeter, planar.left, planar.crack_counts)
        np.add.at(perimeter, planar.right, planar.crack_counts)
        width = 2 * planar.face_area / np.maximum(perimeter[:-1], 1) / planar.fineness
        return np.where(self.opaque, np.minimum(BLEED, BLEED_SHARE * width), 0.0)

    def _shifts(self) -> Floats:
        """(2A,) how far to the right hand each directed arc moves, beneath a later neighbour."""
        planar = self.map
        face, other = np.concatenate([planar.left, planar.right]), np.concatenate([planar.right, planar.left])
        beneath = (face != OUTSIDE) & (other != OUTSIDE)
        beneath &= self.place[other] > self.place[face]
        return np.where(beneath, self._bleeds()[other], 0.0)

    def _painted_cycles(self) -> list[list[int]]:
        """The cycles of each face that must be drawn: not a hole that later opaque shapes fill."""
        nesting = self.nesting
        solid = solid_islands(nesting, self.opaque)
        result: list[list[int]] = [[] for _ in self.paint]
        for cycle in np.flatnonzero(~(nesting.hole & solid[nesting.island]) & (nesting.face != OUTSIDE)):
            result[nesting.face[cycle]].append(int(cycle))
        return result

    def simple(self, face: int) -> Ellipse | Rect | None:
        """The shape known for a face's only contour, where that lies exactly on one closed arc."""
        if len(self.cycles_of[face]) != 1:
            return None
        arc = int(self.nesting.cycles.of(self.cycles_of[face][0])[0])
        return None if self.shift[arc] else self.known.arcs.get(arc % self.map.arc_count)

    def _leaving(self) -> Points:
        """(2A, 2) the unit tangent with which each directed arc leaves its start."""
        offsets = self.curves.offsets
        leave, arrive = tangents(self.curves.beziers)
        return np.concatenate([leave[offsets[:-1]], -arrive[offsets[1:] - 1]])

    def _contours(self) -> dict[int, Contour]:
        """The contour of every painted cycle, beneath later neighbours."""
        wanted = np.array([cycle for cycles in self.cycles_of for cycle in cycles], np.int64)
        cycles = self.nesting.cycles
        sizes = cycles.offsets[wanted + 1] - cycles.offsets[wanted]
        arcs = cycles.members[ranges(cycles.offsets[wanted], sizes)]
        beziers, counts = self._directed(arcs)
        found = moved(beziers, counts, sizes, self.shift[arcs], self._wedges()[arcs], self._held()[arcs])
        cuts = found.offsets[1:-1]
        pieces = zip(np.split(found.beziers, cuts), np.split(found.beneath, cuts), wanted.tolist(), strict=True)
        return {cycle: self._contour(piece, beneath, cycle) for piece, beneath, cycle in pieces}

    def _contour(self, piece: Points, beneath: Mask, cycle: int) -> Contour:
        """A cycle's contour from its segments, those beneath others as few as need be where it is drawn for good."""
        if self.cover:
            piece = simplified(piece, beneath, int(self.place[self.nesting.face[cycle]]), self.cover)
        return Contour(piece[0, 0], piece[:, 1:])

    def _directed(self, arcs: Index) -> tuple[Points, Index]:
        """The curves of directed arcs, k forwards and A + k backwards, end to end, and how many each has."""
        arc, backwards = arcs % self.map.arc_count, arcs >= self.map.arc_count
        counts = self.curves.counts[arc]
        back, place = np.repeat(backwards, counts), ranges(self.curves.offsets[arc], counts)
        mirrored = np.repeat(self.curves.offsets[arc + 1] - 1, counts) - ranks(counts)
        beziers = self.curves.beziers[np.where(back, mirrored, place)]
        return np.where(back[:, None, None], beziers[:, ::-1], beziers), counts

    def _held(self) -> Mask:
        """(2A,) whether each directed arc's start stays where it is: of four faces that meet there, the one across
        does not hide what reaches beneath the two between."""
        planar, count = self.map, self.map.arc_count
        arcs = np.arange(2 * count)
        beside = planar.following[(arcs + count) % (2 * count)]
        across = beside[beside]
        face = np.concatenate([planar.left, planar.right])
        hiding = np.append(np.where(self.opaque, self.place, OUTSIDE), OUTSIDE)
        return np.asarray((beside[across] != arcs) & (hiding[face[across]] < self.place[face]))

    def _wedges(self) -> Points:
        """(2A, 2, 2) where the ends of moved arcs go beneath the neighbour: along the middle of its corners there."""
        count, following = self.map.arc_count, self.map.following
        preceding = np.empty_like(following)
        preceding[following] = np.arange(len(following))
        result = np.zeros((2 * count, 2, 2))
        arcs = np.flatnonzero((self.shift > 0) & ~np.tile(self.map.closed, 2))
        twin = (arcs + count) % (2 * count)
        before = (preceding[twin] + count) % (2 * count)
        leaving, shift = self._leaving(), self.shift[arcs]
        result[arcs, 0] = wedges(leaving[arcs], leaving[following[twin]], shift, 1)
        result[arcs, 1] = wedges(leaving[twin], leaving[before], shift, -1)
        return result


def _shapes(stack: _Stack, page: Rect) -> Iterator[Shape]:
    """Every painted face, from the bottom to the top."""
    whole = bool(stack.opaque.all())
    for face in stack.order:
        paint = stack.paint[face]
        if paint is None:
            continue
        if whole:
            # Nothing shows through: what lies at the bottom may lie under everything.
            yield Shape(page, paint)
            whole = False
        elif face in stack.known.faces:
            yield from stack.known.faces[face]
        else:
            outline = stack.simple(face) or Path(tuple(stack.contour_of[cycle] for cycle in stack.cycles_of[face]))
            yield Shape(outline, paint)


def stack(
    planar: PlanarMap,
    curves: Curves,
    paints: list[Paint | None],
    size: tuple[int, int],
    known: Known = NOTHING,
    for_good: bool = False,
) -> Drawing:
    """The drawing of a planar map whose arcs have become curves, on a page of size = (width, height) px.

    paints: by label, None for nothing. for_good: whether it is worth the time to draw hidden edges simply.
    Faces within others come later, of neighbours the smaller, those of strokes last; a hole filled by opaque later
    shapes is not cut, and an edge under a later opaque shape moves beneath it. Around translucency and nothing, cuts
    are exact.
    """
    painted = _shapes(_Stack(planar, curves, paints, known, for_good), Rect(0, 0, *size))
    shapes: list[Shape] = []
    for _, group in groupby(painted, _style):
        some = list(group)
        contours = tuple(c for shape in some if isinstance(shape.outline, Path) for c in shape.outline.contours)
        shapes.extend([replace(some[0], outline=Path(contours))] if contours else some)
    return Drawing(*size, tuple(shapes))


def _style(shape: Shape) -> tuple[object, ...]:
    """What shapes have in common whose paths may be one."""
    return shape.paint, shape.stroke_width, shape.round, isinstance(shape.outline, Path)
