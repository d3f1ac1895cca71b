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
    width, height = (min(max(1, int(side * scale)), max_pixels) for side in (raster.width, raster.height))
    return _resized(raster, (width, height))


# A copy in proportion may be 64 px narrower than it might: the nearest of so many proportions is within 0.01 px.
_NARROWER = 64


def in_proportion(raster: Raster, max_pixels: int) -> Raster:
    """The raster itself, or a copy of max_pixels at most whose sides have as nearly its proportion as may be."""
    if raster.area <= max_pixels:
        return raster
    slope = raster.height / raster.width
    # A slim picture keeps its one pixel.
    widest = min(max_pixels, max(1, int((max_pixels / slope) ** 0.5)))
    widths = range(max(1, widest - _NARROWER), widest + 1)
    width = min(widths, key=lambda w: abs(w * slope - round(w * slope)))
    return _resized(raster, (width, max(1, min(round(width * slope), max_pixels // width))))


def _resized(raster: Raster, size: tuple[int, int]) -> Raster:
    """Area-averaged to (width, height)."""
    noise = raster.noise * (size[0] * size[1] / raster.area) ** 0.5
    if raster.opaque:
        return Raster(np.asarray(cv2.resize(raster.pixels, size, interpolation=cv2.INTER_AREA), np.uint8), noise)
    return Raster(_averaged(raster.pixels, size), noise)


# Rows of a copy that are averaged at once: of a picture of 7,000 px a side they come from 4 MB.
_ROWS = 32


def _averaged(pixels: Pixels, size: Sequence[int]) -> Pixels:
    """Straight RGBA, area-averaged to (width, height) with alpha as weight, some rows at a time for memory.

    Colour × alpha is exact in 16 bits.
    """
    width, height = size
    result = np.empty((height, width, 4), np.uint8)
    for top in range(0, height, _ROWS):
        share, read = _shares(top, min(height, top + _ROWS), len(pixels) / height)
        band = pixels[read]
        weighted = band * band[..., 3:].astype(np.uint16)
        weighted[..., 3] = 255 * band[..., 3].astype(np.uint16)
        narrow = np.asarray(cv2.resize(weighted, (width, len(band)), interpolation=cv2.INTER_AREA), np.float32)
        mean = (share @ narrow.reshape(len(band), -1)).reshape(-1, width, 4)
        opacity = mean[..., 3:] / np.float32(255)
        mean[..., :3] /= np.maximum(opacity, np.float32(1 / 255))
        mean[..., 3:] = opacity
        result[top : top + _ROWS] = np.rint(np.clip(mean, 0, 255))
    return result


def _shares(top: int, bottom: int, step: float) -> tuple[NDArray[np.float32], slice]:
    """(bottom − top, n): what each row that a copy's rows come from gives to them, and those n; step: rows to one."""
    edges = np.arange(top, bottom + 1) * step
    first, last = int(edges[0]), max(int(edges[0]) + 1, int(np.ceil(edges[-1] - 1e-9)))
    row = np.arange(first, last)
    share = np.minimum(edges[1:, None], row + 1) - np.maximum(edges[:-1, None], row)
    share = np.maximum(share, 0)
    return (share / share.sum(axis=1, keepdims=True)).astype(np.float32), slice(first, last)
