"""The flat colours of a picture, and the pixels that surely have them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.outline.planar.components import row_runs
from svgai.picture.alpha import premultiply
from svgai.picture.raster import Raster

# Two colours nearer than a metric's flat range stay apart when each has this many pixels with a constant 3×3
# neighbourhood: anti-aliasing never makes those, a drawing with near colours does.
DISTINCT_CORES = 24
# A flat colour needs this many pixels, so that no chance meeting of two edges becomes a colour.
MIN_PIXELS = 6
# In a coded picture ringing makes more than that.
MIN_PIXELS_CODED = 24
# The foot of a blurred edge changes slowly too; it ends this far from where the edge does, px.
FAR = 4
# In a picture up to TINY px a side, or without any flat area, all colours are the drawing's where they are FEW_COLORS.
TINY, FEW_COLORS = 8, 16


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """The colours of a drawing.

    rgba: (K, 4) uint8, straight alpha, as found in the source. premultiplied: (K, 4) float32, 0–255.
    """

    rgba: Pixels
    premultiplied: NDArray[np.float32]

    @classmethod
    def of(cls, rgba: Pixels) -> Palette:
        return cls(rgba, premultiply(rgba[None])[0].astype(np.float32))

    def __len__(self) -> int:
        return len(self.rgba)


def codes(rgba: Pixels) -> NDArray[np.uint32]:
    """(..., 4) uint8 → (...) one number a colour."""
    return np.ascontiguousarray(rgba).view(np.uint32)[..., 0]


def colors_of(code: NDArray[np.uint32]) -> Pixels:
    """The inverse of codes: (n,) → (n, 4)."""
    return np.ascontiguousarray(code).view(np.uint8).reshape(-1, 4)


def local_range(premultiplied: Pixels) -> NDArray[np.uint8]:
    """(h, w): the widest channel's maximum − minimum over 3×3."""
    kernel = np.ones((3, 3), np.uint8)
    span = cv2.subtract(cv2.dilate(premultiplied, kernel), cv2.erode(premultiplied, kernel))
    channels = cv2.split(span)
    return np.asarray(cv2.max(cv2.max(channels[0], channels[1]), cv2.max(channels[2], channels[3])), np.uint8)


