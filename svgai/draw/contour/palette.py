"""The flat colours of a picture, and the pixels that surely have them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.records import Pixels, Raster

# The 3×3 range, in grey levels, up to which a pixel counts as flat, and the distance within which colours are one.
FLAT_RANGE = 12
# Two colours nearer than FLAT_RANGE stay apart when each has this many pixels with a constant 3×3 neighbourhood:
# anti-aliasing never makes those, a drawing with near colours does.
DISTINCT_CORES = 24
DISTINCT_RANGE = 2
# A flat colour needs this many pixels, so that no chance meeting of two edges becomes a colour.
MIN_PIXELS = 6


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


def premultiply(rgba: Pixels) -> Pixels:
    """(h, w, 4) straight alpha → premultiplied, both uint8; an opaque picture is returned as it is."""
    alpha = rgba[..., 3:]
    if (alpha == 255).all():
        return rgba
    color = (rgba[..., :3].astype(np.uint16) * alpha + 127) // 255
    return np.concatenate([color.astype(np.uint8), alpha], axis=2)


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


def runs(values: NDArray[np.generic]) -> NDArray[np.int64]:
    """Where in the flattened (h, w) array each horizontal run of equal values begins; rows break runs."""
    change = np.empty(values.shape, bool)
    change[:, 0] = True
    np.not_equal(values[:, 1:], values[:, :-1], out=change[:, 1:])
    return np.flatnonzero(change)


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


def _merge(
    colors: NDArray[np.float32], pixels: NDArray[np.int64], core: NDArray[np.int64], limit: int
) -> tuple[list[int], NDArray[np.int64]]:
    """Greedy, biggest first: indices of the colours kept, and for each colour the place of its keeper (or -1)."""
    keeper = np.full(len(colors), -1, np.int64)
    kept: list[int] = []
    open_ = np.ones(len(colors), bool)
    while open_.any() and len(kept) < limit:
        k = int(np.argmax(open_))
        distance = np.abs(colors - colors[k]).max(axis=1)
        reach = np.where(core >= DISTINCT_CORES, DISTINCT_RANGE, FLAT_RANGE)
        near = open_ & (distance <= reach)
        near[k] = True
        open_ &= ~near
        if pixels[near].sum() >= MIN_PIXELS:
            keeper[near] = len(kept)
            kept.append(k)
    return kept, keeper


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """A palette and the pixels that are surely of one colour: labels (h, w) int16, -1 where not sure.

    smooth: share of the picture's pixels that change slowly (3×3 range 1–12) as in a gradient, not an edge.
    """

    palette: Palette
    labels: NDArray[np.int16]
    smooth: float


def find_palette(raster: Raster, premultiplied: Pixels, limit: int) -> Seeds:
    """Colours of the flat pixels, at most `limit` (the biggest), and those pixels' labels."""
    span = local_range(premultiplied)
    code = codes(raster.pixels)
    flat = span <= FLAT_RANGE
    start = runs(np.where(flat, code, ~code))  # a flat and an edge pixel of one colour are two runs
    size = np.diff(start, append=code.size)
    is_flat = flat.ravel()[start]
    core_before = np.concatenate([[0], np.cumsum(span.ravel() == 0)])
    core = core_before[start + size] - core_before[start]
    label_of_run = np.full(len(start), -1, np.int16)
    rgba = np.zeros((0, 4), np.uint8)
    if is_flat.any():
        distinct, pixels, cores, rank = _census(code.ravel()[start[is_flat]], core[is_flat], size[is_flat])
        rgba = colors_of(distinct)
        flat_colors = premultiply(rgba[None])[0].astype(np.float32)
        kept, keeper = _merge(flat_colors, pixels, cores, limit)
        label_of_run[is_flat] = keeper[rank]
        rgba = rgba[kept]
    labels = np.repeat(label_of_run, size).reshape(code.shape)
    smooth = float(((span > 0) & flat).mean())
    return Seeds(Palette.of(rgba), labels, smooth)
