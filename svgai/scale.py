"""Raster → smaller Raster, by area averaging in premultiplied colour (no dark fringes from transparent pixels)."""

from __future__ import annotations

import cv2
import numpy as np

from svgai.records import Raster


def reduced(raster: Raster, max_pixels: int) -> Raster:
    """The raster itself, or a copy of max_pixels at most with the same proportions (to a pixel)."""
    scale = (max_pixels / raster.area) ** 0.5
    if scale >= 1:
        return raster
    size = max(1, int(raster.width * scale)), max(1, int(raster.height * scale))
    noise = raster.noise * scale
    if raster.opaque:
        return Raster(np.asarray(cv2.resize(raster.pixels, size, interpolation=cv2.INTER_AREA), np.uint8), noise)
    premultiplied = raster.pixels.astype(np.float32)
    premultiplied[..., :3] *= premultiplied[..., 3:] / np.float32(255)
    small = np.asarray(cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA), np.float32)
    small[..., :3] *= np.float32(255) / np.maximum(small[..., 3:], np.float32(1))
    return Raster(np.rint(np.clip(small, 0, 255)).astype(np.uint8), noise)
