"""Arcs as chains of lines and cubic Béziers."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Index, Mask, Points, freeze_fields
from svgai.records import Record


class Curves(Record):
    """The fitted segments of all arcs, end to end in one array.

    beziers: (S, 4, 2) float64: start, two controls, end; consecutive segments of an arc share their joint to the bit;
    a line's controls lie on its ends. offsets: (A + 1,) int64; arc k is beziers[offsets[k]:offsets[k + 1]].
    corner: (S,) bool: whether the joint at the segment's start is a corner (else the chain is G1 there).
    """

    beziers: Points
    offsets: Index
    corner: Mask

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def counts(self) -> Index:
        """(A,): how many segments each arc has."""
        return np.diff(self.offsets)


def are_lines(beziers: Points) -> Mask:
    """(n,) which cubics of (n, 4, 2) are lines: both handles of no length."""
    return np.asarray((beziers[:, 0] == beziers[:, 1]).all(axis=1) & (beziers[:, 2] == beziers[:, 3]).all(axis=1))
