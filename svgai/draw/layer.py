"""A picture taken apart: a ground for one engine, and shapes over it that another has drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svgai.drawing import (
    Contour,
    Drawing,
    Ellipse,
    Flat,
    LinearGradient,
    Outline,
    Paint,
    Path,
    Rect,
    Shape,
)
from svgai.picture.raster import Raster
from svgai.records import Record


class Layer(Record):
    """ground: what is left of a picture without what lies over it. shapes: that, to be drawn over a drawing of it."""

    ground: Raster
    shapes: tuple[Shape, ...]

    def over(self, drawing: Drawing) -> Drawing:
        """A drawing of the ground with the shapes on top, in the units of its page."""
        factor = drawing.width / self.ground.width
        on_page = self.shapes if factor == 1 else tuple(scaled(shape, factor) for shape in self.shapes)
        return replace(drawing, shapes=drawing.shapes + on_page)


def scaled(shape: Shape, factor: float) -> Shape:
    """The shape on a page with `factor` times as many units."""
    width = None if shape.stroke_width is None else shape.stroke_width * factor
    return replace(
        shape, outline=_outline(shape.outline, factor), paint=_paint(shape.paint, factor), stroke_width=width
    )


def _outline(outline: Outline, factor: float) -> Outline:
    if isinstance(outline, Ellipse):
        return Ellipse(*(factor * np.array([outline.cx, outline.cy, outline.rx, outline.ry])).tolist())
    if isinstance(outline, Rect):
        sides = np.array([outline.x, outline.y, outline.width, outline.height, outline.radius])
        return Rect(*(factor * sides).tolist())
    return Path(tuple(Contour(factor * c.start, factor * c.segments, c.closed) for c in outline.contours))


def _paint(paint: Paint, factor: float) -> Paint:
    if isinstance(paint, Flat):
        return paint
    if isinstance(paint, LinearGradient):
        return replace(paint, start=_at(paint.start, factor), end=_at(paint.end, factor))
    found = replace(paint, center=_at(paint.center, factor), radius=paint.radius * factor)
    if paint.focus is not None:
        found = replace(found, focus=_at(paint.focus, factor))
    if paint.transform is None:
        return found
    a, b, c, d, e, f = paint.transform
    return replace(found, transform=(a, b, c, d, e * factor, f * factor))


def _at(point: tuple[float, float], factor: float) -> tuple[float, float]:
    return point[0] * factor, point[1] * factor
