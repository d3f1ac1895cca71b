"""What becomes of the background: kept, removed, or a colour put under the picture."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from svgai.arrays import Index, Mask, Pixels
from svgai.drawing import Color
from svgai.picture.alpha import over
from svgai.picture.raster import Raster

# A pixel is background within 12 grey levels (largest channel) of the border's colour: JPEG noise at quality 75 stays
# under it, the next colour of a palette seldom (by eye).
TOLERANCE = 12
# An edge is looked for within 2 px of the background: anti-aliased it is 1 px wide, resampled up to 3.
_EDGE = 2


def compose(raster: Raster, color: Color) -> Raster:
    """The picture over one colour, opaque."""
    return replace(raster, pixels=over(raster.pixels, color))


def color_of(raster: Raster) -> Color | None:
    """The background: the most common colour of the border; None where that is no half of it, or not opaque."""
    pixels = raster.pixels
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colors, counts = np.unique(border, axis=0, return_counts=True)
    color = colors[counts.argmax()].astype(np.int64)
    near = (np.abs(border - color) <= TOLERANCE).all(axis=1)
    return None if color[3] != 255 or near.mean() < 0.5 else Color(*color[:3].tolist())


def remove(raster: Raster) -> Raster:
    """The flat colour connected to the border made transparent, and its share taken out of anti-aliased edges.

    Where there is no such colour the picture comes back as it is.
    """
    ground = color_of(raster)
    if ground is None:
        return raster
    pixels, color = raster.pixels, np.array([*ground, 255], np.int64)
    near = (np.abs(pixels - color) <= TOLERANCE).all(axis=2)
    outside = _connected_to_border(near)
    edge = cv2.dilate(outside.astype(np.uint8), np.ones((2 * _EDGE + 1,) * 2, np.uint8)).astype(bool) & ~outside
    cleared = pixels.copy()
    cleared[outside] = 0
    cleared[edge] = _unmixed(pixels, edge, color)
    return replace(raster, pixels=cleared)


def _connected_to_border(mask: Mask) -> Mask:
    _, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    touching = np.zeros(labels.max() + 1, bool)
    touching[border] = True
    touching[0] = False
    return np.asarray(touching[labels])


def _unmixed(pixels: Pixels, edge: Mask, background: Index) -> Pixels:
    """(n, 4): the edge's pixels as α·F over transparent, F the colour near by that is farthest from the background."""
    rows, columns = np.nonzero(edge)
    own = pixels[rows, columns, :3].astype(np.float64)
    foreground, farthest = own.copy(), np.linalg.norm(own - background[:3], axis=1)
    for dy in range(-_EDGE, _EDGE + 1):
        for dx in range(-_EDGE, _EDGE + 1):
            y = np.clip(rows + dy, 0, pixels.shape[0] - 1)
            x = np.clip(columns + dx, 0, pixels.shape[1] - 1)
            other = pixels[y, x, :3].astype(np.float64)
            distance = np.linalg.norm(other - background[:3], axis=1)
            farther = distance > farthest
            foreground[farther], farthest[farther] = other[farther], distance[farther]
    span = foreground - background[:3]
    alpha = ((own - background[:3]) * span).sum(axis=1) / np.maximum((span**2).sum(axis=1), 1)
    unmixed = np.empty((len(rows), 4))
    unmixed[:, :3], unmixed[:, 3] = foreground, 255 * np.clip(alpha, 0, 1)
    return np.asarray(np.rint(unmixed).astype(np.uint8))
