"""Raster → smaller Raster, by area averaging in premultiplied colour (no dark fringes from transparent pixels)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels
from svgai.picture.raster import Raster


def reduced(raster: Raster, max_pixels: int) -> Raster:
    """The raster itself, or a copy of max_pixels at most with the same proportions (to a pixel)."""
    scale = (max_pixels / raster.area) ** 0.5
    if scale >= 1:
        return raster
    # A slim picture keeps its one pixel, and the other side makes room for that.
    size = tuple(min(max(1, int(side * scale)), max_pixels) for side in (raster.width, raster.height))
    noise = raster.noise * scale
    if raster.opaque:
        return Raster(np.asarray(cv2.resize(raster.pixels, size, interpolation=cv2.INTER_AREA), np.uint8), noise)
    return Raster(_averaged(raster.pixels, size), noise)


def _averaged(pixels: Pixels, size: Sequence[int]) -> Pixels:
    """Straight RGBA, area-averaged with alpha as weight.

    A channel at a time in 16 bits, where colour × alpha is exact: as floats, 64 megapixels take more than a gigabyte.
    """
    alpha = cv2.extractChannel(pixels, 3)

    def weighted(channel: int) -> NDArray[np.float32]:
        product = cv2.multiply(cv2.extractChannel(pixels, channel), alpha, dtype=cv2.CV_16U)
        small = cv2.resize(product, size, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.float32)

    weight = cv2.resize(np.multiply(alpha, 255, dtype=np.uint16), size, interpolation=cv2.INTER_AREA)
    opacity = np.asarray(weight, np.float32) / np.float32(255)
    colors = [weighted(c) / np.maximum(opacity, np.float32(1 / 255)) for c in range(3)]
    return np.asarray(np.rint(np.clip(np.dstack([*colors, opacity]), 0, 255)), np.uint8)
