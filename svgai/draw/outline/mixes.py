"""Colours as mixes of two of the labels near them: what the pixels of anti-aliased edges are made of.

Flat art knows each label's colour, shaded art the colour that each region shows at each pixel; the search for the
best pair of labels is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from itertools import combinations
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Mask, freeze_fields
from svgai.kernels.library import kernel
from svgai.records import Record

Label = TypeVar("Label", np.int16, np.int32, np.int64)
# (n, c) colours of any precision: float32 for flat art, float64 for shaded art.
Colors: TypeAlias = NDArray[np.floating[Any]]
# (n,) shares or squared distances of the precision of the colours they come from.
Measures: TypeAlias = NDArray[np.floating[Any]]
# The colours, (m, c), that a candidate, 0 to CANDIDATES − 1, shows in these of the n pixels, (m,).
ShownBy: TypeAlias = Callable[[int, Index], Colors]

# A pixel is explained by at most this many labels near it. Where a fourth one is that near, edges of three colours
# meet, which no mix of two explains anyway. By eye.
CANDIDATES = 4
# The pairs of candidates that are tried, in this order: the nearest alone, then every two. Each candidate alone is an
# end of its mix with the nearest.
PAIRS = ((0, 0), *combinations(range(CANDIDATES), 2))
# A candidate costs this many squared grey levels for each px that it is away: as much as 2.4 levels of error, so that
# distance decides only between explanations that are equal to the eye. By eye.
DISTANCE_COST = 6.0


class Nearby(Record, Generic[Label]):
    """The labels nearest to n pixels.

    labels: (n, CANDIDATES), the nearest first, −1 where there are fewer. distance: (n, CANDIDATES) px; of missing ones
    twice the radius that was searched.
    """

    labels: NDArray[Label]
    distance: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    def as_index(self) -> Nearby[np.int64]:
        """The same with labels that index any array: int64."""
        return Nearby(self.labels.astype(np.int64), self.distance)

    def without(self, struck: Mask) -> Nearby[Label]:
        """The candidates but for those struck, (n, CANDIDATES); the others move up."""
        labels = np.where(struck, -1, self.labels).astype(self.labels.dtype)
        order = np.argsort(labels < 0, axis=1, kind="stable")
        return Nearby(np.take_along_axis(labels, order, axis=1), np.take_along_axis(self.distance, order, axis=1))


def nearby_labels(labels: NDArray[Label], at: Index, radius: int, own: bool) -> Nearby[Label]:
    """The labels of (h, w) nearest to the pixels `at`, flat indices, within `radius` rows and columns.

    labels: −1 where a pixel has none. own: whether a pixel's own label counts.
    """
    compiled = kernel("nearby_labels")
    if compiled is None:
        return specified_labels(labels, at, radius, own)
    found = np.full((len(at), CANDIDATES), -1, np.int32)
    distance = np.full((len(at), CANDIDATES), radius * 2.0)
    away, *offsets = (np.array(column) for column in zip(*_offsets(radius, own), strict=True))
    given = labels.astype(np.int32), np.ascontiguousarray(at, np.int64), np.stack(offsets, axis=1), away
    compiled(len(at), CANDIDATES, *labels.shape, len(away), *given, found, distance)
    return Nearby(found.astype(labels.dtype), distance)


def specified_labels(labels: NDArray[Label], at: Index, radius: int, own: bool) -> Nearby[Label]:
    """nearby_labels in numpy: what kernels/nearby_labels.c does, one pixel at a time."""
    width = labels.shape[1]
    padded = np.pad(labels, radius, constant_values=-1)
    stride = padded.shape[1]
    center = (at // width + radius) * stride + at % width + radius
    found = np.full((CANDIDATES, len(at)), -1, labels.dtype)
    distance = np.full((CANDIDATES, len(at)), radius * 2.0)
    count = np.zeros(len(at), np.int64)
    for away, dy, dx in _offsets(radius, own):
        label = padded.ravel()[center + (dy * stride + dx)]
        new = np.flatnonzero((label >= 0) & (label != found[0]) & (count < CANDIDATES))
        new = new[(found[1:, new] != label[new]).all(axis=0)]
        slot = count[new]
        found[slot, new], distance[slot, new] = label[new], away
        count[new] += 1
    return Nearby(found.T, distance.T)


def _offsets(radius: int, own: bool) -> list[tuple[float, int, int]]:
    """(distance, dy, dx) of all pixels within a square of this radius, nearest first."""
    square = range(-radius, radius + 1)
    return sorted((float(np.hypot(dy, dx)), dy, dx) for dy in square for dx in square if own or dy or dx)


class Projection(NamedTuple):
    """n colours on the line from one colour to another.

    share: (n,) 0–1, of the second colour. error: (n,) squared distance that remains. contrast: (n,) squared distance
    between the two colours.
    """

    share: Measures
    error: Measures
    contrast: Measures


def project(color: Colors, first: Colors, second: Colors, overshoot: float = 0.0) -> Projection:
    """Where the mixes of two colours come nearest to a third, (n, c) each.

    A colour may lie beyond the first or the second by a share `overshoot` of their distance.
    """
    span, offset = second - first, color - first
    contrast = np.einsum("ij,ij->i", span, span)
    along = np.einsum("ij,ij->i", offset, span) / np.maximum(contrast, 1e-6)
    along = np.clip(along, -overshoot, 1 + overshoot).astype(color.dtype)
    left = offset - along[:, None] * span
    if overshoot:
        # What overshoots beyond black or white is cut there, channel by channel, and `along` falls short.
        beyond = np.where(along > 1, 1 + overshoot, np.where(along < 0, -overshoot, along))
        cut = color - np.clip(first + beyond[:, None] * span, 0, 255)
        left = np.where(np.abs(cut) < np.abs(left), cut, left)
    return Projection(np.clip(along, 0, 1), np.einsum("ij,ij->i", left, left), contrast)


class PairMix(Record, Generic[Label]):
    """The best explanation of n pixels by two labels near each.

    label, other: (n,) the larger share's label and the smaller's, −1 where no label is near. share: (n,) 0.5–1, of
    `label`. error: (n,) squared distance that remains, inf where no label is near. contrast: (n,) squared distance
    between the two colours; widest: (n,) the same between the two of any pair near.
    """

    label: NDArray[Label]
    other: NDArray[Label]
    share: Measures
    error: Measures
    contrast: Measures
    widest: Measures

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def joined(cls, parts: Sequence[PairMix[Label]]) -> PairMix[Label]:
        """The explanations of several lots of pixels, one after the other."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


