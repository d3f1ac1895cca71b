"""SVG text → pixels, by resvg: a renderer independent of everything that drew.

The only module that imports the renderer. svg2png-py hands over raw pixels, where resvg-py encodes a PNG: 1.1 ms
against 25 ms for a 512 px icon. tests/test_render.py proves that both draw the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import svg2png_py

from svgai.arrays import Pixels
from svgai.drawing import PageSize
from svgai.errors import EngineError
from svgai.output.svg import Svg, document
from svgai.picture.alpha import straight_alpha
from svgai.picture.raster import Raster

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# No fonts: nothing that svgai writes has text, and a scan of the system's fonts costs 50 ms and more.
_NO_FONTS = svg2png_py.FontDatabase()
_LENGTH = re.compile(r"\s*(\d+\.?\d*|\.\d+)(?:px)?\s*")
_REMEDY = "check that the file is valid SVG with a viewBox or a width and height"


def _fitted(svg: str, width: int, height: int) -> str:
    """The same document with its whole viewport stretched to width × height pixels."""
    from xml.etree import ElementTree  # 5 ms, for the SVGs of others

    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as e:
        raise EngineError(f"the SVG is not well-formed XML ({e})", _REMEDY) from e
    ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
    if "viewBox" not in root.attrib:
        sizes = [_LENGTH.fullmatch(root.get(k, "")) for k in ("width", "height")]
        if not all(sizes):
            raise EngineError("the SVG has neither a viewBox nor a width and height in px", _REMEDY)
        root.set("viewBox", " ".join(["0 0", *(m.group(1) for m in sizes if m)]))
    _without_files(root)
    root.set("width", str(width))
    root.set("height", str(height))
    root.set("preserveAspectRatio", "none")
    return ElementTree.tostring(root, encoding="unicode")


def _without_files(root: Element) -> None:
    """Take away what names a file or an address: a stranger's SVG shows nothing of this machine."""
    for element in root.iter():
        for name in [name for name in element.attrib if name.rsplit("}", 1)[-1] == "href"]:
            if not element.attrib[name].strip().lower().startswith(("#", "data:")):
                del element.attrib[name]


def rendered(svg: str, width: int, height: int) -> Pixels:
    """(height, width, 4) premultiplied: what an SVG of just that size in px shows. Raises EngineError."""
    try:
        data, w, h = svg2png_py.svg_to_rgba(svg, _NO_FONTS)
    except (ValueError, RuntimeError) as e:
        raise EngineError(f"the renderer refused the SVG ({e})", _REMEDY) from e
    if (w, h) != (width, height) or len(data) != 4 * w * h:
        raise EngineError(f"the renderer returned {w}x{h} px where {width}x{height} were wanted", _REMEDY)
    return np.frombuffer(data, np.uint8).reshape(h, w, 4)


def render(svg: Svg, width: int, height: int) -> Raster:
    """What an SVG that svgai wrote shows at width × height pixels.

    Raises EngineError where the renderer refuses it or returns another size.
    """
    page = PageSize(str(width), str(height))
    text = svg.text if svg.page == page else document(svg.body, page, (svg.width, svg.height), stretched=True)
    return Raster(straight_alpha(rendered(text, width, height)))


def render_rows(svg: Svg, width: int, height: int, top: int, bottom: int) -> Raster:
    """The rows from top to bottom of what `render` shows at width × height pixels. Raises EngineError.

    Curves that leave the rows are cut there before they are flattened: a few of their pixels differ by some levels.
    """
    across, down = width / svg.width, height / svg.height
    if svg.page == PageSize(str(width), str(height)):
        across = down = min(across, down)  # as a viewer shows it: in proportion, in the middle
    left, upper = (width - across * svg.width) / 2, (height - down * svg.height) / 2 - top
    body = f'<g transform="matrix({across!r} 0 0 {down!r} {left!r} {upper!r})">{svg.body}</g>'
    rows = bottom - top
    text = document(body, PageSize(str(width), str(rows)), (width, rows))
    return Raster(straight_alpha(rendered(text, width, rows)))


def render_stretched(text: str, width: int, height: int) -> Raster:
    """What any SVG shows, its viewport stretched to width × height pixels. Raises EngineError."""
    return Raster(straight_alpha(rendered(_fitted(text, width, height), width, height)))
