"""A fitted line, ready to be drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svgai.arrays import Floats, Mask, Points, freeze_fields
from svgai.draw.contour.strokes.line import relief, step_of
from svgai.draw.contour.strokes.polyline import spaced
from svgai.draw.outline.curves.curves import Curves, are_lines
from svgai.draw.outline.curves.gauss_newton import places
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.outline.shapes import moved_shape, recognized
from svgai.drawing import Contour, Ellipse, Outline, Path, Rect
from svgai.records import Record

# A ring is looked at in 16 places of each of its segments to see which simple shape it is. By eye.
SEEN = 16


class Stroke(Record):
    """A fitted line of n segments.

    beziers: (n, 4, 2) px. corner: (n,), at each segment's start. closed: a ring. width: px. color: (4,) premultiplied,
    0–255. ground: (2, 4) beside it, to the left and right hand. known: the simple shape that a ring is, if it is one.
    round: whether its ends and corners are round, not butt and mitred.
    """

    beziers: Points
    corner: Mask
    closed: bool
    width: float
    color: Floats
    ground: Floats
    known: Ellipse | Rect | None = None
    round: bool = False

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def outline(self) -> Outline:
        """Its middle, as an outline to be stroked."""
        if self.known:
            return self.known
        return Path((Contour(self.beziers[0, 0], self.beziers[:, 1:], self.closed),))

    @property
    def contrast(self) -> float:
        """Grey levels from the colour to the mixes of those beside it."""
        return relief(self.color, self.ground)


def shifted(stroke: Stroke, by: Points) -> Stroke:
    """The stroke moved by (2,) px."""
    known = moved_shape(stroke.known, *map(float, by)) if stroke.known else None
    return replace(stroke, beziers=stroke.beziers + by, known=known)


def named(stroke: Stroke) -> Stroke:
    """The stroke as the circle, ellipse or rectangle that it is, if it is one."""
    if not stroke.closed:
        return stroke
    step = step_of(stroke.width)
    beziers = stroke.beziers / step
    straight = are_lines(beziers)
    shares = np.broadcast_to(np.linspace(0, 1, SEEN, endpoint=False), (len(straight), SEEN))
    points = spaced(places(beziers, straight, shares).reshape(-1, 2), 1.0, True)
    none = np.zeros(1, np.int64)
    arcs = Arcs(points, np.array([0, len(points)]), np.ones(1, bool), none, none, np.ones(1))
    shape = recognized(arcs, Curves(beziers, np.array([0, len(beziers)]), stroke.corner)).get(0)
    return replace(stroke, known=_scaled(shape, step)) if shape else stroke


def _scaled(shape: Ellipse | Rect, by: float) -> Ellipse | Rect:
    """The shape `by` times as large, around (0, 0)."""
    if isinstance(shape, Ellipse):
        return Ellipse(shape.cx * by, shape.cy * by, shape.rx * by, shape.ry * by)
    return Rect(shape.x * by, shape.y * by, shape.width * by, shape.height * by, shape.radius * by)
