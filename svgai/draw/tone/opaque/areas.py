"""Hues of a picture → an area each, and the trees of the tones in it."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Mask, Plane
from svgai.draw.tone.levels.coordinate import tones
from svgai.draw.tone.levels.outline import outline
from svgai.draw.tone.levels.patches import Grid, patches
from svgai.draw.tone.levels.select import Selection, select
from svgai.draw.tone.levels.sides import Side, sides
from svgai.draw.tone.levels.tree import UNITS
from svgai.draw.tone.opaque.hues import Hues
from svgai.drawing import Color, Flat, Path, Shape
from svgai.records import Record

# px of the plane: an area's outline may stray so far; shorter ones are left out.
TOLERANCE, LEAST = 1.5, 12
# px of the plane by which a hue's patches go beyond its area, beneath what is over it and over what is beneath it:
# where they end with it, its ground shows as a thread along every border.
BEYOND = 2
# Tones a patch may have: every fourth level.
TONES = 4


class Area(Record):
    """Where a hue is, and beneath it those after it.

    outline: of that; hue: its number; ground: its tone where no patch lies; sides: lighter and darker patches.
    """

    outline: Path
    hue: int
    ground: int
    sides: tuple[Side, Side]


def areas(luma: Plane, found: Hues, grid: Grid, step: float, cells: float) -> Iterator[Area]:
    """The areas of a picture of (h, w) luma in paint order: each lies over those before.

    step: between tones. cells: pixels of the plane in one of the picture.
    """
    number, solid = _enlarged(found, grid.plane), grid.solid
    for hue in range(len(found.colors)):
        above = number >= hue
        own = number == hue
        if solid is not None:
            above, own = above & solid, own & solid
        path = outline(above.astype(np.uint16) * np.uint16(255 * UNITS), 127.5 * UNITS, grid.page, TOLERANCE, LEAST)
        if path is None or not own.any():
            continue
        ground = int(np.clip(np.median(luma[own]), 16, 239))
        wide = cv2.dilate(own.astype(np.uint8), np.ones((2 * BEYOND + 1, 2 * BEYOND + 1), np.uint8)) > 0
        base: NDArray[np.uint8] = np.full(luma.shape, ground, np.uint8)
        within: Mask = np.asarray(wide if solid is None else wide & solid, np.bool_)
        yield Area(path, hue, ground, sides(tones(luma, base, ground, within), ground, step, cells))


def _enlarged(found: Hues, size: tuple[int, int]) -> Index:
    """(h, w): the hue of every pixel of a larger plane, borders without steps."""
    best, number = np.full(size[::-1], -1, np.float32), np.zeros(size[::-1], np.int64)
    for hue in range(len(found.colors)):
        part = np.asarray(
            cv2.resize((found.number == hue).astype(np.float32), size, interpolation=cv2.INTER_LINEAR), np.float32
        )
        number[part > best] = hue
        best = np.maximum(best, part)
    return number


def opaque(area: Area, found: Hues, price: float, grid: Grid) -> Iterator[Shape]:
    """An area and its patches that are worth a price a byte, each in its hue's colour of its tone."""
    yield Shape(area.outline, _flat(found, area.hue, area.ground))
    for side in area.sides:
        start = 255.0 - area.ground if side.dark else float(area.ground)
        chosen = select(side.tree, start, side.values, side.bytes, price)
        yield from _patches(side, chosen, found, area.hue, grid)


def _patches(side: Side, chosen: Selection, found: Hues, hue: int, grid: Grid) -> Iterator[Shape]:
    drawn = patches(side.tree, chosen, grid)
    tone: NDArray[np.int64] = np.rint((255 - chosen.value if side.dark else chosen.value) / TONES).astype(np.int64)
    keys = chosen.depth * 256 + tone
    for key in np.unique(keys[chosen.kept]).tolist():
        path = drawn.path(np.flatnonzero(chosen.kept & (keys == key)))
        if path:
            yield Shape(path, _flat(found, hue, key % 256 * TONES))


def _flat(found: Hues, hue: int, tone: float) -> Flat:
    return Flat(Color(*np.rint(found.shown(hue, tone)).clip(0, 255).astype(int).tolist()))
