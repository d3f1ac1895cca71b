"""What each region shows along its borders, undisturbed by what lies across: the two sides of every edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Floats, Plane, RegionLabels
from svgai.draw.gradient.regions.surfaces import evaluate, fit, measure

# Pixels to either side of a border for which the region's colour is kept.
REACH = 3
# Window (px) over which a region's inside tells its colour.
WINDOW = 7
# Side (px) of the pieces in which large regions are looked at: most have no border in them.
PIECE = 128


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


def boxes(labels: RegionLabels, reach: int) -> list[tuple[slice, slice]]:
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


def _pieces(box: tuple[slice, slice]) -> Iterator[tuple[slice, slice]]:
    """A box in pieces of PIECE px a side at most."""
    rows, columns = (range(side.start, side.stop, PIECE) for side in box)
    for top in rows:
        for left in columns:
            yield slice(top, min(top + PIECE, box[0].stop)), slice(left, min(left + PIECE, box[1].stop))


def _wider(box: tuple[slice, slice], by: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """A box grown on all sides, as far as the picture goes at its top and left, and where it lies within that."""
    outer = tuple(slice(max(side.start - by, 0), side.stop + by) for side in box)
    inner = tuple(slice(b.start - o.start, b.stop - o.start) for b, o in zip(box, outer, strict=True))
    return (outer[0], outer[1]), (inner[0], inner[1])


def _side(colors: Colors, mask: NDArray[np.uint8], weights: Plane, shown: Colors) -> tuple[NDArray[np.bool_], Colors]:
    """Where the region is near its border, (h, w), and what it shows, (h, w, c): its surface and local residual."""
    window = np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)
    near = cv2.dilate(mask, window) > cv2.erode(mask, window, borderType=cv2.BORDER_REPLICATE)
    trust = weights * mask
    local = cv2.blur((colors - shown) * trust[..., None], (WINDOW, WINDOW)).reshape(shown.shape)
    return near, shown + local / (cv2.blur(trust, (WINDOW, WINDOW)) + 1e-4)[..., None]


def _near_border(
    colors: Colors, labels: RegionLabels, weights: Plane, shapes: Floats, k: int, piece: tuple[slice, slice]
) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
    """Keys and colours (see Sides) of region k in a piece of the picture; None where it has no border there."""
    h, w = labels.shape
    outer, inner = _wider(piece, REACH + WINDOW // 2)
    mask = (labels[outer] == k).astype(np.uint8)
    if mask.min() == mask.max():
        return None
    top, left = outer[0].start, outer[1].start
    box = slice(top, top + mask.shape[0]), slice(left, left + mask.shape[1])
    near, color = _side(colors[box], mask, weights[box], surface_over(shapes[k], box, (h, w)))
    y, x = np.nonzero(near[inner])
    return (k * h + y + piece[0].start) * w + x + piece[1].start, color[inner][y, x]


def sides(colors: Colors, labels: RegionLabels, weights: Plane) -> Sides:
    """The colours of all regions near their borders."""
    shapes, _ = fit(measure(colors, labels, weights, int(labels.max()) + 1))
    used = np.flatnonzero(np.bincount(labels.ravel(), minlength=len(shapes))).tolist()
    around = boxes(labels, REACH)
    pieces = (_near_border(colors, labels, weights, shapes, k, piece) for k in used for piece in _pieces(around[k]))
    # The first key is nobody's: with it there always is one.
    found = [(np.array([-1]), np.zeros((1, colors.shape[2]), np.float32)), *(p for p in pieces if p)]
    keys, values = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(keys, kind="stable")
    limits = float(colors.min()), float(colors.max())
    return Sides(keys[order], np.clip(values[order], *limits), shapes, labels.shape, limits)
