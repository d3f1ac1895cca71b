"""Regions that soft borders divide, put together where one paint with its overlays does for both."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Plane, RegionLabels
from svgai.draw.gradient.fields.sample import Sample, together
from svgai.draw.gradient.paints import overlays, single
from svgai.draw.gradient.paints.overlays import Layers
from svgai.draw.gradient.regions.borders import Borders, borders

# Bytes of a border between two regions as written: its own, and of each px; a visible step counts among them.
BORDER_BYTES, PIXEL_BYTES = 30.0, 0.5
# Overlays are not tried on a union whose plain paint costs this many times what its parts cost.
HOPE = 3.0
# A picture with more soft borders than this has the rest of them left as they are: each try costs some 20 ms.
TRIES = 40


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """Regions with their paints. owner: (n,) the region that each of n regions became part of; layers: by region."""

    owner: NDArray[np.int64]
    layers: list[Layers | None]


def _cost(layers: Layers | None) -> float:
    return layers.cost if layers else 0.0


def _border_price(length: float, price: float) -> float:
    return price * (BORDER_BYTES + PIXEL_BYTES * length)


class _Joining:
    """Regions with their samples and paints, while they become fewer."""

    def __init__(self, samples: list[Sample], price: float) -> None:
        self.samples, self.price = list(samples), price
        self.layers = [overlays.cheapest(sample, price) for sample in samples]
        self.owner = np.arange(len(samples))

    def sides(self, pair: NDArray[np.int64]) -> tuple[int, int]:
        """The regions that two have become part of, the larger first."""
        a, b = (int(self.owner[r]) for r in pair)
        weight = [float(self.samples[r].weights.sum()) for r in (a, b)]
        return (b, a) if weight[0] < weight[1] else (a, b)

    def absorb(self, a: int, b: int, length: float) -> bool:
        """Whether the paint of a does for the smaller b, which then becomes part of it."""
        kept, own, sample = self.layers[a], self.layers[b], self.samples[b]
        left = single.full(sample.colors) - overlays.shown(kept.paints if kept else (), sample.x, sample.y)
        error = float(sample.weights @ np.einsum("nc,nc->n", left, left))
        if error >= _cost(own) + _border_price(length, self.price):
            return False
        grown = kept and replace(kept, error=kept.error + error, cost=kept.cost + error)
        self._join(a, b, together(self.samples[a], sample), grown)
        return True

    def unite(self, a: int, b: int, length: float) -> bool:
        """Whether one paint with its overlays does for both, which then are one."""
        both = together(self.samples[a], self.samples[b])
        apart = _cost(self.layers[a]) + _cost(self.layers[b]) + _border_price(length, self.price)
        one = overlays.cheapest(both, self.price, apart * HOPE)
        if _cost(one) >= apart:
            return False
        self._join(a, b, both, one)
        return True

    def _join(self, a: int, b: int, sample: Sample, layers: Layers | None) -> None:
        self.owner[self.owner == b] = a
        self.samples[a], self.layers[a] = sample, layers


def painted(samples: list[Sample], labels: RegionLabels, strength: Plane, price: float) -> Painted:
    """The paints of regions, given the sample of each; small ones first join what explains them, long borders go next.

    price: squared grey levels × pixels that a byte must save.
    """
    joining = _Joining(samples, price)
    found = borders(labels, strength)
    sizes = np.array([sample.weights.sum() for sample in samples])[found.pairs].min(axis=1)
    for k in np.lexsort((found.length, sizes)):
        a, b = joining.sides(found.pairs[k])
        if a != b:
            joining.absorb(a, b, float(found.length[k]))
    _unite_soft(joining, found)
    return Painted(joining.owner, joining.layers)


def _unite_soft(joining: _Joining, found: Borders) -> None:
    soft = np.flatnonzero(found.soft)
    tried: set[tuple[int, int]] = set()
    tries, changed = 0, True
    while changed:
        changed = False
        for k in soft[np.lexsort((soft, -found.length[soft]))]:
            a, b = sorted(int(joining.owner[r]) for r in found.pairs[k])
            if a == b or (a, b) in tried or tries == TRIES:
                continue
            tried.add((a, b))
            tries += 1
            if joining.unite(a, b, float(found.length[k])):
                tried = {pair for pair in tried if a not in pair and b not in pair}
                changed = True
