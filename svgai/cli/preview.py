"""Source and SVG side by side in the terminal. The only module that imports textual_image."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from PIL import Image
from rich.console import Console
from textual_image.renderable import Image as Shown

from svgai.output.render import render_stretched

if TYPE_CHECKING:
    from svgai.pipeline import Conversion

# The two pictures are 4 % of the width apart, and no larger than 400 px each: a terminal shows no more (by eye).
_GAP, _MOST = 0.04, 400
# The grey squares behind transparency are 8 px wide, as in the page's viewer.
_SQUARE, _LIGHT, _DARK = 8, (255, 255, 255), (221, 221, 221)


def show(conversion: Conversion) -> None:
    """Print the source and, right of it, the SVG, as the terminal can: sixel, Kitty's protocol, half blocks."""
    factor = min(1.0, _MOST / max(conversion.width, conversion.height))
    size = max(1, round(conversion.width * factor)), max(1, round(conversion.height * factor))
    source = Image.fromarray(conversion.raster.pixels).resize(size, Image.Resampling.BOX)
    drawn = Image.fromarray(render_stretched(conversion.svg.text, *size).pixels)
    pair = Image.new("RGB", (2 * size[0] + round(_GAP * 2 * size[0]), size[1]))
    for picture, left in ((source, 0), (drawn, pair.width - size[0])):
        ground = _checker(size)
        ground.paste(picture, mask=picture)
        pair.paste(ground, (left, 0))
    Console().print(Shown(pair, width=min(shutil.get_terminal_size().columns, pair.width)))


def _checker(size: tuple[int, int]) -> Image.Image:
    tile = Image.new("RGB", (2 * _SQUARE, 2 * _SQUARE), _LIGHT)
    for place in ((0, 0), (_SQUARE, _SQUARE)):
        tile.paste(_DARK, (*place, place[0] + _SQUARE, place[1] + _SQUARE))
    ground = Image.new("RGB", size)
    for top in range(0, size[1], 2 * _SQUARE):
        for left in range(0, size[0], 2 * _SQUARE):
            ground.paste(tile, (left, top))
    return ground
