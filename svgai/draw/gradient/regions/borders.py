"""Which regions touch, for how long, and how sharp the picture is along there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Plane, RegionLabels

# Slope over the floor (grey levels a pixel) at which a border counts as neither soft nor crisp.
CRISP = 6.0
# Mean slope (grey levels a pixel) under which a border is no edge of the picture.
SOFT = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """The borders between regions.

    pairs: (m, 2) int64, the regions on both sides, the lower first; length: (m,) px; strength: (m,) mean edge strength
    (grey levels a pixel).
    """

    pairs: NDArray[np.int64]
    length: Floats
    strength: Floats

    @property
    def soft(self) -> NDArray[np.bool_]:
        """(m,): which are no edges of the picture."""
        return np.asarray(self.strength < SOFT)

    def take(self, rows: NDArray[np.generic]) -> Borders:
        """Some of the borders."""
        return Borders(self.pairs[rows], self.length[rows], self.strength[rows])

    def contracted(self, owner: NDArray[np.int64]) -> tuple[Borders, NDArray[np.int64]]:
        """The borders left when region k becomes part of owner[k], and the row here that each new one begins with."""
        pairs = np.sort(owner[self.pairs], axis=1)
        kept = np.flatnonzero(pairs[:, 0] != pairs[:, 1])
        key = pairs[kept, 0] * len(owner) + pairs[kept, 1]
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        length = np.asarray(np.bincount(inverse, self.length[kept], len(first)), np.float64)
        total = np.bincount(inverse, (self.strength * self.length)[kept], len(first))
        return Borders(pairs[kept[first]], length, total / np.maximum(length, 1e-9)), kept[first]


def borders(labels: RegionLabels, strength: Plane) -> Borders:
    """The borders of a label map, by shared cracks.

    Strengths count 2·CRISP at most: where a soft border meets an outer edge, that is not its own.
    """
    size = int(labels.max()) + 1
    keys, edges = [], []
    for a, b, ea, eb in (
        (labels[:, :-1], labels[:, 1:], strength[:, :-1], strength[:, 1:]),
        (labels[:-1], labels[1:], strength[:-1], strength[1:]),
    ):
        differ = a != b
        first, second = a[differ].astype(np.int64), b[differ].astype(np.int64)
        keys.append(np.minimum(first, second) * size + np.maximum(first, second))
        edges.append(np.minimum(np.maximum(ea[differ], eb[differ]), 2 * CRISP))
    key, inverse, count = np.unique(np.concatenate(keys), return_inverse=True, return_counts=True)
    total = np.bincount(inverse, np.concatenate(edges), len(key))
    return Borders(np.stack(np.divmod(key, size), axis=1), count.astype(np.float64), total / count)
