"""A raster drawn by vtracer."""

from __future__ import annotations

import numpy as np

from svgai.draw.vtracer.binding import trace
from svgai.draw.vtracer.keying import keyed
from svgai.draw.vtracer.outlines import Outline, outlines
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.draw.vtracer.simplify import simplified
from svgai.records import Contour, Drawing, Flat, Path, Points, Raster, Shape
from svgai.scale import reduced


def _contour(points: Points, plan: VtracerPlan) -> Contour | None:
    if plan.mode == "spline":
        return Contour(points[0], points[1:].reshape(-1, 3, 2)) if len(points) > 3 else None
    corners = simplified(points, plan.tolerance) if plan.mode == "none" else points
    return Contour.polygon(corners) if len(corners) > 2 else None


def _shape(outline: Outline, plan: VtracerPlan, padding: int, scale: Points) -> Shape | None:
    placed = (_contour((points - (0, padding)) * scale, plan) for points in outline.contours)
    contours = tuple(c for c in placed if c)
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
