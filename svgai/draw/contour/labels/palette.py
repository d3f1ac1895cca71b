"""The flat colours of a picture, and the pixels that surely have them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Index, Labels, Pixels, freeze_fields
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.outline.planar.components import row_runs
from svgai.picture.alpha import premultiply
from svgai.picture.raster import Raster
from svgai.records import Record

# Two colours nearer than a metric's flat range stay apart when each has 24 pixels with a constant 3×3 neighbourhood:
# anti-aliasing never makes those, a drawing with near colours does. By eye.
DISTINCT_CORES = 24
# A flat colour needs 6 pixels, so that no chance meeting of two edges becomes a colour; in a coded picture 24, since
# ringing makes more than 6. By eye.
MIN_PIXELS, MIN_PIXELS_CODED = 6, 24
# A pixel is far from edges at 4 px or more: the foot of a blurred edge, which changes slowly too, ends nearer. By eye.
FAR = 4
# In a picture up to 8 px a side, or without any flat area, all colours are the drawing's own if they are 16 or fewer.
# By eye.
TINY, FEW_COLORS = 8, 16
# In a coded picture a pixel in a constant area counts ten times in the median of its colour: once as a flat pixel, and
# 9 times more. By eye.
CORE_WEIGHT = 9


class Palette(Record):
    """The colours of a drawing.

    rgba: (K, 4) uint8, straight alpha, as found in the source. premultiplied: (K, 4) float32, 0–255.
    """

    rgba: Pixels
    premultiplied: Colors

    def __post_init__(self) -> None:
        freeze_fields(self)

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


class _Census(Record):
    """The n distinct colours of flat pixels, the one with most pixels in constant areas first.

    rgba: (n, 4) straight alpha; colors: (n, 4) premultiplied, 0–255. pixels: (n,) flat ones of each; cores: (n,) those
    of them in constant areas.
    """

    rgba: Pixels
    colors: Colors
    pixels: Index
    cores: Index

    def __post_init__(self) -> None:
        freeze_fields(self)


def _census(code: NDArray[np.uint32], cores: Index, sizes: Index) -> tuple[_Census, Index]:
    """The colours of runs of flat pixels, and (r,) the index of each run's; code, cores, sizes: (r,) of the runs."""
    distinct, index = np.unique(code, return_inverse=True)
    pixels = np.bincount(index, sizes, len(distinct)).astype(np.int64)
    core = np.bincount(index, cores, len(distinct)).astype(np.int64)
    order = np.lexsort((distinct, -pixels, -core))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    rgba = colors_of(distinct[order])
    return _Census(rgba, premultiply(rgba[None])[0].astype(np.float32), pixels[order], core[order]), rank[index]


def _merge(census: _Census, metric: Metric, limit: int) -> tuple[list[int], Index]:
    """Greedy, biggest first: indices of the colours kept, and (n,) each one's keeper's place among them or −1."""
    keeper = np.full(len(census.colors), -1, np.int64)
    kept: list[int] = []
    distinct = census.cores >= DISTINCT_CORES
    reach = np.where(distinct, metric.distinct_range, metric.flat_range)
    least = MIN_PIXELS_CODED if metric.noise else MIN_PIXELS
    free = np.ones(len(census.colors), bool)
    while free.any() and len(kept) < limit:
        biggest = int(np.argmax(free))
        color = census.colors[biggest]
        near = free & (np.abs(census.colors - color).max(axis=1) <= reach)
        near[biggest] = True
        free &= ~near
        enough = census.pixels[near].sum() >= least
        if enough and (distinct[biggest] or not metric.noise or not _between(color, census.colors[kept], metric)):
            keeper[near] = len(kept)
            kept.append(biggest)
    return kept, _nearest(census.colors, census.colors[kept], keeper) if metric.noise and kept else keeper


def _nearest(colors: Colors, kept: Colors, keeper: Index) -> Index:
    """(n,) keepers, with each colour that has one given to the nearest: ranges of near colours overlap."""
    distance = np.stack([np.abs(colors - color).max(axis=1) for color in kept])
    return np.where(keeper >= 0, np.argmin(distance, axis=0), keeper)


