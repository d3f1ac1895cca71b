"""Equal pixels that touch → one area with every corner on the grid, in its colour."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index, Labels, Pixels
from svgai.draw.outline.fit.fit import polylines
from svgai.draw.outline.planar.arcs import lattice
from svgai.draw.outline.planar.half_edges import Coverage
from svgai.draw.outline.planar.planar_map import planar_map
from svgai.draw.outline.stack.page import to_page
from svgai.draw.outline.stack.stack import stack
from svgai.draw.pixels.plan import PixelsPlan
from svgai.drawing import Color, Declined, Drawing, Flat, Paint
from svgai.picture.raster import Raster

# Pixel art has a palette: a colour stands for 50 pixels and more on average (59 to 7,281 in wild/pixelart; photographs
# and their icons have 1 to 15).
PIXELS_A_COLOR = 50
# A label is less than 2¹⁵: it is an int16.
MOST_COLORS = 1 << 15
# An area takes about 20 bytes of SVG, and each of its sides about 3 (wild/pixelart).
AREA_BYTES, SIDE_BYTES = 20, 3


def draw(raster: Raster, plan: PixelsPlan) -> Drawing | Declined:
    """A picture of few colours as its own pixels, or why that is no drawing."""
    if raster.noise:
        return Declined("its pixels carry what coding added")
    code, label = np.unique(np.ascontiguousarray(raster.pixels).view(np.uint32), return_inverse=True)
    if len(code) * PIXELS_A_COLOR > raster.area or len(code) >= MOST_COLORS:
        return Declined(f"{len(code)} colours are no palette")
    labels = np.pad(label.reshape(raster.height, raster.width).astype(np.int16), 1, mode="edge")
    planar = planar_map(labels, _owned(labels))
    page = to_page(planar, polylines(lattice(planar)))
    if AREA_BYTES * len(planar.face_label) + SIDE_BYTES * len(page.beziers) > plan.most_bytes * raster.area:
        return Declined(f"its pixels would take more than {plan.most_bytes:g} bytes each")
    return stack(planar, page, _paints(code.view(np.uint8).reshape(-1, 4)), (raster.width, raster.height))


def _owned(labels: Labels) -> Coverage:
    """Coverage where every pixel is all of its own label."""

    def coverage(rows: Index, columns: Index, first: Index, second: Index) -> Floats:
        own = labels[rows, columns]
        return np.where(own == first, 1.0, np.where(own == second, 0.0, 0.5))

    return coverage


def _paints(colors: Pixels) -> list[Paint | None]:
    """Colours, (n, 4) straight alpha, as paints; None for nothing."""
    return [Flat(Color(*color[:3]), round(color[3] / 255, 3)) if color[3] else None for color in colors.tolist()]
