"""Each pixel as a mix of two regions' surfaces: what an anti-aliased edge is made of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import combinations
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Floats, RegionLabels
from svgai.draw.gradient.regions.edge_colors import Sides

# Regions are looked for within this distance of a pixel (px), the nearest few of them.
RADIUS = 2
CANDIDATES = 4
# The nearest alone, then every two; each of the others alone is an end of its mix with the nearest.
PAIRS = ((0, 0), *combinations(range(CANDIDATES), 2))
FIRST, SECOND = np.array(PAIRS).T
# Pixels looked at together, for the memory's sake.
BLOCK = 1 << 16
# Squared grey levels that a region costs for each px of distance: decides between equal explanations only.
DISTANCE_COST = 6.0


Rank: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """The best two-region explanation of n pixels.

    at: (n,) flat indices; label, other: (n,) the larger share's region and the smaller's; share: (n,) 0.5–1, of
    `label`; error: (n,) squared distance (grey levels) that remains; contrast: (n,) squared distance between the two;
    widest: (n,) the same between any two regions near.
    """

    at: NDArray[np.int64]
    label: NDArray[np.int64]
    other: NDArray[np.int64]
    share: Floats
    error: Floats
    contrast: Floats
    widest: Floats


def near_borders(labels: RegionLabels, radius: int = RADIUS) -> NDArray[np.int64]:
    """Flat indices of the pixels with another label within `radius` rows and columns."""
    size = 2 * radius + 1
    window = np.ones((size, size), np.uint8)
    values = labels.astype(np.float32)
    return np.flatnonzero(cv2.dilate(values, window) != cv2.erode(values, window))


def _nearby(labels: RegionLabels, at: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    """(n, 4) distinct labels nearest to pixels, −1 where fewer, and their distances (px)."""
    width = labels.shape[1]
    padded = np.pad(labels, RADIUS, constant_values=-1)
    stride = padded.shape[1]
    center = (at // width + RADIUS) * stride + at % width + RADIUS
    found = np.full((len(at), CANDIDATES), -1, np.int64)
    distance = np.zeros((len(at), CANDIDATES))
    count = np.zeros(len(at), np.int64)
    square = range(-RADIUS, RADIUS + 1)
    for d, dy, dx in sorted((float(np.hypot(dy, dx)), dy, dx) for dy in square for dx in square):
        label = padded.ravel()[center + dy * stride + dx]
        new = np.flatnonzero((label >= 0) & (label != found[:, 0]) & (count < CANDIDATES))
        new = new[(found[new, 1:] != label[new, None]).all(axis=1)]
        found[new, count[new]] = label[new]
        distance[new, count[new]] = d
        count[new] += 1
    return found, distance


def _mixes(
    color: Floats, shown: Floats, distance: Floats, there: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats, Floats]:
    """(7, n) of every pair of candidates: cost, inf where one is not there; share of the second; error; contrast."""
    cost, share, error, contrast = np.zeros((4, len(PAIRS), len(color)))
    cost[:], error[:] = np.inf, np.inf
    for k, (i, j) in enumerate(PAIRS):
        rows = np.flatnonzero(there[:, i] & there[:, j])
        span, offset = shown[j, rows] - shown[i, rows], color[rows] - shown[i, rows]
        length = np.einsum("nc,nc->n", span, span)
        t = np.clip(np.einsum("nc,nc->n", offset, span) / np.maximum(length, 1e-6), 0, 1)
        offset -= t[:, None] * span
        left = np.einsum("nc,nc->n", offset, offset)
        pull = np.where(t > 0, distance[rows, j], 0) + np.where(t < 1, distance[rows, i], 0)
        cost[k, rows], share[k, rows] = left + DISTANCE_COST * pull, t
        error[k, rows], contrast[k, rows] = left, length
    return cost, share, error, contrast


def _mix(colors: Colors, labels: RegionLabels, known: Sides, at: NDArray[np.int64], rank: Rank | None) -> Mix:
    found, distance = _nearby(labels, at)
    if rank is not None:
        found[rank[found] <= rank[labels.ravel()[at]][:, None]] = -1
        order = np.argsort(found < 0, axis=1, kind="stable")
        found, distance = np.take_along_axis(found, order, axis=1), np.take_along_axis(distance, order, axis=1)
    there = found >= 0
    color = colors.reshape(-1, colors.shape[2])[at].astype(np.float64)
    shown = np.zeros((CANDIDATES, *color.shape))
    for k in range(CANDIDATES):
        rows = np.flatnonzero(there[:, k])
        shown[k, rows] = known.at(found[rows, k], at[rows])
    cost, share, error, contrast = _mixes(color, shown, distance, there)
    row, best = np.arange(len(at)), cost.argmin(axis=0)
    first, second = found[row, FIRST[best]], found[row, SECOND[best]]
    t = share[best, row]
    label, other = np.where(t > 0.5, second, first), np.where(t > 0.5, first, second)
    return Mix(at, label, other, np.maximum(t, 1 - t), error[best, row], contrast[best, row], contrast.max(axis=0))


def mix(colors: Colors, labels: RegionLabels, known: Sides, at: NDArray[np.int64], rank: Rank | None = None) -> Mix:
    """The pair of nearby regions whose mix comes nearest to each pixel `at`.

    rank: of each region; only those of a higher rank than the pixel's own count, and where none is near, its error is
    infinite.
    """
    blocks = range(0, max(len(at), 1), BLOCK)
    parts = [_mix(colors, labels, known, at[k : k + BLOCK], rank) for k in blocks]
    names = (f.name for f in fields(Mix))
    return Mix(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
