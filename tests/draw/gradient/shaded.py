"""Shaded pictures in closed form, and what a drawing of one shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Pixels
from svgai.draw.gradient.engine import draw
from svgai.draw.gradient.plan import GradientPlan
from svgai.drawing import Drawing
from svgai.measure.color import ciede2000, lab
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.alpha import over
from svgai.picture.raster import Raster


def grid(size: int) -> tuple[Floats, Floats]:
    """x and y of the pixel centres of a square picture."""
    y, x = np.mgrid[:size, :size] + 0.5
    return x, y


def between(t: Floats, first: tuple[int, int, int], last: tuple[int, int, int]) -> Pixels:
    """RGBA: opaque colours from first (t ≤ 0) to last (t ≥ 1)."""
    t = np.clip(t, 0, 1)[..., None]
    colors = np.rint((1 - t) * np.array(first) + t * np.array(last))
    return np.dstack([colors, np.full(t.shape[:2], 255)]).astype(np.uint8)


def faded(alpha: Floats, color: tuple[int, int, int]) -> Pixels:
    """RGBA: one colour at an alpha of 0–1."""
    return np.dstack([np.full((*alpha.shape, 3), color), np.rint(255 * alpha)]).astype(np.uint8)


def drawn(pixels: Pixels, noise: float = 0.0) -> Drawing:
    drawing = draw(Raster(pixels, noise), GradientPlan())
    assert isinstance(drawing, Drawing)
    return drawing


def shown(drawing: Drawing) -> Pixels:
    return render(write(drawing, GradientPlan().decimals), drawing.width, drawing.height).pixels


def _lab(rgb: Pixels) -> NDArray[np.float32]:
    return lab(rgb.reshape(-1, 3).astype(np.float32))


def worst_delta_e(pixels: Pixels, drawing: Drawing) -> float:
    """The greatest CIEDE2000 of any pixel, over white and over black."""
    source, result = Raster(pixels).pixels, shown(drawing)
    sides = [(over(source, b)[..., :3], over(result, b)[..., :3]) for b in (0, 255)]
    return max(float(ciede2000(_lab(a), _lab(b)).max()) for a, b in sides)
