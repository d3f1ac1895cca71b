"""What a partly transparent picture covers, and how: hard edges, soft ones and shadows."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Mask
from svgai.draw.tone.levels.outline import outline
from svgai.draw.tone.levels.tree import UNITS
from svgai.drawing import Color, Flat, Rect, Shape
from svgai.picture.raster import Raster
from svgai.records import Record

# Alpha below which a pixel is clear, and from which on it is solid.
CLEAR, SOLID = 12, 243
# The least part of a picture that soft areas, wider than an edge's two pixels, must take to be drawn as such.
WORTH = 0.001
# Alphas at which a soft area's nested outlines lie, and what has been reached inside each: steps of a twelfth.
EDGES = tuple((k + 0.5) / 12 for k in range(12))
REACHED = tuple((k + 1) / 12 for k in range(12))
# px of the working plane.
TOLERANCE, LEAST = 1.2, 8


class Silhouette(Record):
    """under: shapes of soft areas. ground: the solid part, in one colour. solid: (h, w) of the working plane, what
    base and veils may cover; None where all of a picture is solid."""

    under: tuple[Shape, ...]
    ground: tuple[Shape, ...]
    solid: Mask | None


def _mean_color(raster: Raster, low: float, high: float) -> Color | None:
    alpha = raster.pixels[..., 3]
    band = (alpha > 255 * low) & (alpha <= 255 * high)
    if not band.any():
        return None
    return Color(*np.rint(raster.pixels[band][:, :3].mean(axis=0)).astype(int).tolist())


def _soft(raster: Raster) -> bool:
    """Whether a picture is translucent over more than its edges."""
    alpha = raster.pixels[..., 3]
    partial = ((alpha > CLEAR) & (alpha < SOLID)).astype(np.uint8)
    wide = cv2.morphologyEx(partial, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return float(wide.mean()) >= WORTH


def silhouette(raster: Raster, size: tuple[int, int], page: tuple[int, int], color: Color) -> Silhouette:
    """The silhouette of a picture on a page, its solid part of one colour. size: (width, height) of the plane."""
    if raster.opaque:
        return Silhouette((), (Shape(Rect(0, 0, *page), Flat(color)),), None)
    alpha = cv2.resize(raster.pixels[..., 3].astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    plane: NDArray[np.uint16] = np.rint(alpha * np.float32(UNITS)).astype(np.uint16)
    soft = _soft(raster)
    edges, reached = (EDGES, REACHED) if soft else ((0.5,), (1.0,))
    under: list[Shape] = []
    before = 0.0
    for edge, after, following in zip(edges[:-1], reached[:-1], edges[1:], strict=True):
        path = outline(plane, 255 * UNITS * edge, page, TOLERANCE, LEAST)
        own = _mean_color(raster, edge, following)
        if path and own:
            under.append(Shape(path, Flat(own, round((after - before) / (1 - before), 3))))
            before = after
    last = outline(plane, 255 * UNITS * edges[-1], page, TOLERANCE, LEAST)
    return Silhouette(tuple(under), (Shape(last, Flat(color)),) if last else (), alpha > 255 * edges[-1])
