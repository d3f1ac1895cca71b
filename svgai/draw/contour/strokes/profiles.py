"""What lies across a line: its middle, its width and its colour, from samples along its normals.

A line of width w and contrast c over its ground has the integral w·c across it whatever the anti-aliasing, and its
middle is the centroid of that integral: both hold below a pixel's width, where no pixel has the line's own colour.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Points, freeze_fields
from svgai.draw.bilinear import bilinear
from svgai.draw.contour.strokes.polyline import across
from svgai.kernels.library import kernel
from svgai.records import Record

# A line is sampled every 0.25 px across it.
STEP = 0.25
# A line's ground is looked for up to 2.25 px beyond its edge, and what lies farther off counts 2 % less
# for each px. By eye.
_BEYOND, _FARTHER = 2.25, 0.02
# Points may lie aside from the middle by 15 % of half the width. By eye.
_ASIDE = 0.15
# The line's colour is the mean of the 8 % of its samples that differ most from the ground, of 2 at least. By eye.
_PUREST = 0.08
# Coverage is cut at 1.2: what is farther beyond the line's colour is other ink. By eye.
MOST_COVERAGE = 1.2


class Profiles(Record):
    """Across n points of a line.

    offset: (n,) px, the middle along the normal. width: (n,) px, the integral of coverage. ground: (n, 2, 4) to the
    left and right hand; color: (4,) the line's; premultiplied, 0–255.
    """

    offset: Floats
    width: Floats
    ground: Floats
    color: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)


class _Samples(Record):
    """Samples along the normals of n points.

    points, side: (n, 2) px, the points and their unit normals. along: (k,) px from the point, rising, its middle 0.
    colors: (n, k, 4) premultiplied, 0–255.
    """

    points: Points
    side: Points
    along: Floats
    colors: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def of(cls, pixels: NDArray[np.float32], points: Points, side: Points, reach: float) -> _Samples:
        """Of a picture, (h, w, 4), as far to both sides as `reach` px."""
        along = np.arange(-np.ceil(reach / STEP), np.ceil(reach / STEP) + 1) * STEP
        return cls(points, side, along, sampled(pixels, points[:, None] + along[:, None] * side[:, None]))

    @property
    def hand(self) -> Index:
        """(k,): 0 for samples to the left of the point and on it, 1 for those to the right."""
        return np.where(self.along <= 0, 0, 1)


def sampled(pixels: NDArray[np.float32], at: Points) -> Floats:
    """(..., 4): the picture at points (..., 2), pixel centres at ½."""
    x, y = np.moveaxis((at.reshape(-1, 1, 2) - 0.5).astype(np.float32), 2, 0)
    return bilinear(pixels, x, y, cv2.BORDER_REPLICATE).reshape(*at.shape[:-1], 4).astype(np.float64)


def profiles(pixels: NDArray[np.float32], points: Points, closed: bool, half: float) -> Profiles:
    """Profiles at points, (n, 2), of a line about 2 · half px wide, of premultiplied pixels (h, w, 4)."""
    side, reach = across(points, closed), (1 + _ASIDE) * half + _BEYOND
    compiled = kernel("profiles")
    if compiled is None:
        return specified(pixels, points, side, half)
    count, middle, purest = len(points), math.ceil(reach / STEP), max(2, round(_PUREST * len(points)))
    found = np.empty(count), np.empty(count), np.empty((count, 2, 4)), np.empty(4)
    given = np.ascontiguousarray(pixels), count, np.ascontiguousarray(points), np.ascontiguousarray(side)
    compiled(*pixels.shape[:2], *given, float(half), middle, purest, *found)
    return Profiles(*found)


def specified(pixels: NDArray[np.float32], points: Points, side: Points, half: float) -> Profiles:
    """profiles in numpy, (n, 2) unit normals given: what kernels/profiles.c does, one point at a time."""
    samples = _Samples.of(pixels, points, side, (1 + _ASIDE) * half + _BEYOND)
    left, right = _grounds(samples, half)
    row = np.arange(len(points))
    ground = np.stack([samples.colors[row, left], samples.colors[row, right]], axis=1)
    color = _pure_color(pixels, samples, ground, half)
    cover = _coverage(samples, ground, color, left, right)
    total = cover.sum(axis=1)
    offset = (cover * samples.along).sum(axis=1) / np.maximum(total, 1e-6)
    return Profiles(offset, total * STEP, ground, color)


def _grounds(samples: _Samples, half: float) -> tuple[Index, Index]:
    """(n,) each: the sample to the left and to the right hand that differs most from the middle one: the ground."""
    middle = len(samples.along) // 2
    away = np.abs(samples.along)
    distance = (
        np.linalg.norm(samples.colors - samples.colors[:, middle, None], axis=2)
        * (1 - _FARTHER * np.maximum(away - half, 0))
        * (away >= max(half, 0.5))
    )
    return distance[:, :middle].argmax(axis=1), middle + 1 + distance[:, middle + 1 :].argmax(axis=1)


def _pure_color(pixels: NDArray[np.float32], samples: _Samples, ground: Floats, half: float) -> Floats:
    """(4,): the line's own colour: the mean of the pixels in it that differ most from the ground, (n, 2, 4)."""
    core = np.flatnonzero(np.abs(samples.along) <= max(half, 0.5))
    apart = np.linalg.norm(samples.colors[:, core, None] - ground[:, None], axis=3).min(axis=2)
    peak = core[apart.argmax(axis=1)]
    count = max(2, round(_PUREST * len(samples.points)))
    purest = np.argsort(-apart.max(axis=1), kind="stable")[:count]
    place = samples.points[purest] + samples.along[peak[purest], None] * samples.side[purest]
    nearest = np.clip(np.floor(place).astype(np.int64), 0, np.array(pixels.shape[1::-1]) - 1)
    return np.asarray(pixels[nearest[:, 1], nearest[:, 0]].mean(axis=0).astype(np.float64))


def _coverage(samples: _Samples, ground: Floats, color: Floats, left: Index, right: Index) -> Floats:
    """(n, k): each sample's share of the line's colour over the ground, (n, 2, 4), on its hand; 0 farther off."""
    way = color - ground
    length = np.maximum((way**2).sum(axis=2), 1e-6)
    hand = samples.hand
    cover = np.einsum("nkc,nkc->nk", samples.colors - ground[:, hand], way[:, hand]) / length[:, hand]
    place = np.arange(len(samples.along))
    between = (place >= left[:, None]) & (place <= right[:, None])
    return np.asarray(np.clip(cover, 0, MOST_COVERAGE) * between)


def covered(
    pixels: NDArray[np.float32], points: Points, side: Points, ground: Floats, color: Floats, reach: float
) -> Floats:
    """(n,) px: the integral of coverage across a line of known colours, (2, 4) and (4,), within `reach` of points."""
    samples = _Samples.of(pixels, points, side, reach)
    base = ground[samples.hand]
    way = color - base
    cover = ((samples.colors - base) * way).sum(axis=2) / np.maximum((way**2).sum(axis=1), 1e-6)
    return np.asarray(np.clip(cover, 0, MOST_COVERAGE).sum(axis=1) * STEP)
