"""Outlines of every kind as contours, and contours as points."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Points
from svgai.drawing import Contour, Ellipse, Outline, Rect

# The fraction of its radius that a cubic's handles take along a quarter of a circle (Goldapp 1991).
_KAPPA = 0.5522847498
_CORNERS = ((1, 0), (1, 1), (0, 1), (0, 0))
_AHEAD = np.array([(1, 0), (0, 1), (-1, 0), (0, -1), (1, 0)], np.float64)


def contours_of(outline: Outline) -> tuple[Contour, ...]:
    """The contours that an outline is filled or stroked along."""
    if isinstance(outline, Ellipse):
        radii = outline.rx, outline.ry
        return (_rounded(outline.cx - radii[0], outline.cy - radii[1], (2 * radii[0], 2 * radii[1]), radii),)
    if isinstance(outline, Rect):
        radii = outline.radius, outline.radius
        return (_rounded(outline.x, outline.y, (outline.width, outline.height), radii),)
    return outline.contours


def _rounded(x: float, y: float, size: tuple[float, float], radii: tuple[float, float]) -> Contour:
    """A rectangle with round corners; with radii of half its size an ellipse."""
    at = start = np.array([x + radii[0], y])
    segments = []
    for corner_number, place in enumerate(_CORNERS):
        corner = np.array([x, y]) + np.multiply(place, size)
        before = corner - _AHEAD[corner_number] * radii
        after = corner + _AHEAD[corner_number + 1] * radii
        if not np.allclose(at, before):
            segments.append([at, before, before])
        if any(radii):
            segments.append([before + _KAPPA * (corner - before), after + _KAPPA * (corner - after), after])
        at = after
    return Contour(start, np.array(segments))


def walked(contour: Contour, steps: int) -> Points:
    """(n, 2): a contour's start, and `steps` points of each of its segments, one of each line."""
    share = np.linspace(0, 1, steps + 1)[1:, None, None]
    first, second, end = contour.segments.swapaxes(0, 1)
    cubic = (1 - share) ** 3 * contour.starts + 3 * (1 - share) ** 2 * share * first
    cubic = cubic + 3 * (1 - share) * share**2 * second + share**3 * end
    kept = np.ones((len(end), steps), bool)
    kept[contour.lines, :-1] = False
    return np.vstack([contour.start, cubic.swapaxes(0, 1)[kept]])
