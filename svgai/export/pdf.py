"""The SVG as one page of PDF, with real gradients and opacity, through typst. The only module that imports typst."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from svgai.drawing import PageSize
from svgai.lengths import points
from svgai.output.svg import document
from svgai.pipeline import Conversion

# PDF 1.7, Annex C: a page has 3 to 14,400 pt a side.
_LEAST, _MOST = 3.0, 14_400.0
# What typst compiles: a page as large as the picture, and nothing but it.
_PAGE = (
    '#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: none)\n#image("drawing.svg", width: 100%)\n'
)


def data(conversion: Conversion) -> bytes:
    """One page of the size that the SVG says; larger or smaller than PDF allows, it is scaled."""
    svg = conversion.svg
    width, height = (points(length) for length in svg.page)
    factor = min(1.0, _MOST / max(width, height)) * max(1.0, _LEAST / min(width, height))
    size = (max(_LEAST, width * factor), max(_LEAST, height * factor))
    text = document(svg.body, PageSize(*(f"{side}pt" for side in size)), (svg.width, svg.height), stretched=True)
    with TemporaryDirectory(prefix="svgai-pdf-") as folder:
        Path(folder, "drawing.svg").write_text(text, "utf-8")
        Path(folder, "page.typ").write_text(_PAGE.format(width=size[0], height=size[1]), "utf-8")
        return bytes(typst.compile(str(Path(folder, "page.typ")), root=folder, timestamp=0))