def best_pairs(color: Colors, shown_by: ShownBy, near: Nearby[Label], overshoot: float = 0.0) -> PairMix[Label]:
    """The pair among each pixel's candidates whose mix comes nearest to its colour, (n, c); of equals the first."""
    label, other = near.labels[:, 0].copy(), near.labels[:, 0].copy()
    distance = near.distance.astype(color.dtype)
    count = len(color)
    least, error = np.full(count, np.inf, color.dtype), np.full(count, np.inf, color.dtype)
    share = np.ones(count, color.dtype)
    contrast, widest = np.zeros(count, color.dtype), np.zeros(count, color.dtype)
    for first, second in PAIRS:
        rows = np.flatnonzero(near.labels[:, second] >= 0)
        found = project(color[rows], shown_by(first, rows), shown_by(second, rows), overshoot)
        widest[rows] = np.maximum(widest[rows], found.contrast)
        second_distance = np.where(found.share > 0, distance[rows, second], 0)
        first_distance = np.where(found.share < 1, distance[rows, first], 0)
        cost = found.error + DISTANCE_COST * (second_distance + first_distance)
        better = cost < least[rows]
        rows, of_second = rows[better], found.share[better]
        least[rows], error[rows], contrast[rows] = cost[better], found.error[better], found.contrast[better]
        larger = np.where(of_second > 0.5, second, first)
        label[rows], other[rows] = near.labels[rows, larger], near.labels[rows, first + second - larger]
        share[rows] = np.maximum(of_second, 1 - of_second)
    return PairMix(label, other, share, error, contrast, widest)
