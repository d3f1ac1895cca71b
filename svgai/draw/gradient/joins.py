"""Regions that soft borders divide, put together where one paint with its overlays does for both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.draw.gradient import overlays
from svgai.draw.gradient.borders import borders
from svgai.draw.gradient.overlays import Layers
from svgai.draw.gradient.sampling import Sample, together
from svgai.draw.gradient.watershed import Labels, Plane

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


def painted(samples: list[Sample], labels: Labels, strength: Plane, price: float) -> Painted:
    """The paints of regions, given the sample of each; longest soft borders are tried first.

    price: squared grey levels × pixels that a byte must save.
    """
    samples = list(samples)
    layers = [overlays.cheapest(sample, price) for sample in samples]
    found = borders(labels, strength)
    soft = np.flatnonzero(found.soft)
    owner = np.arange(len(samples))
    tried: set[tuple[int, int]] = set()
    tries = 0
    changed = True
    while changed:
        changed = False
        for k in soft[np.lexsort((soft, -found.length[soft]))]:
            a, b = sorted(int(owner[r]) for r in found.pairs[k])
            if a == b or (a, b) in tried or tries == TRIES:
                continue
            tried.add((a, b))
            tries += 1
            both = together(samples[a], samples[b])
            apart = _cost(layers[a]) + _cost(layers[b]) + price * (BORDER_BYTES + PIXEL_BYTES * float(found.length[k]))
            one = overlays.cheapest(both, price, apart * HOPE)
            if _cost(one) < apart:
                owner[owner == b] = a
                samples[a], layers[a] = both, one
                tried = {pair for pair in tried if a not in pair and b not in pair}
                changed = True
    return Painted(owner, layers)
