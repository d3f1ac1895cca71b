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
# Up to so many pixels the working plane has twice the picture's resolution, and the page units of half a pixel: at
# equal bytes +0.005 of SSIM. Above, the plane has the picture's own, and never more pixels than the second number.
DOUBLED, MOST = 800_000, 12_000_000
# Tones between two level sets, and at most in large pictures; from how many pixels on there are fewer: time is
# proportional to their number. Finer steps cost bytes (5.6 in place of 7: 2 % more for the same SSIM).
STEPS, STEP_PIXELS = (7.0, 14.0), 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """base: what lies under the veils. ground: its tone. sides: the trees of lighter and of darker patches. plane,
    page: (width, height) of the working plane and of the page."""

    base: Base
    ground: int
    sides: tuple[Side, Side]
    plane: tuple[int, int]
    page: tuple[int, int]


def page(base: Base, width: int, height: int) -> tuple[Shape, ...]:
    """The base of a picture as shapes."""
    return (Shape(Rect(0, 0, width, height), Flat(base.center)), *base.shapes)


def _size(raster: Raster) -> tuple[int, int]:
    """(width, height) of the working plane."""
    if raster.area <= DOUBLED:
        return 2 * raster.width, 2 * raster.height
    scale = min(1.0, (MOST / raster.area) ** 0.5)
    return max(1, round(raster.width * scale)), max(1, round(raster.height * scale))


def _colors(raster: Raster, pixels: int) -> Colors:
    return reduced(raster, pixels).pixels[..., :3].astype(np.float32)


def _base(raster: Raster, on: tuple[int, int]) -> tuple[Base, float, NDArray[np.uint8]]:
    """The base on a page of (width, height), the ground's tone, and the base's luma as rendered at its own size."""
    colors = _colors(raster, BASE_PIXELS)
    height, width = colors.shape[:2]
    smooth = skies(_colors(raster, SMOOTH_PIXELS), _colors(raster, OUTLINE_PIXELS), on)
    seen = cv2.resize(smooth.covered.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    ground = round(ground_of(luma(colors)))
    size = (max(1, round(width / CHROMA)), max(1, round(height / CHROMA)))
    chroma = chroma_base(colors, 1 - seen, ground, size, on)
    base = Base(chroma.center, (*chroma.shapes, *smooth.shapes))
    drawing = Drawing(*on, page(base, *on))
    seen = render(write(drawing, 1), width, height)
    return base, ground, cv2.cvtColor(seen.pixels, cv2.COLOR_RGBA2GRAY)


def _luma_at(raster: Raster, size: tuple[int, int]) -> Plane:
    grey = cv2.cvtColor(raster.pixels, cv2.COLOR_RGBA2GRAY)
    if size[0] > raster.width:
        return np.asarray(cv2.resize(grey.astype(np.float32), size, interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32))


def study(raster: Raster) -> Study:
    """All of a picture that drawings at several prices share."""
    doubled = raster.area <= DOUBLED
    size = _size(raster)
    on = (2 * raster.width, 2 * raster.height) if doubled else (raster.width, raster.height)
    base, ground, under = _base(raster, on)
    step = min(STEPS[1], STEPS[0] * max(1.0, raster.area / STEP_PIXELS) ** 0.25)
    cells = size[0] * size[1] / raster.area
    found = tones(_luma_at(raster, size), cv2.resize(under, size, interpolation=cv2.INTER_LINEAR), ground)
    return Study(base, ground, sides(found, ground, step, cells), size, on)
