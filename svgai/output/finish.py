"""Drawing → Drawing: what the user wants of a drawing beside its likeness, done before it is written."""

from __future__ import annotations

from dataclasses import replace

from svgai.drawing import Drawing, PageSize
from svgai.lengths import points, times
from svgai.option_kinds import CURRENT
from svgai.output.theme import themed
from svgai.settings import Settings


def finish(drawing: Drawing, settings: Settings) -> Drawing:
    """The drawing as the settings want it: its page's size, its title, how its names begin, whose inks it has."""
    own = (drawing.title, drawing.sized, drawing.id_prefix, drawing.current)
    title, sized, prefix, current = settings.title, settings.size, settings.id_prefix, settings.mono == CURRENT
    if own != (title, sized, prefix, current):
        drawing = replace(drawing, title=title, sized=sized, id_prefix=prefix, current=current)
    if settings.css_vars or settings.dark:
        drawing = themed(drawing, settings.css_vars, settings.dark)
    return _on_page(drawing, settings.width, settings.height, settings.dpi)


def _on_page(drawing: Drawing, width: str | None, height: str | None, dpi: float | None) -> Drawing:
    """On a page of this size, the missing side in the picture's proportion; without both of so many pixels an inch."""
    if width is None and height is None:
        if dpi is None:
            return drawing
        # A copy of a large picture is drawn on a page of the picture's own pixels.
        pixels = drawing.page_size or PageSize(str(drawing.width), str(drawing.height))
        return replace(drawing, page_size=PageSize(*(f"{96 / dpi * points(side):.6g}pt" for side in pixels)))
    aspect = drawing.width / drawing.height
    size = PageSize(width or times(height or "", aspect), height or times(width or "", 1 / aspect))
    return replace(drawing, page_size=size)
