"""Drawing → Drawing with its shapes in groups, one a colour, wherever that shows the same picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Points
from svgai.drawing import Color, Drawing, Flat, Group, Paint, Shape
from svgai.errors import StructureError
from svgai.output.color_names import name_of
from svgai.output.outlines import contours_of, walked

# A drawing has 256 groups at most: nobody finds his way among more, and photographs have thousands.
MOST_GROUPS = 256
# Whether shapes overlap is seen on a page of 1,024 px at its longer side, each with a border 3 px wide.
_SIDE, _BORDER = 1024, 3
# Shapes overlap where they show in one pixel of the drawing, less than its diagonal apart: its colour depends then
# on which of them is painted first.
_DIAGONAL = 1.42
# Curves are walked in 12 steps, and points are placed to a sixteenth of a pixel (OpenCV's fixed point with 4 bits).
_STEPS, _FRACTION_BITS = 12, 4

# What shapes have in common: a colour and an opacity, or the name of a gradient's mean.
Ink: TypeAlias = Flat | str


def grouped(drawing: Drawing, *, layers: bool = False, apart: bool = False) -> Drawing:
    """The drawing with a group for each colour, named for it, in paint order.

    A shape joins the group of its colour where nothing painted between the two overlaps it; else it begins another
    part of that colour. layers: whether groups are an editor's layers. apart: whether no two shapes overlap, so that
    each colour is one group. Raises StructureError where there are more than MOST_GROUPS.
    """
    inks = [ink_of(shape.paint) for shape in drawing.shapes]
    number = _alike(inks) if apart else _stacked(drawing, inks)
    count = max(number, default=-1) + 1
    if count > MOST_GROUPS:
        cause = f"the drawing would have {count} groups by colour, more than {MOST_GROUPS}"
        raise StructureError(cause, "give --colors N, or leave it as it is")
    members: list[list[int]] = [[] for _ in range(count)]
    for place, group in enumerate(number):
        members[group].append(place)
    shapes = tuple(drawing.shapes[place] for group in members for place in group)
    names = _names(inks)
    parts: Counter[Ink] = Counter()
    groups = []
    for places in members:
        ink = inks[places[0]]
        parts[ink] += 1
        groups.append(Group(names[ink], parts[ink], len(places)))
    return replace(drawing, shapes=shapes, groups=tuple(groups), layers=layers)


def ink_of(paint: Paint) -> Ink:
    """What a paint has in common with others of its group."""
    if isinstance(paint, Flat):
        return paint
    mean = np.rint(np.mean([stop.color for stop in paint.stops], axis=0)).astype(int)
    return f"{name_of(Color(*mean.tolist()))}-gradient"


def _names(inks: Sequence[Ink]) -> dict[Ink, str]:
    """A name for each ink; those of one name are numbered from 2 on in the order they are painted in."""
    names: dict[Ink, str] = {}
    taken: Counter[str] = Counter()
    for ink in dict.fromkeys(inks):
        plain = ink if isinstance(ink, str) else ("translucent-" if ink.opacity < 1 else "") + name_of(ink.color)
        taken[plain] += 1
        names[ink] = plain if taken[plain] == 1 else f"{plain}-{taken[plain]}"
    return names


def _alike(inks: Sequence[Ink]) -> list[int]:
    """The number of each one's ink, from 0."""
    numbers = {ink: number for number, ink in enumerate(dict.fromkeys(inks))}
    return [numbers[ink] for ink in inks]


def _stacked(drawing: Drawing, inks: Sequence[Ink]) -> list[int]:
    """The group of each shape, from 0, bottom first, so that no shape is painted below one that it covered."""
    scale = _SIDE / max(drawing.width, drawing.height)
    size = tuple(int(np.ceil(side * scale)) for side in (drawing.height, drawing.width))
    top = np.full(size, -1, np.int16)
    last: dict[Ink, int] = {}
    numbers: list[int] = []
    for shape, ink in zip(drawing.shapes, inks, strict=True):
        (left, above), cover = covered(shape, scale)
        page = _Overlap.of((above, left), cover.shape, size)
        beneath = int(top[page.there][cover[page.here]].max(initial=-1))
        if last.get(ink, -1) < max(beneath, 0):
            last[ink] = max(numbers, default=-1) + 1
        numbers.append(last[ink])
        if last[ink] > MOST_GROUPS:
            break
        top[page.there][cover[page.here]] = last[ink]
    return numbers


class _Overlap(NamedTuple):
    """What a box and a page share: there, in the page; here, in the box."""

    there: tuple[slice, ...]
    here: tuple[slice, ...]

    @classmethod
    def of(cls, place: tuple[int, ...], box: tuple[int, ...], page: tuple[int, ...]) -> _Overlap:
        low = [max(0, at) for at in place]
        high = [max(start, min(at + side, end)) for start, at, side, end in zip(low, place, box, page, strict=True)]
        there = tuple(map(slice, low, high))
        return cls(there, tuple(slice(s.start - at, s.stop - at) for s, at in zip(there, place, strict=True)))


def covered(shape: Shape, scale: float) -> tuple[tuple[int, int], NDArray[np.bool_]]:
    """A box's left and upper side on a page at a scale, and which of its pixels, (h, w), a shape may touch."""
    is_stroke = shape.stroke_width is not None
    border = _BORDER + round(((shape.stroke_width or 0.0) + _DIAGONAL) * scale)
    contours = contours_of(shape.outline)
    walks = [walked(contour, _STEPS) * scale - 0.5 for contour in contours]
    low = np.floor(np.min([walk.min(axis=0) for walk in walks], axis=0)).astype(int) - 2 * border
    high = np.ceil(np.max([walk.max(axis=0) for walk in walks], axis=0)).astype(int) + 2 * border
    width, height = (high - low + 1).tolist()
    turns, edge = np.zeros((height, width), np.int16), np.zeros((height, width), np.uint8)
    for contour, walk in zip(contours, walks, strict=True):
        fixed = np.rint((walk - low) * 2**_FRACTION_BITS).astype(np.int32)
        if not is_stroke:
            area = cv2.fillPoly(np.zeros_like(turns), [fixed], 1, cv2.LINE_8, _FRACTION_BITS)
            turns += area * (1 if _signed_area(walk) > 0 else -1)
        cv2.polylines(edge, [fixed], contour.closed or not is_stroke, 1, border, cv2.LINE_8, _FRACTION_BITS)
    left, above = low.tolist()
    return (left, above), np.asarray((turns != 0) | (edge > 0))


def _signed_area(points: Points) -> float:
    x, y = points.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
