"""Sub-pixel arcs."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index
from svgai.draw.outline.planar.arcs import locate
from svgai.draw.outline.planar.crossings import summed
from svgai.draw.outline.planar.planar_map import planar_map


def test_a_closed_arc_of_stairs_of_two_pixels_has_points() -> None:
    labels = np.zeros((14, 14), np.int16)
    for y, x in ((0, 1), (1, 0), (1, 1), (1, 2), (2, 1)):  # a plus of 2 × 2 blocks, as halved chroma leaves
        labels[4 + 2 * y : 6 + 2 * y, 4 + 2 * x : 6 + 2 * x] = 1

    def half(y: Index, x: Index, a: Index, b: Index) -> Floats:
        return np.full(len(y), 0.5)

    arcs = locate(planar_map(labels, half), summed(labels, half), 0.5)
    assert arcs.closed.any()
    assert (np.diff(arcs.offsets)[arcs.closed] >= 3).all()
