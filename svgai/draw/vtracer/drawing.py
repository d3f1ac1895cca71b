"""A raster drawn by vtracer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from svgai.arrays import Points
from svgai.draw.vtracer.binding import trace
from svgai.draw.vtracer.keying import keyed
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.draw.vtracer.simplify import midpoints, simplified
from svgai.draw.vtracer.traced import TracedShape, traced_shapes
from svgai.draw.vtracer.translucency import Layer, layers
from svgai.drawing import Contour, Drawing, Flat, Path, Shape
from svgai.picture.raster import Raster
from svgai.picture.scale import reduced

# A picture under 4 px wide or high is drawn pixel by pixel: vtracer returns an empty path for a picture of one pixel,
# and drops what is thinner than two.
SLIM = 4


def _contour(points: Points, mode: str, scale: Points) -> Contour | None:
    """A contour in the raster's pixels; None where vtracer left less than a triangle of it."""
    if len(points) < 3:
        return None
    placed = points * scale
    if mode == "spline":
        return Contour(placed[0], placed[1:].reshape(-1, 3, 2))
    return Contour.polygon(placed)


def _plain(points: Points, plan: VtracerPlan) -> Points:
    """Pixel edges with fewer corners; polygons and cubics are vtracer's own and stay."""
    if plan.mode != "none":
        return points
    return simplified(midpoints(points) if plan.midpoints else points, plan.tolerance)


def _shape(traced: TracedShape, opacity: float, plan: VtracerPlan, padding: int, scale: Points) -> Shape | None:
    """A traced shape in the raster's pixels; None where nothing is left of it. padding: rows on top."""
    moved = (_plain(points - (0, padding), plan) for points in traced.contours)
    contours = tuple(contour for points in moved if (contour := _contour(points, plan.mode, scale)))
    return Shape(Path(contours), Flat(traced.color, opacity)) if contours else None


def _shapes(layer: Layer, plan: VtracerPlan, scale: Points) -> Iterator[Shape]:
    """The shapes of a layer, in paint order."""
    cut, padding = keyed(layer.pixels, plan.color_precision)
    found = (_shape(traced, layer.opacity, plan, padding, scale) for traced in traced_shapes(trace(cut, plan)))
    return (shape for shape in found if shape)


def _suited(plan: VtracerPlan, size: tuple[int, int]) -> VtracerPlan:
    """The plan, or every pixel as it is where no outline is more than a few pixels wide."""
    if min(size) >= SLIM:
        return plan
    return replace(plan, mode="none", filter_speckle=0, midpoints=False, tolerance=0)


def draw(raster: Raster, plan: VtracerPlan) -> Drawing:
    """The raster as vtracer's shapes: colours flat, translucent areas in a few opacities, edges cut at one half.

    Raises EngineError where vtracer fails.
    """
    pixels = reduced(raster, plan.max_pixels).pixels
    height, width = pixels.shape[:2]
    plan = _suited(plan, (height, width))
    scale = np.array([raster.width / width, raster.height / height])
    shapes = tuple(shape for layer in layers(pixels) for shape in _shapes(layer, plan, scale))
    return Drawing(raster.width, raster.height, shapes)
