"""What of a photograph does not depend on the price: its base, its tones and their trees."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Mask, Plane
from svgai.draw.tone.base.fields import chroma_fields
from svgai.draw.tone.base.silhouette import silhouette
from svgai.draw.tone.base.targets import ground_of, luma
from svgai.draw.tone.levels.coordinate import tones
from svgai.draw.tone.levels.patches import Grid
from svgai.draw.tone.levels.sides import Side, sides
from svgai.draw.tone.opaque.areas import Area, areas
from svgai.draw.tone.opaque.hues import Hues, hues
from svgai.draw.tone.skies.paint import Skies, skies
from svgai.drawing import Color, Drawing, Shape
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.raster import Raster
from svgai.picture.scale import reduced
from svgai.records import Record

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


class Study(Record):
    """base: the shapes under the veils. ground: their tone. sides: the trees of lighter and of darker patches. plane,
    page: (width, height) of the working plane and of the page."""

    base: tuple[Shape, ...]
    ground: int
    sides: tuple[Side, Side]
    plane: tuple[int, int]
    page: tuple[int, int]


class _Base(Record):
    """shapes; the ground's tone; the luma of the shapes as rendered, at the copy's size; see Silhouette for solid."""

    shapes: tuple[Shape, ...]
    ground: int
    luma: NDArray[np.uint8]
    solid: Mask | None


def _size(raster: Raster) -> tuple[int, int]:
    """(width, height) of the working plane."""
    if raster.area <= DOUBLED:
        return 2 * raster.width, 2 * raster.height
    scale = min(1.0, (MOST / raster.area) ** 0.5)
    return max(1, round(raster.width * scale)), max(1, round(raster.height * scale))


def _page(raster: Raster) -> tuple[int, int]:
    """(width, height) of the page."""
    return (2 * raster.width, 2 * raster.height) if raster.area <= DOUBLED else (raster.width, raster.height)


def _colors(raster: Raster, pixels: int) -> Colors:
    return reduced(raster, pixels).pixels[..., :3].astype(np.float32)


def _base(raster: Raster, plane: tuple[int, int], page: tuple[int, int]) -> _Base:
    small = reduced(raster, BASE_PIXELS)
    colors = small.pixels[..., :3].astype(np.float32)
    trust = small.pixels[..., 3].astype(np.float32) / 255
    smooth = Skies((), np.zeros((1, 1), np.bool_))
    if raster.opaque:
        smooth = skies(_colors(raster, SMOOTH_PIXELS), _colors(raster, OUTLINE_PIXELS), page)
    trust *= 1 - cv2.resize(
        smooth.covered.astype(np.float32), (small.width, small.height), interpolation=cv2.INTER_AREA
    )
    seen = small.pixels[..., 3] > 0
    ground = round(ground_of(luma(colors)[seen] if seen.any() else np.zeros(1, np.float32)))
    size = (max(1, round(small.width / CHROMA)), max(1, round(small.height / CHROMA)))
    solid = silhouette(raster, plane, page, Color(0, 0, 0)).solid
    chroma = chroma_fields(colors, np.asarray(trust, np.float32), ground, size, page, solid)
    under = silhouette(raster, plane, page, chroma.center)
    shapes = (*under.under, *under.ground, *chroma.shapes, *smooth.shapes)
    rendered = render(write(Drawing(*page, shapes), 1, repeats=False), small.width, small.height)
    grey = np.asarray(cv2.cvtColor(rendered.pixels, cv2.COLOR_RGBA2GRAY), np.uint8)
    return _Base(shapes, ground, grey, solid)


def _luma_at(raster: Raster, size: tuple[int, int]) -> Plane:
    grey = cv2.cvtColor(raster.pixels, cv2.COLOR_RGBA2GRAY)
    if size[0] > raster.width:
        return np.asarray(cv2.resize(grey.astype(np.float32), size, interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32))


def study(raster: Raster) -> Study:
    """All of a picture that drawings at several prices share."""
    size, page = _size(raster), _page(raster)
    base = _base(raster, size, page)
    step = min(STEPS[1], STEPS[0] * max(1.0, raster.area / STEP_PIXELS) ** 0.25)
    cells = size[0] * size[1] / raster.area
    under = np.asarray(cv2.resize(base.luma, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    found = tones(_luma_at(raster, size), under, base.ground, base.solid)
    return Study(base.shapes, base.ground, sides(found, base.ground, step, cells), size, page)


# Hues are told apart in a copy of so many pixels.
HUE_PIXELS = 90_000


class OpaqueStudy(Record):
    """under: shapes of soft edges, beneath all. areas: of the hues, in paint order; hues: their colours. plane, page:
    (width, height) of the working plane and of the page."""

    under: tuple[Shape, ...]
    areas: tuple[Area, ...]
    hues: Hues
    plane: tuple[int, int]
    page: tuple[int, int]


def opaque_study(raster: Raster) -> OpaqueStudy:
    """What drawings without translucent shapes share, at several prices."""
    size, page = _size(raster), _page(raster)
    small = reduced(raster, HUE_PIXELS)
    found = hues(small.pixels[..., :3].astype(np.float32), small.pixels[..., 3] > 0)
    around = silhouette(raster, size, page, Color(0, 0, 0))
    step = min(STEPS[1], STEPS[0] * max(1.0, raster.area / STEP_PIXELS) ** 0.25)
    grid = Grid(size, page, 0, 0, around.solid)
    cells = size[0] * size[1] / raster.area
    return OpaqueStudy(around.under, tuple(areas(_luma_at(raster, size), found, grid, step, cells)), found, size, page)
