"""Each pixel as a mix of two regions' surfaces: what an anti-aliased edge is made of."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.draw.gradient.sides import Sides
from svgai.draw.gradient.surfaces import Floats
from svgai.draw.gradient.watershed import Colors, Labels

# Regions are looked for within this distance of a pixel (px), the nearest few of them.
RADIUS = 2
CANDIDATES = 4
# Squared grey levels that a region costs for each px of distance: decides between equal explanations only.
DISTANCE_COST = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """The best two-region explanation of n pixels.

    at: (n,) flat indices; label, other: (n,) the larger share's region and the smaller's; share: (n,) 0.5–1, of
    `label`; error: (n,) squared distance (grey levels) that remains; contrast: (n,) squared distance between the two.
    """

    at: NDArray[np.int64]
    label: NDArray[np.int64]
    other: NDArray[np.int64]
    share: Floats
    error: Floats
    contrast: Floats


def near_borders(labels: Labels, radius: int = RADIUS) -> NDArray[np.int64]:
    """Flat indices of the pixels with another label within `radius` rows and columns."""
    size = 2 * radius + 1
    window = np.ones((size, size), np.uint8)
    values = labels.astype(np.float32)
    return np.flatnonzero(cv2.dilate(values, window) != cv2.erode(values, window))


def _nearby(labels: Labels, at: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
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
        new = np.flatnonzero((label >= 0) & (count < CANDIDATES) & (found != label[:, None]).all(axis=1))
        found[new, count[new]] = label[new]
        distance[new, count[new]] = d
        count[new] += 1
    return found, distance


def mix(colors: Colors, labels: Labels, known: Sides, at: NDArray[np.int64], foreign: bool = False) -> Mix:
    """The pair of nearby regions whose mix comes nearest to each pixel `at`.

    foreign: a pixel's own region does not count; where nothing else is near, its error is infinite.
    """
    found, distance = _nearby(labels, at)
    if foreign:
        found[found == labels.ravel()[at][:, None]] = -1
    shown = np.stack([known.at(found[:, k], at).astype(np.float64) for k in range(CANDIDATES)])
    color = colors.reshape(-1, colors.shape[2])[at].astype(np.float64)
    best = np.full(len(at), np.inf)
    label, other = found[:, 0].copy(), found[:, 0].copy()
    share, error, contrast = np.ones(len(at)), np.full(len(at), np.inf), np.zeros(len(at))
    for i in range(CANDIDATES):
        for j in range(i, CANDIDATES):
            span = shown[j] - shown[i]
            length = (span * span).sum(axis=1)
            t = ((color - shown[i]) * span).sum(axis=1) / np.maximum(length, 1e-6)
            t = np.clip(t, 0, 1) if j > i else np.zeros(len(at))
            left = ((color - shown[i] - t[:, None] * span) ** 2).sum(axis=1)
            pull = np.where(t > 0, distance[:, j], 0) + np.where(t < 1, distance[:, i], 0)
            cost = left + DISTANCE_COST * pull
            better = np.flatnonzero((cost < best) & (found[:, i] >= 0) & (found[:, j] >= 0))
            best[better], error[better] = cost[better], left[better]
            more, less = np.where(t > 0.5, found[:, j], found[:, i]), np.where(t > 0.5, found[:, i], found[:, j])
            label[better], other[better] = more[better], less[better]
            share[better] = np.maximum(t, 1 - t)[better]
            contrast[better] = length[better]
    return Mix(at, label, other, share, error, contrast)
