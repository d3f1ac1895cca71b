"""What each region shows along its borders, undisturbed by what lies across: the two sides of every edge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Floats, Index, Mask, Plane, RegionLabels, freeze_fields
from svgai.draw.gradient.regions.surfaces import evaluate, fit, measure
from svgai.records import Record

# Rows and columns of a picture.
Box: TypeAlias = tuple[slice, slice]

# A region's colour is kept for pixels up to 3 px to either side of its border: edges are 1–2 px wide, and mixes look
# 2 px around.
REACH = 3
# A region's colour beside a border is its surface and the mean of what that leaves over 7 × 7 px. By eye.
WINDOW = 7
# Large regions are looked at in pieces of 128 px a side: most have no border in them.
PIECE = 128


class EdgeColors(Record):
    """Colours of k regions near their borders.

    keys: (n,) int64, rising: region × pixels of the picture + flat index. colors: (n, c) premultiplied, 0–255.
    shapes: (k, 6, c) the quadratic surfaces, for pixels further off. size: rows and columns of the picture. range: of
    its values.
    """

    keys: Index
    colors: Colors
    shapes: Floats
    size: tuple[int, int]
    range: tuple[float, float]

    def __post_init__(self) -> None:
        freeze_fields(self)

    def at(self, region: Index, pixel: Index) -> Floats:
        """(n, c): each region's colour at a flat index, (n,) each."""
        height, width = self.size
        key = region * (height * width) + pixel
        found = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        colors = self.colors[found].astype(np.float64)
        far = np.flatnonzero(self.keys[found] != key)
        y, x = np.divmod(pixel[far], width)
        colors[far] = np.clip(evaluate(self.shapes, region[far], x - width / 2, y - height / 2), *self.range)
        return colors


def boxes(labels: RegionLabels, reach: int) -> list[Box]:
    """Each label's bounding box, `reach` px wider on every side; empty for a label unused."""
    height, width = labels.shape
    size = int(labels.max()) + 1
    y, x = np.divmod(np.arange(labels.size), width)
    flat = labels.ravel()
    bounds = []
    for values, limit in ((y, height), (x, width)):
        low, high = np.full(size, limit), np.zeros(size, np.int64)
        np.minimum.at(low, flat, values)
        np.maximum.at(high, flat, values)
        extents = zip(low, high, strict=True)
        bounds.append([slice(max(first - reach, 0), min(last + reach + 1, limit)) for first, last in extents])
    return list(zip(*bounds, strict=True))


def surface_over(shape: Floats, box: Box, size: tuple[int, int]) -> Colors:
    """(h, w, c): a quadratic surface (6, c) over a box of a picture of the given rows and columns."""
    y = np.arange(box[0].start, box[0].stop, dtype=np.float32)[:, None] - size[0] / 2
    x = np.arange(box[1].start, box[1].stop, dtype=np.float32) - size[1] / 2
    one, gx, gy, xx, xy, yy = shape.astype(np.float32)
    level = one + gx * x[:, None] + xx * (x * x)[:, None]
    slope = gy + xy * x[:, None]
    return np.asarray(level + slope * y[:, :, None] + yy * (y * y)[:, :, None], np.float32)


def _pieces(box: Box) -> Iterator[Box]:
    """A box in pieces of PIECE px a side at most."""
    rows, columns = (range(side.start, side.stop, PIECE) for side in box)
    for top in rows:
        for left in columns:
            yield slice(top, min(top + PIECE, box[0].stop)), slice(left, min(left + PIECE, box[1].stop))


def _wider(box: Box, by: int) -> tuple[Box, Box]:
    """A box grown on all sides, as far as the picture goes at its top and left, and where it lies within that."""
    outer = tuple(slice(max(side.start - by, 0), side.stop + by) for side in box)
    inner = tuple(slice(side.start - o.start, side.stop - o.start) for side, o in zip(box, outer, strict=True))
    return (outer[0], outer[1]), (inner[0], inner[1])


def _near(mask: NDArray[np.uint8]) -> Mask:
    """(h, w): the pixels within REACH px of a region's border; the picture's own border is none."""
    window = np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)
    return np.asarray(cv2.dilate(mask, window) > cv2.erode(mask, window, borderType=cv2.BORDER_REPLICATE))


def _shown(colors: Colors, mask: NDArray[np.uint8], weights: Plane, shown: Colors) -> Colors:
    """(h, w, c): what a region shows around its pixels: its surface, `shown`, and the local mean of the rest."""
    trust = weights * mask
    local = cv2.blur((colors - shown) * trust[..., None], (WINDOW, WINDOW)).reshape(shown.shape)
    return shown + local / (cv2.blur(trust, (WINDOW, WINDOW)) + 1e-4)[..., None]


def _near_border(
    colors: Colors, labels: RegionLabels, weights: Plane, shapes: Floats, region: int, piece: Box
) -> tuple[Index, Colors] | None:
    """Keys and colours (see EdgeColors) of a region in a piece of the picture; None where it has no border there."""
    height, width = labels.shape
    outer, inner = _wider(piece, REACH + WINDOW // 2)
    mask = (labels[outer] == region).astype(np.uint8)
    if mask.min() == mask.max():
        return None
    top, left = outer[0].start, outer[1].start
    box = slice(top, top + mask.shape[0]), slice(left, left + mask.shape[1])
    shown = _shown(colors[box], mask, weights[box], surface_over(shapes[region], box, (height, width)))
    y, x = np.nonzero(_near(mask)[inner])
    return (region * height + y + piece[0].start) * width + x + piece[1].start, shown[inner][y, x]


def edge_colors_of(colors: Colors, labels: RegionLabels, weights: Plane) -> EdgeColors:
    """The colours of all regions of a picture, (h, w, c), near their borders; weights: (h, w) of insides."""
    shapes, _ = fit(measure(colors, labels, weights, int(labels.max()) + 1))
    used = np.flatnonzero(np.bincount(labels.ravel(), minlength=len(shapes))).tolist()
    around = boxes(labels, REACH)
    pieces = (
        _near_border(colors, labels, weights, shapes, region, piece)
        for region in used
        for piece in _pieces(around[region])
    )
    # The first key is nobody's: with it there always is one.
    found = [(np.array([-1]), np.zeros((1, colors.shape[2]), np.float32)), *(piece for piece in pieces if piece)]
    keys, values = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(keys, kind="stable")
    limits = float(colors.min()), float(colors.max())
    return EdgeColors(keys[order], np.clip(values[order], *limits), shapes, labels.shape, limits)
