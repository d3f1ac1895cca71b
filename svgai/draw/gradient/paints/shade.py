"""What a paint shows at a point, by SVG's rules: the forward model that fits are judged with.

https://www.w3.org/TR/SVG11/pservers.html: colour and opacity of the stops are interpolated apart, not premultiplied;
beyond the ends the last stop goes on.
"""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats
from svgai.drawing import Flat, LinearGradient, Paint, RadialGradient


def _along(paint: LinearGradient, x: Floats, y: Floats) -> Floats:
    """The offset at each point, (n,), of a linear gradient."""
    (x1, y1), (x2, y2) = paint.start, paint.end
    dx, dy = x2 - x1, y2 - y1
    return ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)


def _from_center(paint: RadialGradient, x: Floats, y: Floats) -> Floats:
    """The offset at each point, (n,), of a radial gradient without a focus of its own."""
    if paint.transform:
        a, b, c, d, e, f = paint.transform  # SVG's names: x' = ax + cy + e, y' = bx + dy + f
        determinant = a * d - b * c
        x, y = x - e, y - f
        x, y = (d * x - c * y) / determinant, (a * y - b * x) / determinant
    return np.asarray(np.hypot(x - paint.center[0], y - paint.center[1]) / paint.radius)


def shade(paint: Paint, x: Floats, y: Floats) -> Floats:
    """(n, 4): premultiplied colour and alpha, 0–255, at points x, y in pixels; radial foci count as the centre."""
    if isinstance(paint, Flat):
        return np.tile([*(channel * paint.opacity for channel in paint.color), 255 * paint.opacity], (len(x), 1))
    t = _along(paint, x, y) if isinstance(paint, LinearGradient) else _from_center(paint, x, y)
    offsets = np.array([stop.offset for stop in paint.stops])
    channels = np.array([[*stop.color, 255 * stop.opacity] for stop in paint.stops])
    straight = np.stack([np.interp(t, offsets, channels[:, k]) for k in range(4)], axis=1)
    straight[:, :3] *= straight[:, 3:] / 255
    return straight


def over(top: Floats, bottom: Floats) -> Floats:
    """(n, 4): premultiplied colours composited, `top` over `bottom`."""
    return top + bottom * (1 - top[:, 3:] / 255)
