"""The marks of a picture packed side by side, equal ones once, so that what lies between them costs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from svgai.arrays import Index, Mask, Plane, freeze_fields
from svgai.draw.marks.find import Marks
from svgai.records import Record

# Two marks are 4 px apart in the atlas, and 4 px from its border: the tails of the finer lattice's level sets
# (fine_lattice.MARGIN).
MARGIN = 4
# Marks are equal whose shares of ink are, in steps of 1/64: colours of 8 bits tell no more of a grey ink.
STEPS = 64


class Atlas(Record):
    """The B different marks of a picture, packed, and the P places where one of them stands.

    share: (h, w) float32, of ink. top, left, height, width: (B,) where each mark lies in the atlas. box: (P,)
    which mark stands at a place; dy, dx: (P,) what leads there from the atlas; line: (P,) its number in Marks. Places
    are in order of their boxes.
    """

    share: Plane
    top: Index
    left: Index
    height: Index
    width: Index
    box: Index
    dy: Index
    dx: Index
    line: Index

    def __post_init__(self) -> None:
        freeze_fields(self)

    def places_of(self, x: float, y: float) -> range:
        """The places of the mark that a point of the atlas belongs to, with the margin around it."""
        inside = (y >= self.top - MARGIN / 2) & (y < self.top + self.height + MARGIN / 2)
        inside &= (x >= self.left - MARGIN / 2) & (x < self.left + self.width + MARGIN / 2)
        box = int(np.argmax(inside))
        return range(*np.searchsorted(self.box, [box, box + 1]).tolist())


class _Mark(NamedTuple):
    """One mark of a picture: where it begins, its pixels there, and its line."""

    top: int
    left: int
    mask: Mask
    share: Plane
    line: int

    @property
    def looks(self) -> tuple[int, bytes]:
        """What equal marks have in common."""
        steps = np.rint(self.share * STEPS).astype(np.uint8)
        return self.share.shape[1], steps.tobytes()


def _each(marks: Marks) -> Iterator[_Mark]:
    """Every mark."""
    _, number, stats, _ = cv2.connectedComponentsWithStats((marks.line > 0).astype(np.uint8), connectivity=8)
    for k, (left, top, width, height, _) in enumerate(stats[1:].tolist(), 1):
        seen = np.s_[top : top + height, left : left + width]
        mask = number[seen] == k
        yield _Mark(top, left, mask, marks.share[seen] * mask, int(marks.line[seen][mask][0]))


def packed(marks: Marks) -> Atlas:
    """The atlas of all marks: on shelves, the highest first."""
    each = list(_each(marks))
    boxes: dict[tuple[int, bytes], int] = {}
    box = np.array([boxes.setdefault(mark.looks, len(boxes)) for mark in each])
    order = np.argsort(box, kind="stable")
    box = box[order]
    each = [each[k] for k in order.tolist()]
    different = [each[k] for k in np.searchsorted(box, np.arange(len(boxes))).tolist()]
    height, width = np.array([mark.share.shape for mark in different], np.int64).T
    side = max(int(np.sqrt(((height + MARGIN) * (width + MARGIN)).sum()) * 1.1), int(width.max())) + MARGIN
    top, left = _shelves(height, width, side)
    share = np.zeros((int((top + height).max()) + MARGIN, side + MARGIN), np.float32)
    for mark, y, x in zip(different, top.tolist(), left.tolist(), strict=True):
        share[y : y + mark.share.shape[0], x : x + mark.share.shape[1]] = mark.share
    y, x, line = np.array([(mark.top, mark.left, mark.line) for mark in each], np.int64).T
    return Atlas(share, top, left, height, width, box, y - top[box], x - left[box], line)


def _shelves(height: Index, width: Index, side: int) -> tuple[Index, Index]:
    """(B,) each: where boxes come to lie in an atlas of this width."""
    top, left = np.zeros_like(height), np.zeros_like(width)
    y, x, shelf = MARGIN, MARGIN, 0
    for k in np.argsort(-height, kind="stable"):
        if x + width[k] > side:
            y, x, shelf = y + shelf + MARGIN, MARGIN, 0
        top[k], left[k] = y, x
        x += int(width[k]) + MARGIN
        shelf = max(shelf, int(height[k]))
    return top, left
