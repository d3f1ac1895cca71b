"""A drawing with those faces as strokes that a pen of even width drew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svgai.arrays import Floats, Mask
from svgai.draw.contour.composition import Composition, Drawn, paints
from svgai.draw.contour.strokes.fit import fitted
from svgai.draw.contour.strokes.middles import middles
from svgai.draw.contour.strokes.pens import Pen, pens
from svgai.draw.contour.strokes.settled import misfit, settled
from svgai.draw.contour.strokes.sides import Sides
from svgai.draw.contour.strokes.stroke import Stroke, named
from svgai.draw.outline.curves.curves import Curves, are_lines
from svgai.draw.outline.planar.planar_map import OUTSIDE
from svgai.draw.outline.stack.nesting import Nesting, nesting, solid_islands
from svgai.draw.shown import UNSEEN
from svgai.drawing import Shape, is_opaque

# Strokes explain a face where its outline is off their sides by 0.1 px in the root mean square, and at most by a tenth
# of their width and 0.3 px, or by 1 px. By eye.
RMS, WORST, SHARE, MORE = 0.1, 1.0, 0.1, 0.3
# A line is drawn by 2 numbers, a cubic by 6, a circle or a rectangle by 4 or so.
LINE, CUBIC, KNOWN = 2.0, 6.0, 4.0
# Strokes are drawn by at most 0.8 of the numbers that the outline takes. By eye.
SIMPLER = 0.8


def penned(drawn: Drawn, tolerance: float) -> Drawn:
    """The drawing with each opaque face as strokes that strokes explain as well with fewer numbers.

    tolerance: px, how far curves may stray.
    """
    of, explained = drawn.of, face_strokes(drawn, tolerance)
    if not explained:
        return drawn
    numbers = _numbers(of, drawn.curves, nesting(of.map), _opaque(of))
    found = {
        face: tuple(shape for _, shape in pairs)
        for face, pairs in explained.items()
        if sum(_numbers_of(stroke) for stroke, _ in pairs) <= SIMPLER * numbers[face]
    }
    if not found:
        return drawn
    tried = replace(of, strokes=found).drawn(drawn.curves)
    # Strokes show what outlines show, but for an error that hardly shows.
    return tried if tried.error <= drawn.error + UNSEEN else drawn


def face_strokes(drawn: Drawn, tolerance: float) -> dict[int, list[tuple[Stroke, Shape]]]:
    """By its number, each opaque face that strokes explain, and these, as lines and as shapes."""
    of = drawn.of
    inks = paints(of.palette)
    found = {}
    for pen in pens(of.map, nesting(of.map), of.arcs, _opaque(of)):
        strokes, paint = _strokes(pen, tolerance), inks[of.map.face_label[pen.face]]
        if paint and strokes:
            found[pen.face] = [(s, Shape(s.outline, paint, s.width, round=_is_pointed(s))) for s in strokes]
    return found


def _opaque(of: Composition) -> Mask:
    """(F,): the faces of opaque paint."""
    inks = paints(of.palette)
    face_paint = [inks[label] for label in of.map.face_label]
    return np.array([paint is not None and is_opaque(paint) for paint in face_paint])


def _strokes(pen: Pen, tolerance: float) -> list[Stroke]:
    """The strokes that explain a face; none where none do."""
    sides = Sides.of(pen.contours)
    lines = middles(pen, sides)
    if not lines:
        return []
    strokes = [named(stroke) for stroke in settled(fitted(lines, tolerance), sides.points)]
    off = misfit(strokes, sides.points)
    explained = np.sqrt((off**2).mean()) <= RMS and off.max() <= min(WORST, SHARE * strokes[0].width + MORE)
    return strokes if explained else []


def _numbers_of(stroke: Stroke) -> float:
    """How many numbers draw a stroke."""
    return KNOWN if stroke.known else float(np.where(are_lines(stroke.beziers), LINE, CUBIC).sum())


def _is_pointed(stroke: Stroke) -> bool:
    """Whether a stroke has ends or corners, which may be round or not."""
    return not stroke.closed or bool(stroke.corner.any())


def _numbers(of: Composition, curves: Curves, nested: Nesting, opaque: Mask) -> Floats:
    """(F,) how many numbers draw the outline of each face; a hole that opaque faces fill takes none."""
    each = np.add.reduceat(np.where(are_lines(curves.beziers), LINE, CUBIC), curves.offsets[:-1])
    each[list(of.known)] = KNOWN
    cycles = nested.cycles
    of_cycle = np.add.reduceat(np.tile(each, 2)[cycles.members], cycles.offsets[:-1])
    painted = (nested.face != OUTSIDE) & ~(nested.hole & solid_islands(nested, opaque)[nested.island])
    return np.bincount(nested.face[painted], of_cycle[painted], len(opaque)).astype(np.float64)
