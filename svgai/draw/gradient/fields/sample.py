"""The pixels of each region that its paint is fitted to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Floats, Plane, RegionLabels

# Pixels of a region that its colours are fitted to, and of those the ones that a gradient's geometry is searched with.
SAMPLE, FEW = 6000, 800
# Steps of this fraction of the whole visit it evenly for any number of steps, and in step with no grid.
GOLDEN = 0.6180339887498949
# Least weight of a pixel that counts as a region's inside.
INSIDE = 0.3
# Directions in which the outermost pixels belong to the sample, whatever its stride: gradients end there.
OUTWARD = np.arange(8) * (np.pi / 8)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Pixels of a region: x, y (n,) in pixels; colors (n, c), premultiplied 0–255; weights (n,)."""

    x: Floats
    y: Floats
    colors: Floats
    weights: Floats

    def few(self) -> Sample:
        """FEW of the pixels at most."""
        return self.thinned(FEW)

    def thinned(self, most: int) -> Sample:
        """The same region by `most` pixels at most, evenly spread."""
        if len(self.x) <= most:
            return self
        k = _spread(len(self.x), most)
        scale = self.weights.sum() / self.weights[k].sum()
        return Sample(self.x[k], self.y[k], self.colors[k], self.weights[k] * scale)


def _spread(count: int, wanted: int) -> NDArray[np.int64]:
    """About `wanted` of `count` indices, rising."""
    return np.unique((np.arange(wanted) * GOLDEN % 1 * count).astype(np.int64))


def _outermost(x: Floats, y: Floats) -> NDArray[np.int64]:
    """Indices of the points furthest out in sixteen directions; points come row by row, so rows' ends suffice."""
    first = np.flatnonzero(np.diff(y, prepend=-1.0))
    ends = np.concatenate([first, first[1:] - 1, [len(y) - 1]])
    along = np.cos(OUTWARD)[:, None] * x[ends] + np.sin(OUTWARD)[:, None] * y[ends]
    return np.unique(ends[np.concatenate([along.argmin(axis=1), along.argmax(axis=1)])])


def _sample(colors: Colors, weights: Plane, at: NDArray[np.int64]) -> Sample:
    width = weights.shape[1]
    inside = at[weights.ravel()[at] > INSIDE]
    chosen = inside if len(inside) else at
    y, x = (v + 0.5 for v in np.divmod(chosen, width))
    if len(chosen) > SAMPLE:
        keep = np.union1d(_spread(len(chosen), SAMPLE), _outermost(x, y))
        chosen, x, y = chosen[keep], x[keep], y[keep]
    weight = weights.ravel()[chosen].astype(np.float64)
    pixels = colors.reshape(-1, colors.shape[2])[chosen].astype(np.float64)
    return Sample(x, y, pixels, weight * (len(at) / weight.sum()))


def samples(colors: Colors, labels: RegionLabels, weights: Plane, wanted: NDArray[np.int64]) -> Iterator[Sample]:
    """Of each wanted region the pixels inside, SAMPLE or so, evenly spread; weights sum to all of its pixels."""
    flat = labels.ravel()
    order = np.argsort(flat, kind="stable")
    ends = np.cumsum(np.bincount(flat))
    for k in wanted:
        yield _sample(colors, weights, order[(ends[k - 1] if k else 0) : ends[k]])


def together(a: Sample, b: Sample) -> Sample:
    """The sample of two regions as one."""
    x, y, weights = (np.concatenate([getattr(a, k), getattr(b, k)]) for k in ("x", "y", "weights"))
    return Sample(x, y, np.concatenate([a.colors, b.colors]), weights).thinned(SAMPLE)
