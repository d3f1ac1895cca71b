"""Enlarged pixel art: pictures whose pixels are squares of several pixels each."""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Floats, Index, Pixels, freeze_fields
from svgai.draw.contour.labels.distance import Metric
from svgai.picture.noise import middle
from svgai.picture.raster import Raster
from svgai.records import Record

# Squares of 2 to 64 px are looked for, on whose grid 0.99 of a picture's steps lie (by eye).
LEAST, MOST, ON_GRID = 2, 64, 0.99
# Fewer than 3 lines of steps along either axis lie on some grid by chance.
LINES = 3
# More than 40,000 squares are no pixel art: tracing every corner is no longer what anybody wants (by eye).
MOST_SQUARES = 40_000
# At most 0.005 of the pixels may differ from their square, and in coded pictures 0.05 by more than the metric
# explains: chroma at half resolution bleeds into 0.01–0.03 of them (on the corpus).
FOREIGN, FOREIGN_CODED = 0.005, 0.05
# In a coded picture a step is visible from 1.5 times the range of flat areas on (by eye).
STEP = 1.5


class Squares(Record):
    """pixels: (h, w, 4) uint8 straight alpha, one a square. size: px. left, top: where the first whole square begins
    (0 to size − 1); what lies before it is part of one."""

    pixels: Pixels
    size: int
    left: int
    top: int

    def __post_init__(self) -> None:
        freeze_fields(self)

    def edges(self, length: int, axis: int) -> Floats:
        """Where the squares of an axis (0 x, 1 y) begin, and the last ends, on a page of `length` px."""
        first = (self.left, self.top)[axis]
        before = (self.size - first) % self.size
        begin = np.arange(self.pixels.shape[1 - axis] + 1, dtype=np.float64) * self.size - before
        return np.asarray(np.minimum(np.maximum(begin, 0), length), np.float64)


def _steps(raster: Raster, axis: int) -> Index:
    """(n − 1,) how many visible steps there are between each two neighbouring rows or columns."""
    limit = round(STEP * Metric(raster.noise).flat_range) if raster.noise else 0
    plane = cv2.cvtColor(raster.pixels, cv2.COLOR_RGBA2GRAY)[..., None] if raster.noise else raster.pixels
    before, after = (plane[:, :-1], plane[:, 1:]) if axis == 0 else (plane[:-1], plane[1:])
    step = (cv2.absdiff(before, after).reshape(*before.shape[:2], -1) > limit).any(axis=2)
    return np.asarray(step.sum(axis=axis), np.int64)


def _offset(steps: Index, size: int) -> int | None:
    """Where a grid of this size begins that holds nearly all steps along an axis; None where none does."""
    places = (np.arange(len(steps)) + 1) % size
    total = np.bincount(places, steps, size)
    return int(total.argmax()) if total.max() >= ON_GRID * steps.sum() else None


def _grid(raster: Raster) -> tuple[int, int, int] | None:
    """Size, left and top of the coarsest grid that the steps lie on."""
    if min(raster.width, raster.height) < LEAST * LINES:
        return None
    steps = [_steps(raster, axis) for axis in (0, 1)]
    if min(np.count_nonzero(s) for s in steps) < LINES:
        return None
    for size in range(min(MOST, *(n // LINES for n in raster.pixels.shape[:2])), LEAST - 1, -1):
        left, top = (_offset(s, size) for s in steps)
        if left is not None and top is not None:
            return size, left, top
    return None


def find_squares(raster: Raster) -> Squares | None:
    """The pixels that a picture was enlarged from, each to a square; None where it was not."""
    # Most pictures have no grid: their middle says so at a fraction of the cost.
    if _grid(Raster(middle(raster.pixels), raster.noise)) is None:
        return None
    found = _grid(raster)
    if found is None or raster.area > MOST_SQUARES * found[0] ** 2:
        return None
    size, left, top = found
    columns, rows = (_middles(n, first, size) for n, first in ((raster.width, left), (raster.height, top)))
    at = np.ix_(rows, columns)
    result = Squares(_calm(raster, size)[at] if raster.noise else raster.pixels[at], size, left, top)
    return result if _foreign(raster, result) <= (FOREIGN_CODED if raster.noise else FOREIGN) else None


def _calm(raster: Raster, size: int) -> Pixels:
    """Coded pixels as medians within squares, the near ones of which become one colour, the more frequent."""
    pixels = np.asarray(cv2.medianBlur(raster.pixels, max(2 * (size // 2) - 1, 1)), np.uint8)
    code = pixels.view(np.uint32)[..., 0]
    distinct, index, count = np.unique(code, return_inverse=True, return_counts=True)
    colors = distinct.view(np.uint8).reshape(-1, 4)
    keeper, reach = np.full(len(colors), -1), Metric(raster.noise).distinct_range
    for k in np.argsort(-count, kind="stable"):
        near = np.abs(colors.astype(np.int16) - colors[k]).max(axis=1) <= reach
        if keeper[k] < 0:
            keeper[near & (keeper < 0)] = k
    return np.asarray(colors[keeper][index.reshape(code.shape)], np.uint8)


def _middles(length: int, first: int, size: int) -> Index:
    """The pixel nearest to the middle of each square along an axis."""
    begin = np.arange(-((size - first) % size), length, size)
    return np.asarray((np.maximum(begin, 0) + np.minimum(begin + size, length) - 1) // 2, np.int64)


def _foreign(raster: Raster, squares: Squares) -> float:
    """The share of pixels that their square does not explain."""
    edges = (squares.edges(raster.width, 0), squares.edges(raster.height, 1))
    counts = [np.diff(edge).astype(np.int64) for edge in edges]
    enlarged = squares.pixels.repeat(counts[1], axis=0).repeat(counts[0], axis=1)
    metric = Metric(raster.noise)
    if not raster.noise:
        return float((enlarged != raster.pixels).any(axis=2).mean())
    distance = metric.features(enlarged.reshape(-1, 4).astype(np.float32) - raster.pixels.reshape(-1, 4))
    return float((np.linalg.norm(distance, axis=1) > metric.explained).mean())
