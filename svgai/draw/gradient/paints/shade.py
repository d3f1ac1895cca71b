"""What a paint shows at a point, by SVG's rules: the forward model that fits are judged with.

https://www.w3.org/TR/SVG11/pservers.html: colour and opacity of the stops are interpolated apart, not premultiplied;
beyond the ends the last stop goes on.
"""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats
from svgai.drawing import Flat, LinearGradient, Paint, RadialGradient


def _along(paint: LinearGradient, x: Floats, y: Floats) -> Floats:
    (x1, y1), (x2, y2) = paint.start, paint.end
    dx, dy = x2 - x1, y2 - y1
    return ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)


def _from_center(paint: RadialGradient, x: Floats, y: Floats) -> Floats:
    """The offset at each point of a gradient without a focus of its own."""
    if paint.transform:
        a, b, c, d, e, f = paint.transform
        det = a * d - b * c
        x, y = x - e, y - f
        x, y = (d * x - c * y) / det, (a * y - b * x) / det
    return np.asarray(np.hypot(x - paint.center[0], y - paint.center[1]) / paint.radius)


def shade(paint: Paint, x: Floats, y: Floats) -> Floats:
    """(n, 4): premultiplied colour and alpha, 0–255, at points x, y in pixels; radial foci count as the centre."""
    if isinstance(paint, Flat):
        return np.tile([*(c * paint.opacity for c in paint.color), 255 * paint.opacity], (len(x), 1))
    t = _along(paint, x, y) if isinstance(paint, LinearGradient) else _from_center(paint, x, y)
    offsets = np.array([s.offset for s in paint.stops])
    channels = np.array([[*s.color, 255 * s.opacity] for s in paint.stops])
    straight = np.stack([np.interp(t, offsets, channels[:, k]) for k in range(4)], axis=1)
    straight[:, :3] *= straight[:, 3:] / 255
    return straight


def over(top: Floats, bottom: Floats) -> Floats:
    """(n, 4): premultiplied colours composited, `top` over `bottom`."""
    return top + bottom * (1 - top[:, 3:] / 255)
