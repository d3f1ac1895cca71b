"""What of a photograph does not depend on the price: its base, its tones and their trees."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Plane
from svgai.draw.tone.base.fields import Base, chroma_base
from svgai.draw.tone.base.targets import ground_of, luma
from svgai.draw.tone.levels.coordinate import tones
from svgai.draw.tone.levels.sides import Side, sides
from svgai.draw.tone.skies.paint import skies
from svgai.drawing import Drawing, Flat, Rect, Shape
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.raster import Raster
from svgai.picture.scale import reduced

# The base is made from a copy of this many pixels, and rendered at as many: it has no finer detail.
BASE_PIXELS = 360_000
# Smooth parts are looked for in a copy of so many pixels, and outlined in one of so many.
SMOOTH_PIXELS, OUTLINE_PIXELS = 50_000, 75_000
# Side of a pixel of the chroma plane, px of that copy.
CHROMA = 3
# The working plane has twice the picture's resolution up to so many pixels, then the picture's own, and never more
# than the third number.
DOUBLED, MOST = 800_000, 12_000_000
# Tones between two level sets, and from where on there are fewer: memory and time are proportional to their number.
STEP, STEP_PIXELS = 7.0, 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """base: what lies under the veils. ground: its tone. sides: the trees of lighter and of darker patches. plane:
    (width, height) of the working plane."""

    base: Base
    ground: int
    sides: tuple[Side, Side]
    plane: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Detail:
    """How fine the tones are read. smooth: σ of their blur, px of the working plane. step: of the thresholds, in parts
    of STEP. least: pixels of a boundary, at least. tolerance: px of the working plane, for the bytes of an outline."""

    smooth: float
    step: float
    least: int
    tolerance: float


def page(base: Base, width: int, height: int) -> tuple[Shape, ...]:
    """The base of a picture as shapes."""
    return (Shape(Rect(0, 0, width, height), Flat(base.center)), *base.shapes)


def _size(area: int, width: int, height: int) -> tuple[int, int]:
    if area <= DOUBLED:
        return 2 * width, 2 * height
    scale = min(1.0, (MOST / area) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _colors(raster: Raster, pixels: int) -> Colors:
    return reduced(raster, pixels).pixels[..., :3].astype(np.float32)


def _base(raster: Raster) -> tuple[Base, float, NDArray[np.uint8]]:
    """The base, the ground's tone, and the base's luma as rendered at its own size."""
    colors = _colors(raster, BASE_PIXELS)
    height, width = colors.shape[:2]
    on = raster.width, raster.height
    smooth = skies(_colors(raster, SMOOTH_PIXELS), _colors(raster, OUTLINE_PIXELS), on)
    seen = cv2.resize(smooth.covered.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    ground = round(ground_of(luma(colors)))
    size = (max(1, round(width / CHROMA)), max(1, round(height / CHROMA)))
    chroma = chroma_base(colors, 1 - seen, ground, size, on)
    base = Base(chroma.center, (*chroma.shapes, *smooth.shapes))
    drawing = Drawing(raster.width, raster.height, page(base, raster.width, raster.height))
    seen = render(write(drawing, 1), width, height)
    return base, ground, cv2.cvtColor(seen.pixels, cv2.COLOR_RGBA2GRAY)


def _luma_at(raster: Raster, size: tuple[int, int]) -> Plane:
    grey = cv2.cvtColor(raster.pixels, cv2.COLOR_RGBA2GRAY)
    if size[0] > raster.width:
        return np.asarray(cv2.resize(grey.astype(np.float32), size, interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32))


def study(raster: Raster, detail: Detail) -> Study:
    """All of a picture that drawings at several prices share."""
    base, ground, under = _base(raster)
    size = _size(raster.area, raster.width, raster.height)
    step = detail.step * STEP * max(1.0, raster.area / STEP_PIXELS) ** 0.25
    cells = size[0] * size[1] / raster.area
    found = tones(_luma_at(raster, size), cv2.resize(under, size, interpolation=cv2.INTER_LINEAR), ground,
                  detail.smooth)  # fmt: skip
    trees = sides(found, ground, min(step, 14), cells, detail.tolerance, detail.least)
    return Study(base, ground, trees, size)
