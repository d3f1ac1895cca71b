"""The pixels of each region that its paint is fitted to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from svgai.arrays import Colors, Floats, Index, Plane, RegionLabels, freeze_fields
from svgai.records import Record
from svgai.sorted_values import distinct

# A region's colours are fitted to about 6000 of its pixels, a gradient's geometry is searched with 800. By eye.
SAMPLE, FEW = 6000, 800
# Steps of the golden section of the whole, 0.618, visit it evenly for any number of steps, and in step with no grid.
GOLDEN = 0.6180339887498949
# A pixel is a region's inside from a weight of 0.3 on. By eye.
INSIDE = 0.3
# The outermost pixels in 8 directions, and against them, belong to any sample: gradients end there.
OUTWARD = np.arange(8) * (np.pi / 8)


class Sample(Record):
    """n pixels of a region. x, y: (n,) px. colors: (n, c), premultiplied, 0–255. weights: (n,)."""

    x: Floats
    y: Floats
    colors: Floats
    weights: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    def few(self) -> Sample:
        """FEW of the pixels at most."""
        return self.thinned(FEW)

    def thinned(self, most: int) -> Sample:
        """The same region by `most` pixels at most, evenly spread."""
        if len(self.x) <= most:
            return self
        rows = _spread(len(self.x), most)
        scale = self.weights.sum() / self.weights[rows].sum()
        return Sample(self.x[rows], self.y[rows], self.colors[rows], self.weights[rows] * scale)


def _spread(count: int, wanted: int) -> Index:
    """About `wanted` of `count` indices, rising."""
    return distinct((np.arange(wanted) * GOLDEN % 1 * count).astype(np.int64))


def _outermost(x: Floats, y: Floats) -> Index:
    """Indices of the points furthest out in sixteen directions; points come row by row, so rows' ends suffice."""
    first = np.flatnonzero(np.diff(y, prepend=-1.0))
    ends = np.concatenate([first, first[1:] - 1, [len(y) - 1]])
    along = np.cos(OUTWARD)[:, None] * x[ends] + np.sin(OUTWARD)[:, None] * y[ends]
    return distinct(ends[np.concatenate([along.argmin(axis=1), along.argmax(axis=1)])])


def _sample(colors: Colors, weights: Plane, at: Index) -> Sample:
    """The sample of a region whose pixels are `at`, flat indices."""
    width = weights.shape[1]
    inside = at[weights.ravel()[at] > INSIDE]
    chosen = inside if len(inside) else at
    y, x = (place + 0.5 for place in np.divmod(chosen, width))
    if len(chosen) > SAMPLE:
        keep = distinct(np.concatenate([_spread(len(chosen), SAMPLE), _outermost(x, y)]))
        chosen, x, y = chosen[keep], x[keep], y[keep]
    weight = weights.ravel()[chosen].astype(np.float64)
    pixels = colors.reshape(-1, colors.shape[2])[chosen].astype(np.float64)
    return Sample(x, y, pixels, weight * (len(at) / weight.sum()))


def samples(colors: Colors, labels: RegionLabels, weights: Plane, wanted: Index) -> Iterator[Sample]:
    """Of each wanted region the pixels inside, SAMPLE or so, evenly spread; weights sum to all of its pixels."""
    flat = labels.ravel()
    order = np.argsort(flat, kind="stable")
    ends = np.cumsum(np.bincount(flat))
    for region in wanted:
        yield _sample(colors, weights, order[(ends[region - 1] if region else 0) : ends[region]])


def together(first: Sample, second: Sample) -> Sample:
    """The sample of two regions as one."""
    names = ("x", "y", "colors", "weights")
    fields = {name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in names}
    return Sample(**fields).thinned(SAMPLE)
