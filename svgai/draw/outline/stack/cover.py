"""What lies on top where: which parts of the page hide an edge that runs beneath them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Mask, Points, freeze_fields
from svgai.draw.outline.planar.planar_map import PlanarMap
from svgai.records import Record

# Beneath a face an edge keeps 1 px from what does not hide it, but within 2 px of its ends, where it comes out; there
# it is hidden from 0.75 px on. By eye.
CLEAR, AT_ENDS, COMES_OUT = 1, 2.0, 0.75
# An edge's old way is 3 px wide: what it touches was hidden, or is its face's own.
OLD_WAY = 3


class Cover(Record):
    """What hides what: the place in paint order of the face at each pixel of a ringed map, −1 where it is not opaque.

    place: (h, w) int32. fineness: lattice steps a pixel of the page.
    """

    place: NDArray[np.int32]
    fineness: int

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def of(cls, planar: PlanarMap, place: Index, opaque: Mask) -> Cover:
        """place, opaque: (F,) of each face."""
        values = np.where(opaque, place, -1).astype(np.int32)
        return cls(values[_faces(planar)], planar.fineness)

    def hides(self, old: Points, new: Points, place: int) -> bool:
        """Whether an edge of the face at a place in paint order may go another way, unseen.

        old, new: (n, 2), (m, 2) points of the page, less than 1 px apart, from one end to the other.
        """
        fine = self.fineness
        every = np.concatenate([old, new])
        low = np.maximum(np.floor(every.min(axis=0)).astype(int) + 1 - 2, 0) * fine
        high = (np.ceil(every.max(axis=0)).astype(int) + 1 + 2) * fine
        free = (self.place[low[1] : high[1], low[0] : high[0]] > place).astype(np.uint8)
        at = np.clip(((new + 1) * fine).astype(np.int64) - low, 0, np.array(free.shape[::-1]) - 1)
        away = np.minimum(np.linalg.norm(new - new[0], axis=1), np.linalg.norm(new - new[-1], axis=1))
        deep = cv2.erode(free, np.ones((2 * CLEAR * fine + 1,) * 2, np.uint8), borderType=cv2.BORDER_REPLICATE)
        x, y = at.T
        if not (deep[y, x] > 0)[away >= AT_ENDS].all() or not (free[y, x] > 0)[away >= COMES_OUT].all():
            return False
        between, way = np.zeros_like(free), np.zeros_like(free)
        corners = [np.rint(((walk + 1) * fine - low - 0.5) * 16).astype(np.int32) for walk in (old, new[::-1])]
        cv2.fillPoly(between, [np.concatenate(corners)], 1, cv2.LINE_8, 4)
        cv2.polylines(way, corners[:1], False, 1, OLD_WAY * fine, cv2.LINE_8, 4)
        return not bool(((between > 0) & (free == 0) & (way == 0)).any())


def _faces(planar: PlanarMap) -> Index:
    """(h, w): the face at each pixel, by the upright cracks of each row."""
    south, north = planar.direction == 1, planar.direction == 3
    counts = planar.crack_counts
    face = np.where(south, np.repeat(planar.left, counts), np.repeat(planar.right, counts))
    row = planar.y - north
    upright = (south | north) & (planar.x < planar.width)
    marked = np.full((planar.height, planar.width), -1, np.int64)
    marked[row[upright], planar.x[upright]] = face[upright]
    column = np.maximum.accumulate(np.where(marked >= 0, np.arange(planar.width), 0), axis=1)
    return np.take_along_axis(marked, column, axis=1)
