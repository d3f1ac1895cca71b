"""Marks → shapes: outlines from the finer lattice, refined against the share of ink, each line in its ink."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from svgai.arrays import Colors, Floats, Index
from svgai.draw.budget import affords, spend
from svgai.draw.contour.composition import Composition, paint_of, refined
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.palette import Palette, find_palette
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.layer import Layer
from svgai.draw.marks.atlas import Atlas, packed
from svgai.draw.marks.find import Marks, find_marks
from svgai.draw.outline.fine_lattice import FINENESS, fine_labels, lattice_work
from svgai.draw.outline.fit.fit import curves_of
from svgai.draw.outline.planar.arcs import Arcs, locate
from svgai.draw.outline.planar.crossings import summed
from svgai.draw.outline.planar.planar_map import PlanarMap, planar_map
from svgai.draw.outline.shares import Shares
from svgai.drawing import Contour, Drawing, Flat, Path, Shape
from svgai.picture.alpha import premultiply
from svgai.picture.raster import Raster
from svgai.sorted_values import distinct

# Nothing, and ink: the two colours of an atlas.
PALETTE = Palette.of(np.array([[0, 0, 0, 0], [0, 0, 0, 255]], np.uint8))


def _seen(atlas: Atlas) -> Shares:
    """Every pixel of the atlas with a ring around as a mix of nothing, 0, and ink, 1."""
    share = np.pad(atlas.share, 1)
    label = (share > 0.5).astype(np.int16)
    other = np.where((share > 0) & (share < 1), 1 - label, label).astype(np.int16)
    return Shares(label, other, np.maximum(share, 1 - share), np.zeros_like(share))


# Marks are drawn as flat art is: its tolerance, its decimals, and as many colours told apart.
PLAN = ContourPlan()


# Marks are sought in 0.3 µs a pixel and 12 ns more for each colour of the palette (benchmarks/work.py).
_SEEKING, _COLOR = 3e-7, 1.2e-8


def taken_apart(raster: Raster) -> Layer:
    """A picture's small marks and its ground; all of it is ground where there are no marks, too few, or where they
    are not affordable."""
    premultiplied = premultiply(raster.pixels)
    seeds = find_palette(raster, premultiplied, PLAN.max_colors)
    work = (_SEEKING + _COLOR * len(seeds.palette)) * raster.area
    if seeds.exact or not affords(work):
        return Layer(raster, ())
    spend(work)
    marks = find_marks(raster.pixels, premultiplied, seeds, Metric(raster.noise))
    if marks is None:
        return Layer(raster, ())
    return Layer(replace(raster, pixels=marks.ground), _drawn(marks))


def _located(seen: Shares) -> tuple[PlanarMap, Arcs]:
    """The outlines of an atlas, from a finer lattice, or where that is not affordable from its pixels' own."""
    # The outlines of a lattice cost about as much again.
    if affords(2 * lattice_work(seen.label.size)):
        fine = fine_labels(seen)
        planar = planar_map(fine.labels, fine.coverage, FINENESS)
        return planar, locate(planar, fine.crossings, PLAN.tolerance, ring=FINENESS)
    ink = np.where(seen.label == 1, seen.share, 1 - seen.share)

    def coverage(rows: Index, columns: Index, first: Index, _: Index) -> Floats:
        return np.asarray(np.where(first == 1, ink[rows, columns], 1 - ink[rows, columns]), np.float64)

    planar = planar_map(seen.label, coverage)
    return planar, locate(planar, summed(seen.label, coverage), PLAN.tolerance, ring=1)


def _drawn(marks: Marks) -> tuple[Shape, ...]:
    """The shapes of all marks, one a colour."""
    atlas = packed(marks)
    seen = _seen(atlas)
    pixels = np.zeros((*seen.label.shape, 4), np.uint8)
    pixels[1:-1, 1:-1, 3] = np.rint(255 * atlas.share)
    planar, arcs = _located(seen)
    composition = Composition(planar, arcs, PALETTE, pixels, {}, PLAN.decimals)
    return _placed(refined(composition.drawn(curves_of(arcs))).drawing, atlas, marks.ink)


def _placed(drawing: Drawing, atlas: Atlas, ink: Colors) -> tuple[Shape, ...]:
    """The contours of an atlas wherever they belong in the picture, in their inks."""
    paints = {line: paint_of(ink[line].astype(np.float64)) for line in distinct(atlas.line).tolist()}
    by_ink: dict[Flat, list[Contour]] = defaultdict(list)
    for contour in _contours(drawing):
        for place in atlas.places_of(*contour.start):
            move = np.array([atlas.dx[place], atlas.dy[place]], np.float64)
            moved = Contour(contour.start + move, contour.segments + move, contour.closed)
            by_ink[paints[int(atlas.line[place])]].append(moved)
    return tuple(Shape(Path(tuple(contours)), paint) for paint, contours in by_ink.items())


def _contours(drawing: Drawing) -> Iterable[Contour]:
    for shape in drawing.shapes:
        if isinstance(shape.outline, Path):
            yield from shape.outline.contours
