"""Connected components of a label map, by runs: the cost goes with the edges in a picture, not with its pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def unite(n: int, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) the least member of each element's set, when the pairs a[i], b[i] are united.

    Min-label hooking with pointer doubling (Shiloach and Vishkin 1982), vectorised.
    """
    parent = np.arange(n)
    while len(a):
        low, high = np.minimum(parent[a], parent[b]), np.maximum(parent[a], parent[b])
        np.minimum.at(parent, high, low)
        while True:
            grand = parent[parent]
            if (grand == parent).all():
                break
            parent = grand
        differ = parent[a] != parent[b]
        a, b = a[differ], b[differ]
    return parent


def components(labels: NDArray[np.int16]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """4-connected components: (start of each run in the flattened map, its length, its component 0, 1, …)."""
    width = labels.shape[1]
    start = row_runs(labels)
    size = np.diff(start, append=labels.size)
    label = labels.ravel()[start]
    inner = np.flatnonzero(start + width < labels.size)
    first = np.searchsorted(start, start[inner] + width, "right") - 1
    last = np.searchsorted(start, start[inner] + size[inner] - 1 + width, "right") - 1
    count = last - first + 1
    above = np.repeat(inner, count)
    below = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    same = label[above] == label[below]
    root = unite(len(start), above[same], below[same])
    _, component = np.unique(root, return_inverse=True)
    return start, size, component


def row_runs(values: NDArray[np.generic]) -> NDArray[np.int64]:
    """Where in the flattened (h, w) array each horizontal run of equal values begins; rows break runs."""
    change = np.empty(values.shape, bool)
    change[:, 0] = True
    np.not_equal(values[:, 1:], values[:, :-1], out=change[:, 1:])
    return np.flatnonzero(change)
