"""Faces that a pen of even width may have drawn, by their outlines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.outline.planar.planar_map import OUTSIDE, PlanarMap
from svgai.draw.outline.stack.nesting import Nesting
from svgai.draw.vectors import cross
from svgai.records import Record

# Arcs count from the corner of the ring, 1 px beyond the page's.
RING = 1.0
# A face is long for its width where a quarter of its squared perimeter is 3.6 times its area or more: a disc has 3.1,
# a square 4, two squares in a row 4.5.
LONG = 3.6
# Outlines are walked in steps of a twentieth of the pen's width, but of 1/8 to 1 px.
SHARE, FINE, COARSE = 1 / 20, 0.125, 1.0
# A pen is 3 px wide or more: a thinner line's outlines are too near each other to be known.
THINNEST = 3.0
# A face's line is 300 times as long as wide at most, for time.
LONGEST = 300


class Pen(Record):
    """A face that a pen may have drawn.

    face: its number. width: px, the mean. contours: closed polygons, (n, 2) px, walked with the face on the left hand.
    """

    face: int
    width: float
    contours: list[Points]


def pens(planar: PlanarMap, nested: Nesting, arcs: Arcs, wanted: Mask) -> Iterator[Pen]:
    """The faces, of those wanted, (F,), that are long for their width and do not touch the border."""
    area, perimeter = _measures(planar, arcs)
    border = planar.on_border
    at_border = np.concatenate([planar.left[border], planar.right[border]])
    possible = wanted.copy()
    possible[at_border[at_border != OUTSIDE]] = False
    width = 2 * area / np.maximum(perimeter, 1e-9)
    possible &= (perimeter**2 >= 4 * LONG * area) & (width >= THINNEST) & (perimeter <= 2 * LONGEST * width)
    for face in np.flatnonzero(possible).tolist():
        step = float(np.clip(SHARE * width[face], FINE, COARSE))
        cycles = np.flatnonzero(nested.face == face).tolist()
        contours = [_stepped(_contour(arcs, nested.cycles.of(cycle)), step) - RING for cycle in cycles]
        yield Pen(face, float(width[face]), contours)


def _measures(planar: PlanarMap, arcs: Arcs) -> tuple[Floats, Floats]:
    """(F,) each: area, px², and perimeter, px, of every face."""
    points, first, last = arcs.points, arcs.offsets[:-1], arcs.offsets[1:] - 1
    following = np.concatenate([points[1:], points[:1]])
    following[last] = np.where(arcs.closed[:, None], points[first], points[last])
    length = np.add.reduceat(np.linalg.norm(following - points, axis=1), first)
    area = np.add.reduceat(cross(points, following), first) / 2
    count = len(planar.face_label) + 1
    areas, perimeter = np.zeros(count), np.zeros(count)
    np.add.at(areas, planar.left, -area)
    np.add.at(areas, planar.right, area)
    np.add.at(perimeter, planar.left, length)
    np.add.at(perimeter, planar.right, length)
    return areas[:-1], perimeter[:-1]


def _contour(arcs: Arcs, directed: Index) -> Points:
    """The closed polygon of directed arcs, k forwards and A + k backwards."""
    count = len(arcs.closed)
    pieces = []
    for number in directed.tolist():
        points = arcs.points[arcs.offsets[number % count] : arcs.offsets[number % count + 1]]
        points = points if number < count else points[::-1]
        pieces.append(points if arcs.closed[number % count] else points[:-1])
    return np.concatenate(pieces)


def _stepped(polygon: Points, step: float) -> Points:
    """Points about `step` px apart along a closed polygon."""
    walk = np.concatenate([polygon, polygon[:1]])
    gone = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(walk, axis=0), axis=1))])
    count = max(round(gone[-1] / step), 8)
    at = np.arange(count) / count * gone[-1]
    return np.stack([np.interp(at, gone, walk[:, axis]) for axis in (0, 1)], axis=1)
