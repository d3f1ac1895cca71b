"""A line of even width: a middle, a width, and colours in it and beside it."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Points, freeze_fields
from svgai.records import Record


def relief(color: Floats, ground: Floats) -> float:
    """Grey levels from a colour, (4,), to the nearest mix of two others, (2, 4): none for an edge between them."""
    way = ground[1] - ground[0]
    share = np.clip((color - ground[0]) @ way / max(float(way @ way), 1e-9), 0, 1)
    return float(np.linalg.norm(color - ground[0] - share * way))


class Line(Record):
    """A piece of line between loose ends and meeting points.

    points: (n, 2) px, its middle, about `step_of(width)` apart; those near meeting points are left out. width: px.
    ground: (2, 4) to the left and right hand, color: (4,), premultiplied, 0–255. closed: a ring. nodes: the numbers of
    the meeting points at both ends, −1 for a loose end.
    """

    points: Points
    width: float
    ground: Floats
    color: Floats
    closed: bool
    nodes: tuple[int, int]

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def contrast(self) -> float:
        """Grey levels from the colour to the mixes of those beside it."""
        return relief(self.color, self.ground)

    @property
    def length(self) -> float:
        """Px, along the middle."""
        walk = np.concatenate([self.points, self.points[:1]]) if self.closed else self.points
        return float(np.linalg.norm(np.diff(walk, axis=0), axis=1).sum())


def step_of(width: float) -> float:
    """The distance between points that tell of a line of this width, px: its corners are as round as it is wide."""
    return max(1.0, width / 8)
