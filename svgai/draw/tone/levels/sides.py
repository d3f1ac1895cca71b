"""The two trees of a picture: patches lighter than the ground, and patches darker."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats
from svgai.draw.tone.levels.coordinate import Tones
from svgai.draw.tone.levels.patches import Grid, costs, patches
from svgai.draw.tone.levels.select import select
from svgai.draw.tone.levels.tree import UNITS, Tree, grow
from svgai.draw.tone.levels.veils import opacities, veils
from svgai.draw.tone.levels.weights import TABLE
from svgai.drawing import Color, Shape
from svgai.records import Record

# Dark tones, below twice the step, need finer ones: SSIM's luminance counts ratios. Half the tone, down to this.
FINEST = 3.0
# px of the working plane: boundaries that are shorter are not drawn, and the tolerance at which bytes are estimated.
LEAST, TOLERANCE = 6, 2.0
_WHITE, _BLACK = Color(255, 255, 255), Color(0, 0, 0)


class Side(Record):
    """tree: of tones that rise away from the ground. values: tones that a node may be painted, for the choice.
    bytes: (n,) what each node costs. dark: whether the tones are upside down."""

    tree: Tree
    values: Floats
    bytes: Floats
    dark: bool


def _lighter(ground: float, step: float) -> Floats:
    return np.arange(ground + step / 2, 255 - step / 4, step)


def _darker(ground: float, step: float) -> Floats:
    """Falling thresholds, from just below the ground to near black."""
    found = [ground - step / 2]
    while (following := min(step, max(found[-1] / 2, FINEST))) < found[-1] - 0.5:
        found.append(found[-1] - following)
    return np.array(found)


def _side(tones: Tones, thresholds: Floats, cells: float, dark: bool) -> Side:
    """cells: pixels of the plane in one of the picture, whose weights they share."""
    plane = np.uint16(255 * UNITS) - tones.plane if dark else tones.plane
    rising = 255 - thresholds if dark else thresholds
    tree = grow(plane, tones.weight, TABLE / cells, np.rint(rising * UNITS).astype(np.int64), LEAST)
    values = np.append((rising[:-1] + rising[1:]) / 2, (rising[-1] + 255) / 2)
    return Side(tree, values, costs(tree, TOLERANCE), dark)


def sides(tones: Tones, ground: float, step: float, cells: float) -> tuple[Side, Side]:
    """The lighter and the darker side of tones. step: between thresholds. cells: pixels of the plane in one of the
    picture."""
    lighter, darker = _lighter(ground, step), _darker(ground, step)
    return _side(tones, lighter, cells, False), _side(tones, darker, cells, True)


def shapes(side: Side, ground: int, price: float, grid: Grid) -> list[Shape]:
    """The veils of a side that are worth a price a byte."""
    start = 255.0 - ground if side.dark else float(ground)
    chosen = select(side.tree, start, side.values, side.bytes, price)
    values = 255 - chosen.value if side.dark else chosen.value
    color = _BLACK if side.dark else _WHITE
    found = opacities(chosen, ground, color.r, values)
    return veils(patches(side.tree, chosen, grid), chosen, found, color)
