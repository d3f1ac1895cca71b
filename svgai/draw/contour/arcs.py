"""Boundaries between labelled regions as sub-pixel arcs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.records import Points


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """All arcs of a planar map, end to end in one array.

    points: (N, 2) float64, about one a crack (≈ 1 px apart), in order along each arc.
    offsets: (A + 1,) int64; arc k is points[offsets[k]:offsets[k + 1]].
    closed: (A,) bool. An open arc begins and ends on a node (its first and last point, shared to the bit by all arcs
    of that node); a closed one does not repeat its first point.
    left, right: (A,) int64, the labels to either side when walking along the arc (y down).
    tolerance: (A,) float64, px, how far a fitted curve may stray from the points.
    """

    points: Points
    offsets: NDArray[np.int64]
    closed: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    tolerance: NDArray[np.float64]
