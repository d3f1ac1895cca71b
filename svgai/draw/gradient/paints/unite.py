"""Regions that soft borders divide, put together where one paint with its overlays does for both."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from svgai.arrays import Index, Plane, RegionLabels, freeze_fields
from svgai.draw.budget import affords, spend
from svgai.draw.gradient.fields.sample import Sample, together
from svgai.draw.gradient.paints import overlays, single
from svgai.draw.gradient.paints.overlays import Layers
from svgai.draw.gradient.regions.borders import Borders, borders
from svgai.records import Record

# A border between two regions takes 30 bytes as written and half a byte for each px; a visible step counts among them.
# By eye.
BORDER_BYTES, PIXEL_BYTES = 30.0, 0.5
# Overlays are not tried on a union whose plain paint costs 3 times what its parts cost, or more. By eye.
HOPE = 3.0
# Unions are tried at 40 soft borders of a picture, the longest ones: each try costs some 20 ms.
TRIES = 40
# A paint is found in 2 ms, each of its overlays in 8 ms (benchmarks/work.py).
_PAINT, _OVERLAY = 2e-3, 8e-3


class Painted(Record):
    """n regions with their paints. owner: (n,) the region that each became part of; layers: n, by region."""

    owner: Index
    layers: tuple[Layers | None, ...]

    def __post_init__(self) -> None:
        freeze_fields(self)


def _cost(layers: Layers | None) -> float:
    return layers.cost if layers else 0.0


def _cheapest(sample: Sample, price: float, hopeless: float = math.inf) -> Layers | None:
    """As overlays.cheapest, without overlays where these are not affordable."""
    found = overlays.cheapest(sample, price, hopeless if affords(_PAINT + _OVERLAY) else 0.0)
    spend(_PAINT + _OVERLAY * (len(found.paints) - 1 if found else 0))
    return found


def _border_price(length: float, price: float) -> float:
    """What a border of so many px costs, squared grey levels × pixels."""
    return price * (BORDER_BYTES + PIXEL_BYTES * length)


class _Joining:
    """Regions with their samples and paints, while they become fewer. Mutable: absorb and unite change it."""

    def __init__(self, samples: list[Sample], price: float) -> None:
        self.samples, self.price = list(samples), price
        self.layers = [_cheapest(sample, price) for sample in samples]
        self.owner = np.arange(len(samples))

    def owners(self, pair: Index) -> tuple[int, int]:
        """The regions that a pair, (2,), have become part of."""
        return int(self.owner[pair[0]]), int(self.owner[pair[1]])

    def larger_first(self, pair: tuple[int, int]) -> tuple[int, int]:
        """Two regions by their weight; as they are where that is equal."""
        weight = [float(self.samples[region].weights.sum()) for region in pair]
        return pair[::-1] if weight[0] < weight[1] else pair

    def absorb(self, larger: int, smaller: int, length: float) -> bool:
        """Whether the paint of one region does for a smaller one, which then becomes part of it."""
        kept, own, sample = self.layers[larger], self.layers[smaller], self.samples[smaller]
        left = single.full(sample.colors) - overlays.shown(kept.paints if kept else (), sample.x, sample.y)
        error = float(sample.weights @ np.einsum("nc,nc->n", left, left))
        if error >= _cost(own) + _border_price(length, self.price):
            return False
        grown = kept and replace(kept, error=kept.error + error, cost=kept.cost + error)
        self._join(larger, smaller, together(self.samples[larger], sample), grown)
        return True

    def unite(self, first: int, second: int, length: float) -> bool:
        """Whether one paint with its overlays does for two regions, which then are one."""
        both = together(self.samples[first], self.samples[second])
        apart = _cost(self.layers[first]) + _cost(self.layers[second]) + _border_price(length, self.price)
        one = _cheapest(both, self.price, apart * HOPE)
        if _cost(one) >= apart:
            return False
        self._join(first, second, both, one)
        return True

    def _join(self, kept: int, gone: int, sample: Sample, layers: Layers | None) -> None:
        self.owner[self.owner == gone] = kept
        self.samples[kept], self.layers[kept] = sample, layers


def painted(samples: list[Sample], labels: RegionLabels, strength: Plane, price: float) -> Painted:
    """The paints of regions, given the sample of each; small ones first join what explains them, long borders go next.

    price: squared grey levels × pixels that a byte must save.
    """
    joining = _Joining(samples, price)
    found = borders(labels, strength)
    sizes = np.array([sample.weights.sum() for sample in samples])[found.pairs].min(axis=1)
    for border in np.lexsort((found.length, sizes)):
        larger, smaller = joining.larger_first(joining.owners(found.pairs[border]))
        if larger != smaller:
            joining.absorb(larger, smaller, float(found.length[border]))
    _unite_soft(joining, found)
    return Painted(joining.owner, tuple(joining.layers))


def _unite_soft(joining: _Joining, found: Borders) -> None:
    """Unite regions across soft borders, the longest first, until no union is cheaper or TRIES are made."""
    soft = np.flatnonzero(found.soft)
    tried: set[tuple[int, int]] = set()
    tries, changed = 0, True
    while changed:
        changed = False
        for border in soft[np.lexsort((soft, -found.length[soft]))]:
            first, second = sorted(joining.owners(found.pairs[border]))
            if first == second or (first, second) in tried or tries == TRIES or not affords(_OVERLAY):
                continue
            tried.add((first, second))
            tries += 1
            if joining.unite(first, second, float(found.length[border])):
                tried = {pair for pair in tried if first not in pair and second not in pair}
                changed = True
