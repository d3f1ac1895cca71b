"""Which regions touch, for how long, and how sharp the picture is along there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Mask, Plane, RegionLabels, freeze_fields
from svgai.records import Record

# A border is neither soft nor crisp at a mean edge strength of 6 grey levels a pixel. By eye.
CRISP = 6.0
# A border is no edge of the picture under a mean edge strength of 4 grey levels a pixel. By eye.
SOFT = 4.0


class Borders(Record):
    """The m borders between regions.

    pairs: (m, 2) int64, the regions on both sides, the lower first. length: (m,) px. strength: (m,) mean strength
    of the edge, grey levels a pixel.
    """

    pairs: Index
    length: Floats
    strength: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def soft(self) -> Mask:
        """(m,): which are no edges of the picture."""
        return np.asarray(self.strength < SOFT)

    def take(self, rows: NDArray[np.generic]) -> Borders:
        """Some of the borders."""
        return Borders(self.pairs[rows], self.length[rows], self.strength[rows])

    def contracted(self, owner: Index) -> tuple[Borders, Index]:
        """The borders left when region k becomes part of owner[k], and the row here that each new one begins with."""
        pairs = np.sort(owner[self.pairs], axis=1)
        kept = np.flatnonzero(pairs[:, 0] != pairs[:, 1])
        key = pairs[kept, 0] * len(owner) + pairs[kept, 1]
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        length = np.asarray(np.bincount(inverse, self.length[kept], len(first)), np.float64)
        total = np.bincount(inverse, (self.strength * self.length)[kept], len(first))
        return Borders(pairs[kept[first]], length, total / np.maximum(length, 1e-9)), kept[first]


def borders(labels: RegionLabels, strength: Plane) -> Borders:
    """The borders of a label map, (h, w), by shared cracks; strength: (h, w), grey levels a pixel.

    Strengths count 2·CRISP at most: where a soft border meets an outer edge, that is not its own.
    """
    size = int(labels.max()) + 1
    keys, edges = [], []
    for before, after in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        differ = labels[before] != labels[after]
        first, second = (labels[side][differ].astype(np.int64) for side in (before, after))
        keys.append(np.minimum(first, second) * size + np.maximum(first, second))
        stronger = np.maximum(strength[before][differ], strength[after][differ])
        edges.append(np.minimum(stronger, 2 * CRISP))
    key, inverse, count = np.unique(np.concatenate(keys), return_inverse=True, return_counts=True)
    total = np.bincount(inverse, np.concatenate(edges), len(key))
    return Borders(np.stack(np.divmod(key, size), axis=1), count.astype(np.float64), total / count)
