"""Pictures whose outlines are known in closed form, anti-aliased by exact area as near as 16 × 16 samples come."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from svgai.arrays import Floats, Points
from svgai.drawing import Drawing, Path
from svgai.picture.load import load
from svgai.picture.raster import Raster

SAMPLES = 16
Inside = Callable[[Floats, Floats], NDArray[np.bool_]]
RGBA = tuple[int, int, int, int]

WHITE: RGBA = (255, 255, 255, 255)
BLACK: RGBA = (0, 0, 0, 255)
RED: RGBA = (228, 0, 43, 255)
BLUE: RGBA = (0, 60, 180, 255)
CLEAR: RGBA = (0, 0, 0, 0)


def picture(width: int, height: int, ground: RGBA, *layers: tuple[Inside, RGBA]) -> Raster:
    """Each pixel the mean of its samples, premultiplied; a sample has the colour of the last layer it lies in."""
    y, x = (np.mgrid[: height * SAMPLES, : width * SAMPLES] + 0.5) / SAMPLES
    top = np.zeros(x.shape, np.int64)
    for k, (inside, _) in enumerate(layers, 1):
        top[inside(x, y)] = k
    colors = [_premultiplied(c) for c in (ground, *(c for _, c in layers))]
    shares = [(top == k).reshape(height, SAMPLES, width, SAMPLES).mean(axis=(1, 3)) for k in range(len(colors))]
    value = sum((s[..., None] * c for s, c in zip(shares, colors, strict=True)), np.zeros((height, width, 4)))
    alpha = value[..., 3:]
    straight = np.where(alpha > 0, value[..., :3] / np.maximum(alpha, 1e-9) * 255, 0)
    return Raster(np.rint(np.concatenate([straight, alpha], axis=2)).astype(np.uint8))


def _premultiplied(color: RGBA) -> Floats:
    return np.array([*(c * color[3] / 255 for c in color[:3]), color[3]], np.float64)


def disc(cx: float, cy: float, radius: float) -> Inside:
    return lambda x, y: np.asarray((x - cx) ** 2 + (y - cy) ** 2 < radius**2)


def ring(cx: float, cy: float, outer: float, inner: float) -> Inside:
    return lambda x, y: ((x - cx) ** 2 + (y - cy) ** 2 < outer**2) & ((x - cx) ** 2 + (y - cy) ** 2 > inner**2)


def polygon(points: Points) -> Inside:
    """A convex polygon, its corners clockwise on the screen."""

    def inside(x: Floats, y: Floats) -> NDArray[np.bool_]:
        result = np.ones(x.shape, bool)
        for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
            result &= (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0
        return result

    return inside


def square(cx: float, cy: float, side: float, degrees: float) -> Points:
    turn = np.deg2rad(degrees)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * side / 2
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(corners @ rotation + [cx, cy])


def outline_points(drawing: Drawing, shape: int, count: int = 16) -> Points:
    """(n, 2) points along a path's contours, `count` a segment."""
    outline = drawing.shapes[shape].outline
    assert isinstance(outline, Path)
    t = np.linspace(0, 1, count, endpoint=False)[:, None, None]
    pieces = []
    for c in outline.contours:
        p0, p1, p2, p3 = c.starts, c.segments[:, 0], c.segments[:, 1], c.segments[:, 2]
        curve = (1 - t) ** 3 * p0 + 3 * t * (1 - t) ** 2 * p1 + 3 * t**2 * (1 - t) * p2 + t**3 * p3
        pieces.append(curve.transpose(1, 0, 2).reshape(-1, 2))
    return np.concatenate(pieces)


def as_jpeg(raster: Raster, quality: int, subsampling: str) -> Raster:
    """An opaque picture after JPEG coding, read as the product reads it: with the noise that it finds in the file."""
    file = BytesIO()
    Image.fromarray(np.ascontiguousarray(raster.pixels[..., :3])).save(
        file, "JPEG", quality=quality, subsampling=subsampling
    )
    return load(file.getvalue())
