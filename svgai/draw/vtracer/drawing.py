"""A raster drawn by vtracer."""

from __future__ import annotations

import numpy as np

from svgai.draw.vtracer.binding import trace
from svgai.draw.vtracer.keying import keyed
from svgai.draw.vtracer.outlines import Outline, outlines
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.draw.vtracer.simplify import midpoints, simplified
from svgai.records import Contour, Drawing, Flat, Path, Points, Raster, Shape
from svgai.scale import reduced


def _contour(points: Points, mode: str, scale: Points) -> Contour | None:
    """A contour in the raster's pixels; None where vtracer left less than a triangle of it."""
    if len(points) < 3:
        return None
    placed = points * scale
    if mode == "spline":
        return Contour(placed[0], placed[1:].reshape(-1, 3, 2))
    return Contour.polygon(placed)


def _shape(outline: Outline, plan: VtracerPlan, padding: int, scale: Points) -> Shape | None:
    moved = (points - (0, padding) for points in outline.contours)
    if plan.midpoints:
        moved = (midpoints(points) for points in moved)
    if plan.tolerance:
        moved = (simplified(points, plan.tolerance) for points in moved)
    contours = tuple(c for points in moved if (c := _contour(points, plan.mode, scale)))
    return Shape(Path(contours), Flat(outline.color)) if contours else None


def draw(raster: Raster, plan: VtracerPlan) -> Drawing:
    """The raster as vtracer's shapes: colours flat, alpha cut at one half.

    Raises EngineError where vtracer fails.
    """
    pixels = reduced(raster, plan.max_pixels).pixels
    cut, padding = keyed(pixels, plan.color_precision)
    height, width = pixels.shape[:2]
    scale = np.array([raster.width / width, raster.height / height])
    shapes = tuple(s for o in outlines(trace(cut, plan)) if (s := _shape(o, plan, padding, scale)))
    return Drawing(raster.width, raster.height, shapes)
