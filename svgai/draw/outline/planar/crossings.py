"""Where an edge crosses the pixel rows and columns that its cracks lie in, to a fraction of a pixel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from svgai.arrays import Floats, Index, Labels, Mask, Points, freeze_fields
from svgai.draw.outline.planar.half_edges import Coverage
from svgai.records import Record

# Coverage is summed over at most 3 px on either side of a crack: an anti-aliased edge is 1 px wide, one resampled or
# enlarged up to three (by eye, on the corpus).
REACH = 3
# The next edge is looked for within 6 px, so that two edges nearer than twice REACH share what lies between them.
LOOK = 2 * REACH


class Crossings(Record):
    """Where the edge crosses the pixel row or column of n cracks. points: (n, 2); clean: (n,) no third label near."""

    points: Points
    clean: Mask

    def __post_init__(self) -> None:
        freeze_fields(self)


# (rows, columns, upright or not), (n,) each, of the lower pixels beside cracks (right of an upright one, below a level
# one) → where the edge crosses there.
Crossing: TypeAlias = Callable[[Index, Index, Mask], Crossings]
# A number of steps across the crack, 0 the lower pixel beside it and −1 the other → rows and columns there.
_Place: TypeAlias = Callable[[int], tuple[Index, Index]]


def summed(labels: Labels, coverage: Coverage) -> Crossing:
    """Crossings by sums of coverage across cracks.

    The window ends after REACH pixels, or half way to the next edge: what a thin line lacks on both sides is then
    shared between its two edges.
    """
    height, width = labels.shape

    def cross(rows: Index, columns: Index, upright: Mask) -> Crossings:
        ahead = (~upright).astype(np.int64), upright.astype(np.int64)

        def place(step: int) -> tuple[Index, Index]:
            return np.clip(rows + step * ahead[0], 0, height - 1), np.clip(columns + step * ahead[1], 0, width - 1)

        one, other = labels[place(-1)], labels[place(0)]
        one_run, one_end = _run(labels, place, one, -1)
        other_run, other_end = _run(labels, place, other, 1)
        total = np.zeros(len(rows))
        for step in range(-REACH, REACH):
            run, depth = (one_run, -1 - step) if step < 0 else (other_run, step)
            weight = np.clip(np.minimum(REACH, run / 2) - depth, 0, 1)
            use = np.flatnonzero(weight > 0)
            row, column = place(step)
            sides = one[use].astype(np.int64), other[use].astype(np.int64)
            total[use] += weight[use] * coverage(row[use], column[use], *sides)
        position = np.where(upright, columns, rows) - np.minimum(REACH, one_run / 2) + total
        third = ((one_run < 2) & (one_end != other)) | ((other_run < 2) & (other_end != one))
        return Crossings(across(position, rows, columns, upright), ~third)

    return cross


def across(position: Floats, rows: Index, columns: Index, upright: Mask) -> Points:
    """(n, 2) the points at a position along the rows (upright cracks) or columns (level ones) of pixels."""
    along = np.where(upright, rows, columns) + 0.5
    return np.where(upright[:, None], np.stack([position, along], axis=1), np.stack([along, position], axis=1))


def _run(labels: Labels, place: _Place, label: Labels, sign: int) -> tuple[Index, Labels]:
    """Pixels of one label on from the crack, at most LOOK, and the label that ends them (its own where none does)."""
    run, end = np.ones(len(label), np.int64), label.copy()
    for depth in range(1, LOOK):
        here = labels[place(depth if sign > 0 else -1 - depth)]
        same = here == label
        run += same & (run == depth)
        end = np.where((run == depth) & ~same, here, end)
    return run, end
