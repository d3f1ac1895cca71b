"""The two sides of a line of even width: the outline of the face that it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points, freeze_fields
from svgai.draw.contour.strokes.gaps import Heading, bridge
from svgai.draw.contour.strokes.polyline import smoothed, spaced
from svgai.draw.ragged import offsets_of
from svgai.draw.vectors import right_hand, turn, unit
from svgai.records import Record

# The ways from a middle to both sides are one line to 12°, where nothing but the line is there. By eye.
OPPOSITE = -np.cos(np.deg2rad(12))
# A side's direction is that over 2 points to either side. By eye.
SMOOTH = 2
# What is drawn along the middle stays within the face to 2 % of its width and 0.1 px. By eye.
WITHIN, WITHIN_MORE = 0.02, 0.1
# The middle beside a side begins within 1/16 of the width and 0.1 px of where the gap does, and the side is at least
# half as long as the gap: it is not the tip of a corner. By eye.
BESIDE, SHORTEST = 1 / 16, 0.5
# A gap is closed along a side that turns one way: the other way by 30° at most. By eye.
WAVERING = np.deg2rad(60)
# A middle has a corner where its side turns by 15° and more around one point: what lies between 15 and 85 % of the
# turn, 4 points at least, is off an arc around it by 0.12 px in the root mean square, after 3 steps. By eye.
SHARPEST, AROUND, FEWEST, ROUND, ROUNDS = np.deg2rad(15), (0.15, 0.85), 4, 0.12, 3
# Ends are looked for in steps of 1/32 of the width up to 3 widths ahead. By eye.
FINE, FAR = 1 / 32, 3
# An end is where the distance to the outline begins to fall: by 5 and by 15 % of the width it has fallen. By eye.
FALLEN = (0.05, 0.15)


class Ways(NamedTuple):
    """left, right: (n, 2) px, the ways from points of a middle to the outline on either hand."""

    left: Points
    right: Points

    @property
    def widths(self) -> Floats:
        """(n,) px from side to side."""
        return np.asarray(np.linalg.norm(self.left, axis=1) + np.linalg.norm(self.right, axis=1))

    @property
    def offset(self) -> Floats:
        """(n,) px, how far to the right hand the middle is."""
        return np.asarray((np.linalg.norm(self.right, axis=1) - np.linalg.norm(self.left, axis=1)) / 2)

    @property
    def opposite(self) -> Mask:
        """(n,) whether both ways are one line."""
        size = np.linalg.norm(self.left, axis=1) * np.linalg.norm(self.right, axis=1)
        return np.asarray((self.left * self.right).sum(axis=1) <= OPPOSITE * size)


class Sides(Record):
    """The outline of a face, walked with the face on the left hand.

    points: (N, 2) px, contour after contour, inward: (N, 2) unit vectors into the face. offsets: (C + 1,).
    """

    points: Points
    inward: Points
    offsets: Index

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def of(cls, contours: list[Points]) -> Sides:
        """Of closed polygons."""
        inward = np.concatenate([_inward(contour) for contour in contours])
        return cls(np.concatenate(contours), inward, offsets_of(np.array([len(c) for c in contours])).astype(np.int64))

    def _squared(self, places: Points) -> Floats:
        """(n, N) squared distances of the outline from places, less those of the places from (0, 0)."""
        return np.asarray((self.points**2).sum(axis=1) - 2 * places @ self.points.T)

    def distance(self, places: Points) -> Floats:
        """(n,) px from places, (n, 2), to the outline."""
        least = self._squared(places).min(axis=1) + (places**2).sum(axis=1)
        return np.asarray(np.sqrt(np.maximum(least, 0)))

    def nearest(self, places: Points, normal: Points) -> tuple[Index, Index]:
        """(n,) each: the outline's points nearest to places on their left and right hand; normal: to the right."""
        squared = self._squared(places)
        right = normal @ self.points.T > (normal * places).sum(axis=1)[:, None]
        return np.where(right, np.inf, squared).argmin(axis=1), np.where(right, squared, np.inf).argmin(axis=1)

    def ways(self, places: Points, normal: Points) -> Ways:
        """The ways to the outline on both hands."""
        left, right = self.nearest(places, normal)
        return Ways(self.points[left] - places, self.points[right] - places)

    def along(self, first: Heading, second: Heading, width: float) -> Points | None:
        """The middle of a line from one end to another that faces it, beside a side that leads there, if one does."""
        feet = self.nearest(np.stack([first.place, second.place]), right_hand(np.stack([first.ahead, -second.ahead])))
        gap = float(np.linalg.norm(second.place - first.place))
        best, result = width / 2 * (1 - WITHIN) - WITHIN_MORE, None
        for hand, (start, stop) in enumerate((feet[0][::-1].tolist(), feet[1].tolist())):
            walk = self._walk(start, stop)
            if len(walk) < 2 or self._wavers(walk):
                continue
            middle = self.points[walk] + self.inward[walk] * width / 2
            ends = middle[[0, -1]] if hand else middle[[-1, 0]]
            aside = np.linalg.norm(ends - [first.place, second.place], axis=1).max()
            if aside > BESIDE * width + WITHIN_MORE or self._length(walk) < SHORTEST * gap:
                continue
            least = float(self.distance(middle).min())
            if least > best:
                corner = self._corner(walk, width)
                best, result = least, corner[None] if corner is not None else middle if hand else middle[::-1]
        return result

    def _corner(self, walk: Index, width: float) -> Points | None:
        """(2,): the corner of a middle whose side is an arc around it, if it is one."""
        turned = np.abs(np.cumsum(turn(self.inward[walk[:-1]], self.inward[walk[1:]])))
        if turned[-1] < SHARPEST:
            return None
        inside = walk[1:][(turned > AROUND[0] * turned[-1]) & (turned < AROUND[1] * turned[-1])]
        if len(inside) < FEWEST:
            return None
        side = self.points[inside]
        place = (side + self.inward[inside] * width / 2).mean(axis=0)
        for _ in range(ROUNDS):
            way = side - place
            distance = np.linalg.norm(way, axis=1)
            place = place + np.linalg.lstsq(way / distance[:, None], distance - width / 2, rcond=None)[0]
        off = np.linalg.norm(side - place, axis=1) - width / 2
        return place if np.sqrt((off**2).mean()) <= ROUND else None

    def _length(self, walk: Index) -> float:
        """Px along points of the outline."""
        return float(np.linalg.norm(np.diff(self.points[walk], axis=0), axis=1).sum())

    def _wavers(self, walk: Index) -> bool:
        """Whether the outline turns one way and then the other between points."""
        turns = turn(self.inward[walk[:-1]], self.inward[walk[1:]])
        return bool(np.abs(turns).sum() - abs(turns.sum()) > WAVERING)

    def _walk(self, start: int, stop: int) -> Index:
        """The points of the outline from one on to another; none where they lie on different contours."""
        contour = int(np.searchsorted(self.offsets, start, side="right")) - 1
        first, last = int(self.offsets[contour]), int(self.offsets[contour + 1])
        if not first <= stop < last:
            return np.zeros(0, np.int64)
        count = (stop - start) % (last - first) + 1
        return np.asarray(first + (start - first + np.arange(count)) % (last - first))

    def end(self, last: Heading, width: float) -> Points:
        """(2,): where a line that goes on straight ends within the face, with a round end."""
        ahead = np.arange(0, FAR, FINE) * width
        aside = last.bend / 2 * ahead**2
        walk = last.place + ahead[:, None] * last.ahead + aside[:, None] * right_hand(last.ahead)
        fallen = 1 - 2 * self.distance(walk) / width
        steps = [int(np.argmax(fallen > 2 * share)) for share in FALLEN]
        if not 0 < steps[0] < steps[1]:
            return last.place
        (near, far), (less, more) = ahead[steps], fallen[steps]
        gone = near - less * (far - near) / (more - less)
        return np.stack([np.interp(gone, ahead, walk[:, axis]) for axis in (0, 1)])


def _inward(contour: Points) -> Points:
    """(n, 2): the unit vectors into the face on the left hand, over SMOOTH points to either side."""
    ahead = np.roll(contour, -SMOOTH, axis=0) - np.roll(contour, SMOOTH, axis=0)
    return -right_hand(unit(ahead))


def bridged(sides: Sides, width: float, first: Heading, second: Heading, near: Points, step: float) -> Points:
    """Points between two ends that face each other: along a side that leads there, else a bend or a corner."""
    middle = sides.along(first, second, width)
    if middle is None:
        return bridge(first, second, near, step)
    if len(middle) == 1:
        there = spaced(np.stack([first.place, middle[0]]), step, False)
        back = spaced(np.stack([middle[0], second.place]), step, False)
        return np.concatenate([there[1:], back[1:-1]])
    whole = np.concatenate([first.place[None], middle, second.place[None]])
    return spaced(smoothed(whole, 1.5, False), step, False)[1:-1]
