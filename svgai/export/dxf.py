"""The outlines of a drawing as DXF R12, for cutters and CAD, in millimetres. The only module that imports ezdxf."""

from __future__ import annotations

import io

import numpy as np
from ezdxf.colors import RGB, aci2rgb
from ezdxf.filemanagement import new
from ezdxf.math import Bezier4P, Vec2

from svgai.arrays import Points
from svgai.drawing import Contour, Flat, Paint
from svgai.lengths import MILLIMETRES, points
from svgai.output.outlines import contours_of
from svgai.pipeline import Conversion

# Polylines stray 0.01 mm from the curves at most: a hundredth of a laser's kerf.
STRAY = 0.01


def data(conversion: Conversion) -> bytes:
    """Closed polylines, a layer a colour, y upwards; a stroke is its middle, a gradient its mean.

    A layer is called by its group's colour; by its hex digits where there are no groups.
    """
    drawing, page = conversion.drawing, conversion.svg.page
    scale = np.array([points(page.width) / drawing.width, points(page.height) / drawing.height]) * MILLIMETRES
    document = new("R12", units=0)
    space = document.modelspace()
    for group, shape in ((group, shape) for group, shapes in drawing.grouped for shape in shapes):
        color = _color(shape.paint)
        layer = group.color.upper() if group else "{:02X}{:02X}{:02X}".format(*color)
        if layer not in document.layers:
            document.layers.add(layer, color=_index(color))
        for contour in contours_of(shape.outline):
            vertices = _polyline(contour, drawing.height, scale)
            space.add_polyline2d([Vec2(v) for v in vertices], close=contour.closed, dxfattribs={"layer": layer})
    text = io.StringIO()
    document.write(text)
    return text.getvalue().encode("utf-8", "dxfreplace")


def _color(paint: Paint) -> RGB:
    """A paint's colour; of a gradient the mean of its stops'."""
    if isinstance(paint, Flat):
        return RGB(*paint.color)
    return RGB(*np.rint(np.mean([stop.color for stop in paint.stops], axis=0)).astype(int).tolist())


def _index(color: RGB) -> int:
    """The nearest of AutoCAD's 255 colours."""
    known = np.array([aci2rgb(k) for k in range(1, 256)], np.int64)
    return int(((known - np.array(color)) ** 2).sum(axis=1).argmin()) + 1


def _polyline(contour: Contour, height: int, scale: Points) -> Points:
    """(n, 2) mm: points of a contour, its end left out where it is its start."""
    flip, base = np.array([1.0, -1.0]), np.array([0.0, float(height)])
    start = (contour.start * flip + base) * scale
    found = [start]
    for segment in (contour.segments * flip + base) * scale:
        controls = [Vec2(*map(float, point)) for point in (found[-1], *segment)]
        straight = controls[0] == controls[1] and controls[2] == controls[3]
        walk = [controls[3]] if straight else list(Bezier4P(controls).flattening(STRAY))[1:]
        found += [np.array([point.x, point.y]) for point in walk]
    if contour.closed and len(found) > 1 and np.allclose(found[0], found[-1]):
        found.pop()
    return np.array(found)
