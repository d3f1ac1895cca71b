"""A drawing with those faces as strokes that a pen of even width drew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svgai.arrays import Floats
from svgai.draw.contour.composition import Drawn, paints
from svgai.draw.contour.strokes.fit import fitted
from svgai.draw.contour.strokes.middles import middles
from svgai.draw.contour.strokes.pens import Pen, pens
from svgai.draw.contour.strokes.settled import misfit, settled
from svgai.draw.contour.strokes.sides import Sides
from svgai.draw.contour.strokes.stroke import Stroke, named
from svgai.draw.outline.stack.nesting import nesting
from svgai.drawing import Paint, Shape, is_opaque

RMS, WORST = 0.15, 1.0


def _strokes(pen: Pen, tolerance: float) -> list[Stroke] | None:
    sides = Sides.of(pen.contours)
    lines = middles(pen, sides)
    if not lines:
        return None
    strokes = [named(stroke) for stroke in settled(fitted(lines, tolerance), sides.points)]
    off = misfit(strokes, sides.points)
    if DEBUG:
        print("face", pen.face, "w", round(strokes[0].width, 2), "rms", np.sqrt((off**2).mean()).round(3), "max", off.max().round(3), "segs", sum(len(s.beziers) for s in strokes), [type(s.known).__name__ for s in strokes])
    return strokes if np.sqrt((off**2).mean()) <= RMS and off.max() <= WORST else None


DEBUG = 0


def _shapes(strokes: list[Stroke], paint: Paint) -> tuple[Shape, ...]:
    return tuple(Shape(stroke.outline, paint, stroke.width, True) for stroke in strokes)


def penned(drawn: Drawn, tolerance: float) -> Drawn:
    of = drawn.of
    inks = paints(of.palette)
    face_paint = [inks[label] for label in of.map.face_label]
    wanted = np.array([paint is not None and is_opaque(paint) for paint in face_paint])
    nested = nesting(of.map)
    found = {}
    for pen in pens(of.map, nested, of.arcs, wanted):
        strokes = _strokes(pen, tolerance)
        paint = face_paint[pen.face]
        if strokes and paint:
            found[pen.face] = _shapes(strokes, paint)
    if not found:
        return drawn
    tried = replace(of, strokes=found).drawn(drawn.curves)
    if DEBUG:
        print("error", round(drawn.error, 3), "->", round(tried.error, 3), "segs", drawn.drawing.segment_count, tried.drawing.segment_count)
    return tried
