"""A drawing's layers as drawings of their own."""

from __future__ import annotations

from dataclasses import replace

from svgai import layer_files
from svgai.export.kinds import data_of
from svgai.output.svg import write
from svgai.pipeline import Conversion


def layers_of(conversion: Conversion, target: str) -> dict[str, bytes]:
    """The file of each layer, by its path, as the target's name wants it; none where they are not wanted."""
    if not conversion.layer_files:
        return {}
    found = {}
    for group, shapes in conversion.drawing.grouped:
        if group is not None:
            drawing = replace(conversion.drawing, shapes=shapes, groups=(group,))
            alone = replace(conversion, drawing=drawing, svg=write(drawing, conversion.plan.decimals))
            path = layer_files.path_of(target, group.name)
            found[path] = data_of(alone, path)
    return found
