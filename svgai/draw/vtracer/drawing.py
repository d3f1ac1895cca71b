"""A raster drawn by vtracer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np

from svgai.arrays import Pixels, Points
from svgai.draw.budget import left, spend
from svgai.draw.vtracer.binding import trace
from svgai.draw.vtracer.keying import keyed
from svgai.draw.vtracer.plan import STEP, VtracerPlan, tracing
from svgai.draw.vtracer.shown import shown_colors
from svgai.draw.vtracer.simplify import midpoints, simplified
from svgai.draw.vtracer.traced import TracedShape, traced_shapes
from svgai.draw.vtracer.translucency import Layer, layers
from svgai.drawing import Color, Contour, Drawing, Flat, Path, Shape
from svgai.picture.raster import Raster
from svgai.picture.scale import reduced

# A checkerboard of 1.5 million pixels has 3 million steps, and costs vtracer 9 s and 450 MB; grain of
# 360,000 pixels, the largest photograph that is traced, has 720,000 at most.
MOST_STEPS = 800_000
# What no other engine draws is traced from 250,000 steps at least, whatever work is left: 1.5 s.
LEAST_STEPS = 250_000
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
    text = trace(cut, plan)
    colors = shown_colors(text, np.concatenate([cut[:padding], layer.pixels])) if plan.shown_colors else {}
    for number, traced in enumerate(traced_shapes(text)):
        color = Color(*colors.get(number, traced.color))
        shape = _shape(traced._replace(color=color), layer.opacity, plan, padding, scale)
        if shape:
            yield shape


def _suited(plan: VtracerPlan, size: tuple[int, int]) -> VtracerPlan:
    """The plan, or every pixel as it is where no outline is more than a few pixels wide."""
    if min(size) >= SLIM:
        return plan
    return replace(plan, mode="none", filter_speckle=0, midpoints=False, tolerance=0)


def _steps(pixels: Pixels, least: int) -> int:
    """How many neighbours of (h, w, 4) pixels differ by more than `least`, summed over their channels."""
    count = 0
    for before, after in ((pixels[:-1], pixels[1:]), (pixels[:, :-1], pixels[:, 1:])):
        difference = cv2.absdiff(before, after) if before.size else before
        count += int(np.count_nonzero(difference.sum(axis=2, dtype=np.uint16) > least))
    return count


def traceable(raster: Raster, plan: VtracerPlan) -> Pixels:
    """The pixels to trace: at most plan.max_pixels, and fewer where they would be in too many patches."""
    area = plan.max_pixels
    most = max(LEAST_STEPS, int(min(MOST_STEPS, left() / STEP)))
    while True:
        pixels = reduced(raster, area).pixels
        steps = _steps(pixels, plan.layer_difference)
        if steps <= most:
            return pixels
        area = len(pixels) * pixels.shape[1] * most // steps


def draw(raster: Raster, plan: VtracerPlan) -> Drawing:
    """The raster as vtracer's shapes: colours flat, translucent areas in a few opacities, edges cut at one half.

    Raises EngineError where vtracer fails.
    """
    pixels = traceable(raster, plan)
    height, width = pixels.shape[:2]
    spend(tracing(height * width, _steps(pixels, plan.layer_difference)))
    plan = _suited(plan, (height, width))
    scale = np.array([raster.width / width, raster.height / height])
    shapes = tuple(shape for layer in layers(pixels) for shape in _shapes(layer, plan, scale))
    return Drawing(raster.width, raster.height, shapes)
