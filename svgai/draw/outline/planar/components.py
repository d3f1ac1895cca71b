"""Connected components of a label map, by runs: the cost goes with the edges in a picture, not with its pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Labels
from svgai.draw.ragged import ranges


def unite(count: int, one: Index, other: Index) -> Index:
    """(count,) the least member of each element's set, when the pairs one[i], other[i] are united.

    Min-label hooking with pointer doubling (Shiloach and Vishkin 1982), vectorised.
    """
    parent = np.arange(count)
    while len(one):
        low, high = np.minimum(parent[one], parent[other]), np.maximum(parent[one], parent[other])
        np.minimum.at(parent, high, low)
        while True:
            grand = parent[parent]
            if (grand == parent).all():
                break
            parent = grand
        differ = parent[one] != parent[other]
        one, other = one[differ], other[differ]
    return parent


def components(labels: Labels) -> tuple[Index, Index, Index]:
    """4-connected components: (start of each run in the flattened map, its length, its component 0, 1, …)."""
    width = labels.shape[1]
    start = row_runs(labels)
    size = np.diff(start, append=labels.size)
    label = labels.ravel()[start]
    inner = np.flatnonzero(start + width < labels.size)
    first = np.searchsorted(start, start[inner] + width, "right") - 1
    last = np.searchsorted(start, start[inner] + size[inner] - 1 + width, "right") - 1
    count = last - first + 1
    above, below = np.repeat(inner, count), ranges(first, count)
    same = label[above] == label[below]
    root = unite(len(start), above[same], below[same])
    _, component = np.unique(root, return_inverse=True)
    return start, size, component


def row_runs(values: NDArray[np.generic]) -> Index:
    """Where in the flattened (h, w) array each horizontal run of equal values begins; rows break runs."""
    change = np.empty(values.shape, bool)
    change[:, 0] = True
    np.not_equal(values[:, 1:], values[:, :-1], out=change[:, 1:])
    return np.flatnonzero(change)
