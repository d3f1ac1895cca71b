"""Lines of marks packed side by side, so that what lies between them costs nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svgai.arrays import Index, Plane, freeze_fields
from svgai.draw.marks.find import Marks
from svgai.draw.ragged import extremes
from svgai.sorted_values import distinct

# Two lines are 6 px apart in the atlas, and 6 px from its border: the tails of the finer lattice's level sets.
MARGIN = 6


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """Boxes of a picture, one for each of L lines of marks, packed.

    share: (h, w) float32, the share of ink. top, left: (L,) where each box lies in the atlas; dy, dx: (L,) what leads
    from there back to the picture; height, width: (L,); line: (L,) its number in Marks. Rows of boxes, top to bottom.
    """

    share: Plane
    top: Index
    left: Index
    dy: Index
    dx: Index
    height: Index
    width: Index
    line: Index

    def __post_init__(self) -> None:
        freeze_fields(self)

    def box_at(self, x: float, y: float) -> int:
        """The box that a place in the atlas lies in, with the margin around it."""
        inside = (y >= self.top - MARGIN / 2) & (y < self.top + self.height + MARGIN / 2)
        inside &= (x >= self.left - MARGIN / 2) & (x < self.left + self.width + MARGIN / 2)
        return int(np.argmax(inside))


def packed(marks: Marks) -> Atlas:
    """The atlas of all lines of marks: on shelves, the highest first."""
    y, x = np.nonzero(marks.line)
    line = marks.line[y, x]
    numbers = distinct(line)
    index = np.searchsorted(numbers, line)
    (own_top, bottom), (own_left, right) = (extremes(values, index, len(numbers)) for values in (y, x))
    height, width = bottom + 1 - own_top, right + 1 - own_left
    side = max(int(np.sqrt(((height + MARGIN) * (width + MARGIN)).sum()) * 1.1), int(width.max())) + MARGIN
    top, left = _shelves(height, width, side)
    share = np.zeros((int((top + height).max()) + MARGIN, side + MARGIN), np.float32)
    share[y - own_top[index] + top[index], x - own_left[index] + left[index]] = marks.share[y, x]
    return Atlas(share, top, left, own_top - top, own_left - left, height, width, numbers)


def _shelves(height: Index, width: Index, side: int) -> tuple[Index, Index]:
    """(L,) each: where boxes come to lie in an atlas of this width."""
    top, left = np.zeros_like(height), np.zeros_like(width)
    y, x, shelf = MARGIN, MARGIN, 0
    for k in np.argsort(-height, kind="stable"):
        if x + width[k] > side:
            y, x, shelf = y + shelf + MARGIN, MARGIN, 0
        top[k], left[k] = y, x
        x += int(width[k]) + MARGIN
        shelf = max(shelf, int(height[k]))
    return top, left
