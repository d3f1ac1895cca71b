"""Pixels as mixes of two colours near them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.draw.contour.labels.distance import Metric

# Palette colours are looked for within these distances of a pixel, px; only nearby ones, or edges get halos.
RADII = (2, 3, 5)
# Where even that explains nothing, as along a border that a shape touches.
LAST_RADIUS = 8
CANDIDATES = 4
PAIRS = tuple((i, j) for i in range(CANDIDATES) for j in range(i + 1, CANDIDATES))
# Squared grey levels a candidate costs for each px of distance: decides between equal explanations only.
DISTANCE_COST = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """The best two-colour explanation of n pixels.

    label, other: (n,) int16, the larger share's colour and the smaller's; share: (n,) float32, 0.5–1, of `label`;
    error: (n,) float32, distance in grey levels.
    """

    label: NDArray[np.int16]
    other: NDArray[np.int16]
    share: NDArray[np.float32]
    error: NDArray[np.float32]

    def put(self, rows: NDArray[np.int64], other: Mix, where: NDArray[np.bool_]) -> None:
        """Take another mix of these rows where told to, in place."""
        for name in ("label", "other", "share", "error"):
            getattr(self, name)[rows[where]] = getattr(other, name)[where]


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """The best two-colour explanation of every pixel of a picture.

    label, other: (h, w) int16, the larger share's colour and the smaller's, equal where there is one only.
    share: (h, w) float32, 0.5–1, of label. error: (h, w) float32, distance in grey levels.
    """

    label: NDArray[np.int16]
    other: NDArray[np.int16]
    share: NDArray[np.float32]
    error: NDArray[np.float32]

    @classmethod
    def pure(cls, labels: NDArray[np.int16]) -> Shares:
        """Every pixel all of its label's colour."""
        ones = np.ones(labels.shape, np.float32)
        return cls(labels.copy(), labels.copy(), ones, np.zeros_like(ones))

    @classmethod
    def of(cls, labels: NDArray[np.int16], at: NDArray[np.int64], m: Mix) -> Shares:
        """Labels, (h, w), of pure pixels, but for those at flat indices, which m explains."""
        result = cls.pure(labels)
        for name in ("label", "other", "share", "error"):
            getattr(result, name).ravel()[at] = getattr(m, name)
        return result

    def around(self, rows: slice, columns: slice, margin: int) -> Shares:
        """A window with a margin; beyond the picture its border goes on."""
        y = np.clip(np.arange(rows.start - margin, rows.stop + margin), 0, len(self.label) - 1)[:, None]
        x = np.clip(np.arange(columns.start - margin, columns.stop + margin), 0, self.label.shape[1] - 1)
        return Shares(self.label[y, x], self.other[y, x], self.share[y, x], self.error[y, x])


def _disc(radius: int) -> list[tuple[float, int, int]]:
    """(distance, dy, dx) of all pixels within a square of this radius, nearest first."""
    square = range(-radius, radius + 1)
    return sorted((float(np.hypot(dy, dx)), dy, dx) for dy in square for dx in square if dy or dx)


def nearby_colors(
    labels: NDArray[np.int16], at: NDArray[np.int64], radius: int
) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """(n, 4) distinct labels nearest to the pixels `at` (flat indices), -1 where fewer, and their distances, px."""
    width = labels.shape[1]
    padded = np.pad(labels, radius, constant_values=-1)
    stride = padded.shape[1]
    center = (at // width + radius) * stride + at % width + radius
    found = np.full((CANDIDATES, len(at)), -1, np.int16)
    distance = np.full((CANDIDATES, len(at)), np.float32(radius * 2), np.float32)
    count = np.zeros(len(at), np.int8)
    flat = padded.ravel()
    for d, dy, dx in _disc(radius):
        label = flat[center + (dy * stride + dx)]
        new = (label >= 0) & (count < CANDIDATES) & (found != label).all(axis=0)
        where = np.flatnonzero(new)
        slot = count[where]
        found[slot, where] = label[where]
        distance[slot, where] = d
        count[where] += 1
    return found.T, distance.T


def project(
    x: NDArray[np.float32], a: NDArray[np.float32], b: NDArray[np.float32], overshoot: float = 0.0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Share of b, 0–1, in the mix of a and b nearest to x, and the squared distance that remains; all (n, c).

    x may lie beyond a or b by a share `overshoot` of their distance.
    """
    d = b - a
    length = np.einsum("ij,ij->i", d, d)
    t = np.einsum("ij,ij->i", x - a, d) / np.maximum(length, 1e-6)
    t = np.clip(t, -overshoot, 1 + overshoot).astype(np.float32)
    r = x - a - t[:, None] * d
    if overshoot:
        # What overshoots beyond black or white is cut there, channel by channel, and t falls short.
        beyond = np.where(t > 1, 1 + overshoot, np.where(t < 0, -overshoot, t))
        cut = x - np.clip(a + beyond[:, None] * d, 0, 255)
        r = np.where(np.abs(cut) < np.abs(r), cut, r)
    return np.clip(t, 0, 1), np.einsum("ij,ij->i", r, r)


def mix(
    x: NDArray[np.float32],
    colors: NDArray[np.float32],
    found: NDArray[np.int16],
    distance: NDArray[np.float32],
    overshoot: float = 0.0,
) -> Mix:
    """The pair among each pixel's candidates (nearby_colors) whose mix comes nearest to its colour x, (n, c).

    A pixel without candidates gets label 0 and an infinite error.
    """
    n = len(x)
    best = np.full(n, np.inf, np.float32)
    label, other = np.maximum(found[:, 0], 0), np.maximum(found[:, 0], 0)
    share = np.ones(n, np.float32)
    error = np.full(n, np.inf, np.float32)
    for i, j in ((0, 0), *PAIRS):
        use = np.flatnonzero(found[:, j] >= 0)
        a, b = found[use, i], found[use, j]
        t, r = project(x[use], colors[a], colors[b], overshoot)
        pull = np.where(t > 0, distance[use, j], 0) + np.where(t < 1, distance[use, i], 0)
        cost = r + DISTANCE_COST * pull
        better = cost < best[use]
        use, a, b, t = use[better], a[better], b[better], t[better]
        best[use], error[use] = cost[better], r[better]
        label[use], other[use] = np.where(t > 0.5, b, a), np.where(t > 0.5, a, b)
        share[use] = np.maximum(t, 1 - t)
    return Mix(label, other, share, np.sqrt(error))


def explain(
    labels: NDArray[np.int16],
    at: NDArray[np.int64],
    x: NDArray[np.float32],
    colors: NDArray[np.float32],
    metric: Metric,
) -> Mix:
    """Mixes of the colours within 2 px of each pixel; for those that this does not explain, within 3, then 5."""
    result = mix(x, colors, *nearby_colors(labels, at, RADII[0]), metric.overshoot)
    for radius in RADII[1:]:
        improve(result, labels, at, x, colors, metric, radius)
    return result


def improve(
    result: Mix,
    labels: NDArray[np.int16],
    at: NDArray[np.int64],
    x: NDArray[np.float32],
    colors: NDArray[np.float32],
    metric: Metric,
    radius: int,
) -> None:
    """Try the colours within a radius on the pixels that a mix does not explain, in place."""
    open_ = np.flatnonzero(result.error > metric.explained)
    wider = mix(x[open_], colors, *nearby_colors(labels, at[open_], radius), metric.overshoot)
    result.put(open_, wider, wider.error < result.error[open_])