def _between(color: Colors, others: Colors, metric: Metric) -> bool:
    """Whether a colour, (4,), is on the way from one of others, (k, 4), to another, as a blurred edge's foot is."""
    for k in range(len(others) - 1):
        way, offset = others[k + 1 :] - others[k], color - others[k]
        along = np.clip((way @ offset) / np.maximum((way * way).sum(axis=1), 1e-6), 0, 1)
        if (np.abs(others[k] + along[:, None] * way - color).max(axis=1) <= metric.flat_range).any():
            return True
    return False


def _medians(census: _Census, kept: list[int], keeper: Index) -> Pixels:
    """(K, 4) the median of each kept colour's pixels, by channel, those in constant areas counting more."""
    result = census.rgba[kept].copy()
    weight = census.pixels + CORE_WEIGHT * census.cores
    for place in range(len(kept)):
        members = np.flatnonzero(keeper == place)
        for channel in range(4):
            order = members[np.argsort(census.rgba[members, channel], kind="stable")]
            total = np.cumsum(weight[order])
            result[place, channel] = census.rgba[order[np.searchsorted(total, total[-1] / 2)], channel]
    return result


class Seeds(Record):
    """A palette and the pixels that are surely of one colour: labels (h, w) int16, -1 where not sure.

    smooth: share that changes slowly, as in a gradient, of the pixels that are far from edges.
    exact: whether the pixels themselves are the drawing, too small for anything but squares.
    """

    palette: Palette
    labels: Labels
    smooth: float
    exact: bool

    def __post_init__(self) -> None:
        freeze_fields(self)


def _smooth(span: NDArray[np.uint8], metric: Metric) -> float:
    """The share of pixels that change slowly, by their 3×3 range, of those FAR px from any edge."""
    edge = cv2.dilate((span > metric.flat_range).astype(np.uint8), np.ones((2 * FAR + 1, 2 * FAR + 1), np.uint8))
    slow = (span > metric.ripple) & (edge == 0)
    return float(slow.sum() / max(int((edge == 0).sum()), 1))


def find_palette(raster: Raster, premultiplied: Pixels, limit: int) -> Seeds:
    """Colours of the flat pixels, at most `limit` (the biggest), and those pixels' labels."""
    metric = Metric(raster.noise)
    span = local_range(premultiplied)
    rgba, labels = _flat_colors(codes(raster.pixels), span, metric, limit)
    if not len(rgba) or max(labels.shape) <= TINY:
        every = every_color(raster.pixels)
        if len(every.palette) <= FEW_COLORS:
            return every  # no anti-aliasing makes so few: each is meant
    return Seeds(Palette.of(rgba), labels, _smooth(span, metric), False)


def _flat_colors(
    code: NDArray[np.uint32], span: NDArray[np.uint8], metric: Metric, limit: int
) -> tuple[Pixels, Labels]:
    """(K, 4) the colours of the flat pixels, straight alpha, and (h, w) those pixels' labels, −1 elsewhere.

    code: (h, w) the pixels' colours. span: (h, w) the range around each, see local_range.
    """
    flat = span <= metric.flat_range
    start = row_runs(np.where(flat, code, ~code))  # a flat and an edge pixel of one colour are two runs
    size = np.diff(start, append=code.size)
    is_flat = flat.ravel()[start]
    label_of_run = np.full(len(start), -1, np.int16)
    rgba = np.zeros((0, 4), np.uint8)
    if is_flat.any():
        core = np.add.reduceat(span.ravel() <= metric.core_range, start, dtype=np.int64)
        census, index = _census(code.ravel()[start[is_flat]], core[is_flat], size[is_flat])
        kept, keeper = _merge(census, metric, limit)
        label_of_run[is_flat] = keeper[index]
        rgba = _medians(census, kept, keeper) if metric.noise else census.rgba[kept]
    return rgba, np.repeat(label_of_run, size).reshape(code.shape)


def every_color(rgba: Pixels) -> Seeds:
    """All distinct colours of (h, w, 4) pixels that are the drawing themselves."""
    code = codes(rgba)
    distinct, index = np.unique(code, return_inverse=True)
    return Seeds(Palette.of(colors_of(distinct)), index.reshape(code.shape).astype(np.int16), 0.0, True)
