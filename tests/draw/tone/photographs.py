"""A photograph in closed form: sky, hills, a sun, foliage of fine grain and thin masts, with truth known."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from svgai.arrays import Pixels
from svgai.picture.raster import Raster


@cache
def photograph(width: int = 240, height: int = 160, seed: int = 0) -> Raster:
    """A landscape of width × height, opaque."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / np.array([height, width])[:, None, None]
    sky = np.array([70.0, 110.0, 190.0]) + y[..., None] * np.array([150.0, 100.0, 20.0])
    ground = np.array([60.0, 90.0, 40.0]) + 40 * np.sin(9 * x + 5 * y)[..., None]
    grain = cv2.GaussianBlur(rng.normal(0, 60, (height, width)), (0, 0), 1.2)
    ground = ground + (grain * (x > 0.5))[..., None]
    picture = np.where((y > 0.55 + 0.1 * np.sin(6 * x))[..., None], ground, sky)
    sun = np.hypot((x - 0.25) * width, (y - 0.25) * height) < 0.09 * height
    picture[sun] = (250, 230, 150)
    picture[(np.abs(x - 0.7) < 1.0 / width) & (y > 0.15) & (y < 0.6)] = (30, 25, 25)
    return Raster.from_array(np.asarray(np.rint(picture.clip(0, 255)), np.uint8))


def with_alpha(raster: Raster, soft: float) -> Raster:
    """The picture within an ellipse whose edge is `soft` px wide."""
    height, width = raster.pixels.shape[:2]
    y, x = np.mgrid[:height, :width] + 0.5
    inside = 1 - np.hypot((x - width / 2) / (0.45 * width), (y - height / 2) / (0.45 * height))
    alpha = (0.5 + inside * 0.45 * min(width, height) / soft).clip(0, 1)
    pixels: Pixels = raster.pixels.copy()
    pixels[..., 3] = np.rint(255 * alpha)
    return Raster(pixels)
