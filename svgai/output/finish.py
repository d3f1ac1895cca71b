"""Drawing → Drawing: what the user wants of a drawing beside its likeness, done before it is written."""

from __future__ import annotations

import re
from dataclasses import replace

from svgai.drawing import Drawing, PageSize
from svgai.option_kinds import CURRENT
from svgai.settings import Settings

_LENGTH = re.compile(r"([\d.]+)(.*)")


def finish(drawing: Drawing, settings: Settings) -> Drawing:
    """The drawing as the settings want it: its page's size, its title, how its names begin, whose ink it has."""
    own = (drawing.title, drawing.sized, drawing.id_prefix, drawing.current)
    title, sized, prefix, current = settings.title, settings.size, settings.id_prefix, settings.mono == CURRENT
    if own != (title, sized, prefix, current):
        drawing = replace(drawing, title=title, sized=sized, id_prefix=prefix, current=current)
    return _on_page(drawing, settings.width, settings.height, settings.dpi)


def _on_page(drawing: Drawing, width: str | None, height: str | None, dpi: float | None) -> Drawing:
    """On a page of this size, the missing side in the picture's proportion; without both of so many pixels an inch."""
    if width is None and height is None:
        if dpi is None:
            return drawing
        sides = (f"{72 / dpi * pixels:.6g}pt" for pixels in (drawing.width, drawing.height))
        return replace(drawing, page_size=PageSize(*sides))
    aspect = drawing.width / drawing.height
    size = PageSize(width or _times(height or "", aspect), height or _times(width or "", 1 / aspect))
    return replace(drawing, page_size=size)


def _times(length: str, factor: float) -> str:
    """An SVG length, as `80mm`, times a factor, in the same unit."""
    found = _LENGTH.fullmatch(length)
    if found is None:
        raise ValueError(f"{length!r} is no length")
    return f"{float(found[1]) * factor:.6g}{found[2]}"
