"""Drawing → Drawing: what the user wants of a drawing beside its likeness, done before it is written."""

from __future__ import annotations

import re
from dataclasses import replace

from svgai.drawing import Drawing, PageSize
from svgai.settings import Settings

_LENGTH = re.compile(r"([\d.]+)(.*)")


def finish(drawing: Drawing, settings: Settings) -> Drawing:
    """The drawing as the settings want it: on a page of their size, the missing side in the picture's proportion."""
    width, height = settings.width, settings.height
    if width is None and height is None:
        return drawing
    aspect = drawing.width / drawing.height
    size = PageSize(width or _times(height or "", aspect), height or _times(width or "", 1 / aspect))
    return replace(drawing, page_size=size)


def _times(length: str, factor: float) -> str:
    """An SVG length, as `80mm`, times a factor, in the same unit."""
    found = _LENGTH.fullmatch(length)
    if found is None:
        raise ValueError(f"{length!r} is no length")
    return f"{float(found[1]) * factor:.6g}{found[2]}"
