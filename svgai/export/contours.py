"""Outlines of every kind as contours of lines and cubics."""

from __future__ import annotations

import numpy as np

from svgai.drawing import Contour, Ellipse, Outline, Rect

# The fraction of its radius that a cubic's handles take along a quarter of a circle (Goldapp 1991).
_KAPPA = 0.5522847498


def contours(outline: Outline) -> tuple[Contour, ...]:
    """The contours of an outline, in px; ellipses and round corners as cubics."""
    if isinstance(outline, Ellipse):
        radii = outline.rx, outline.ry
        return (_rounded(outline.cx - radii[0], outline.cy - radii[1], (2 * radii[0], 2 * radii[1]), radii),)
    if isinstance(outline, Rect):
        return (_rounded(outline.x, outline.y, (outline.width, outline.height), (outline.radius, outline.radius)),)
    return outline.contours


def _rounded(x: float, y: float, size: tuple[float, float], radii: tuple[float, float]) -> Contour:
    """A rectangle with round corners; with radii of half its size an ellipse."""
    (w, h), (rx, ry) = size, radii
    corners = [((x + w, y), (0, 1)), ((x + w, y + h), (-1, 0)), ((x, y + h), (0, -1)), ((x, y), (1, 0))]
    start = np.array([x + rx, y])
    at, segments = start, []
    ahead = np.array([1.0, 0.0])
    for place, then in corners:
        corner, after = np.array(place), np.array(then, np.float64)
        before = corner - ahead * (rx, ry)
        segments.append([at, before, before])
        stop = corner + after * (rx, ry)
        if rx or ry:
            segments.append([before + _KAPPA * (corner - before), stop + _KAPPA * (corner - stop), stop])
        at, ahead = stop, after
    return Contour(start, np.array(segments))
