"""Drawing → Drawing that shows the same and is written plainly: what a person opens in an editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from svgai.arrays import Points
from svgai.drawing import Drawing, Flat, Outline, Paint, Path, Rect, Shape, Stop

# Opacities are written with 3 decimals.
_DECIMALS = 3
_CORNERS = 4


def plain(drawing: Drawing) -> Drawing:
    """The drawing without stops that say nothing; what fills the page exactly is a rectangle."""
    paints: dict[Paint, Paint] = {
        shape.paint: _plain_paint(shape.paint) for shape in drawing.shapes if not isinstance(shape.paint, Flat)
    }
    shapes = [_plain_shape(shape, paints, (drawing.width, drawing.height)) for shape in drawing.shapes]
    if all(new is old for new, old in zip(shapes, drawing.shapes, strict=True)):
        return drawing
    return replace(drawing, shapes=tuple(shapes))


def _plain_shape(shape: Shape, paints: dict[Paint, Paint], page: tuple[int, int]) -> Shape:
    paint = paints.get(shape.paint, shape.paint)
    outline = Rect(0, 0, *page) if shape.stroke_width is None and _fills(shape.outline, page) else shape.outline
    if paint is shape.paint and outline is shape.outline:
        return shape
    return replace(shape, outline=outline, paint=paint)


def _fills(outline: Outline, page: tuple[int, int]) -> bool:
    """Whether a path is the page's own rectangle."""
    if not isinstance(outline, Path) or len(outline.contours) != 1:
        return False
    contour = outline.contours[0]
    if not _CORNERS - 1 <= len(contour.segments) <= _CORNERS or not contour.lines.all():
        return False
    corners = np.unique(np.vstack([contour.start, contour.segments[:, 2]]), axis=0)
    width, height = page
    return np.array_equal(corners, [(0, 0), (0, height), (width, 0), (width, height)]) and _upright(contour.starts)


def _upright(corners: Points) -> bool:
    """Whether each step from corner to corner goes along one axis."""
    return bool((np.diff(corners, axis=0) == 0).any(axis=1).all())


def _plain_paint(paint: Paint) -> Paint:
    if isinstance(paint, Flat):
        return paint
    stops = telling(paint.stops)
    return paint if len(stops) == len(paint.stops) else replace(paint, stops=stops)


def telling(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """The stops without those between two that look alike; before the first and behind the last a gradient goes on.

    Two look alike where colour and opacity are written the same, or where both are clear: of what is clear no colour
    is seen. Two stops are left at least.
    """
    alike = [True, *(_alike(one, other) for one, other in pairwise(stops)), True]
    kept = tuple(stop for k, stop in enumerate(stops) if not (alike[k] and alike[k + 1]))
    return kept if len(kept) > 1 else (stops[0], stops[-1])


def _alike(one: Stop, other: Stop) -> bool:
    opacities = round(one.opacity, _DECIMALS), round(other.opacity, _DECIMALS)
    return opacities == (0, 0) or (opacities[0] == opacities[1] and one.color == other.color)
