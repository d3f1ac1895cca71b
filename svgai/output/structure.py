"""Drawing → Drawing in the structure that the user wants, the picture kept."""

from __future__ import annotations

from svgai.drawing import Drawing
from svgai.options import NONE
from svgai.output.groups import grouped
from svgai.settings import Settings


def in_structure(drawing: Drawing, settings: Settings) -> Drawing:
    """The drawing in groups or layers where they are wanted; itself where nothing is. Raises StructureError."""
    if settings.layers != NONE or settings.group_by != NONE:
        drawing = grouped(drawing, layers=settings.layers != NONE)
    return drawing