def _census(
    code: NDArray[np.uint32], cores: NDArray[np.int64], sizes: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Distinct codes of runs, the most frequent first: (codes, pixels, core pixels, index of each run)."""
    distinct, index = np.unique(code, return_inverse=True)
    pixels = np.bincount(index, sizes, len(distinct)).astype(np.int64)
    core = np.bincount(index, cores, len(distinct)).astype(np.int64)
    order = np.lexsort((distinct, -pixels, -core))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return distinct[order], pixels[order], core[order], rank[index]


@dataclass(frozen=True, slots=True, eq=False)
class _Census:
    """Distinct colours of flat pixels, (n, 4) premultiplied, biggest first; their pixels, those in constant areas."""

    colors: NDArray[np.float32]
    pixels: NDArray[np.int64]
    cores: NDArray[np.int64]


def _merge(c: _Census, metric: Metric, limit: int) -> tuple[list[int], NDArray[np.int64]]:
    """Greedy, biggest first: indices of the colours kept, and for each colour the place of its keeper (or -1)."""
    keeper = np.full(len(c.colors), -1, np.int64)
    kept: list[int] = []
    distinct = c.cores >= DISTINCT_CORES
    reach = np.where(distinct, metric.distinct_range, metric.flat_range)
    open_ = np.ones(len(c.colors), bool)
    while open_.any() and len(kept) < limit:
        k = int(np.argmax(open_))
        near = open_ & (np.abs(c.colors - c.colors[k]).max(axis=1) <= reach)
        near[k] = True
        open_ &= ~near
        enough = c.pixels[near].sum() >= (MIN_PIXELS if not metric.noise else MIN_PIXELS_CODED)
        if enough and (distinct[k] or not metric.noise or not _between(c.colors[k], c.colors[kept], metric)):
            keeper[near] = len(kept)
            kept.append(k)
    return kept, _nearest(c.colors, c.colors[kept], keeper) if metric.noise and kept else keeper


def _nearest(colors: NDArray[np.float32], kept: NDArray[np.float32], keeper: NDArray[np.int64]) -> NDArray[np.int64]:
    """Keepers, with each colour that has one given to the nearest: ranges of near colours overlap."""
    distance = np.stack([np.abs(colors - k).max(axis=1) for k in kept])
    return np.where(keeper >= 0, np.argmin(distance, axis=0), keeper)


def _between(color: NDArray[np.float32], others: NDArray[np.float32], metric: Metric) -> bool:
    """Whether a colour lies on the way from one of the others to another, as the foot of a blurred edge does."""
    for k in range(len(others)):
        d = others[k + 1 :] - others[k]
        t = np.clip((d @ (color - others[k])) / np.maximum((d * d).sum(axis=1), 1e-6), 0, 1)
        if (np.abs(others[k] + t[:, None] * d - color).max(axis=1, initial=0) <= metric.flat_range).any() and len(d):
            return True
    return False


def _medians(c: _Census, kept: list[int], keeper: NDArray[np.int64], rgba: Pixels) -> Pixels:
    """(K, 4) the median of each kept colour's pixels, by channel, those in constant areas counting ten times."""
    result = rgba[kept].copy()
    weight = c.pixels + 9 * c.cores
    for place in range(len(kept)):
        members = np.flatnonzero(keeper == place)
        for channel in range(4):
            order = members[np.argsort(rgba[members, channel], kind="stable")]
            total = np.cumsum(weight[order])
            result[place, channel] = rgba[order[np.searchsorted(total, total[-1] / 2)], channel]
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """A palette and the pixels that are surely of one colour: labels (h, w) int16, -1 where not sure.

    smooth: share that changes slowly, as in a gradient, of the pixels that are far from edges.
    exact: whether the pixels themselves are the drawing, too small for anything but squares.
    """

    palette: Palette
    labels: NDArray[np.int16]
    smooth: float
    exact: bool


def _smooth(span: NDArray[np.uint8], metric: Metric) -> float:
    """The share of pixels that change slowly, by their 3×3 range, of those FAR px from any edge."""
    edge = cv2.dilate((span > metric.flat_range).astype(np.uint8), np.ones((2 * FAR + 1, 2 * FAR + 1), np.uint8))
    slow = (span > metric.ripple) & (edge == 0)
    return float(slow.sum() / max(int((edge == 0).sum()), 1))


def find_palette(raster: Raster, premultiplied: Pixels, limit: int) -> Seeds:
    """Colours of the flat pixels, at most `limit` (the biggest), and those pixels' labels."""
    metric = Metric(raster.noise)
    span = local_range(premultiplied)
    code = codes(raster.pixels)
    flat = span <= metric.flat_range
    start = row_runs(np.where(flat, code, ~code))  # a flat and an edge pixel of one colour are two runs
    size = np.diff(start, append=code.size)
    is_flat = flat.ravel()[start]
    core = np.add.reduceat(span.ravel() <= metric.core_range, start, dtype=np.int64)
    label_of_run = np.full(len(start), -1, np.int16)
    rgba = np.zeros((0, 4), np.uint8)
    if is_flat.any():
        distinct, pixels, cores, rank = _census(code.ravel()[start[is_flat]], core[is_flat], size[is_flat])
        rgba = colors_of(distinct)
        census = _Census(premultiply(rgba[None])[0].astype(np.float32), pixels, cores)
        kept, keeper = _merge(census, metric, limit)
        label_of_run[is_flat] = keeper[rank]
        rgba = _medians(census, kept, keeper, rgba) if metric.noise else rgba[kept]
    labels = np.repeat(label_of_run, size).reshape(code.shape)
    if not len(rgba) or max(code.shape) <= TINY:
        every = every_color(raster.pixels)
        if len(every.palette) <= FEW_COLORS:
            return every  # no anti-aliasing makes so few: each is meant
    return Seeds(Palette.of(rgba), labels, _smooth(span, metric), False)


def every_color(rgba: Pixels) -> Seeds:
    """All distinct colours of (h, w, 4) pixels that are the drawing themselves."""
    code = codes(rgba)
    distinct, index = np.unique(code, return_inverse=True)
    return Seeds(Palette.of(colors_of(distinct)), index.reshape(code.shape).astype(np.int16), 0.0, True)
