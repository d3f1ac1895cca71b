"""What each region shows along its borders, undisturbed by what lies across: the two sides of every edge."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.draw.gradient.surfaces import Floats, evaluate, fit, measure
from svgai.draw.gradient.watershed import Colors, Labels, Plane

# Pixels to either side of a border for which the region's colour is kept.
REACH = 3
# Window (px) over which a region's inside tells its colour.
WINDOW = 7


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Colours of regions near their borders.

    keys: (n,) int64, rising: region × pixels of the picture + flat index; colors: (n, c) premultiplied, 0–255.
    shapes: (k, 6, c) the quadratic surfaces, for pixels further off; size: rows and columns of the picture; range: of
    its values.
    """

    keys: NDArray[np.int64]
    colors: NDArray[np.float32]
    shapes: Floats
    size: tuple[int, int]
    range: tuple[float, float]

    def at(self, region: NDArray[np.int64], pixel: NDArray[np.int64]) -> Floats:
        """(n, c): each region's colour at a flat index."""
        h, w = self.size
        key = region * (h * w) + pixel
        found = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        colors = self.colors[found].astype(np.float64)
        far = np.flatnonzero(self.keys[found] != key)
        y, x = np.divmod(pixel[far], w)
        colors[far] = np.clip(evaluate(self.shapes, region[far], x - w / 2, y - h / 2), *self.range)
        return colors


def boxes(labels: Labels, reach: int) -> list[tuple[slice, slice]]:
    """The rows and columns of each label's bounding box, `reach` wider on every side; empty for a label unused."""
    h, w = labels.shape
    size = int(labels.max()) + 1
    y, x = np.divmod(np.arange(labels.size), w)
    flat = labels.ravel()
    bounds = []
    for values, limit in ((y, h), (x, w)):
        low, high = np.full(size, limit), np.zeros(size, np.int64)
        np.minimum.at(low, flat, values)
        np.maximum.at(high, flat, values)
        bounds.append([slice(max(a - reach, 0), min(b + reach + 1, limit)) for a, b in zip(low, high, strict=True)])
    return list(zip(*bounds, strict=True))


def surface_over(shape: Floats, box: tuple[slice, slice], size: tuple[int, int]) -> Colors:
    """(h, w, c): a quadratic surface (6, c) over a box of a picture of the given rows and columns."""
    y = np.arange(box[0].start, box[0].stop, dtype=np.float32)[:, None] - size[0] / 2
    x = np.arange(box[1].start, box[1].stop, dtype=np.float32) - size[1] / 2
    one, gx, gy, xx, xy, yy = shape.astype(np.float32)
    level = one + gx * x[:, None] + xx * (x * x)[:, None]
    slope = gy + xy * x[:, None]
    return np.asarray(level + slope * y[:, :, None] + yy * (y * y)[:, :, None], np.float32)


def _side(colors: Colors, mask: NDArray[np.uint8], weights: Plane, shown: Colors) -> tuple[NDArray[np.bool_], Colors]:
    """Where the region is near its border, (h, w), and its colour there, (n, c): surface and local residual."""
    window = np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)
    near = cv2.dilate(mask, window) > cv2.erode(mask, window, borderType=cv2.BORDER_REPLICATE)
    trust = weights * mask
    local = cv2.blur((colors - shown) * trust[..., None], (WINDOW, WINDOW)).reshape(shown.shape)
    local = local / (cv2.blur(trust, (WINDOW, WINDOW)) + 1e-4)[..., None]
    return near, (shown + local)[near]


def sides(colors: Colors, labels: Labels, weights: Plane) -> Sides:
    """The colours of all regions near their borders."""
    h, w = labels.shape
    shapes, _ = fit(measure(colors, labels, weights, int(labels.max()) + 1))
    keys, values = [], []
    used = np.bincount(labels.ravel(), minlength=len(shapes)) > 0
    for k, box in enumerate(boxes(labels, REACH)):
        if not used[k]:
            continue
        mask = (labels[box] == k).astype(np.uint8)
        near, color = _side(colors[box], mask, weights[box], surface_over(shapes[k], box, (h, w)))
        y, x = np.nonzero(near)
        keys.append(k * h * w + (y + box[0].start) * w + x + box[1].start)
        values.append(color)
    limits = float(colors.min()), float(colors.max())
    return Sides(np.concatenate(keys), np.clip(np.concatenate(values), *limits), shapes, (h, w), limits)
