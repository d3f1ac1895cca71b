"""Drawing → which of its paints lies on top, pixel by pixel."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np

from svgai.arrays import Index
from svgai.drawing import Color, Drawing, Flat, PageSize, Paint
from svgai.output.render import rendered
from svgai.output.svg import document, write

# Colours are told of drawings of as many at most, and measured in so many pixels (by eye).
_MOST_COLORS, _AREA = 64, 250_000


def visible(drawing: Drawing, width: int, height: int) -> tuple[Index, list[Paint]]:
    """(height, width): 0 where nothing is painted, else 1 more than the place in a list of the drawing's paints of the
    one on top, however clear it is. No pixel is mixed. Raises EngineError."""
    paints = list(dict.fromkeys(shape.paint for shape in drawing.shapes))
    inks = {paint: Flat(Color(*number.to_bytes(3, "big"))) for number, paint in enumerate(paints, 1)}
    shapes = tuple(replace(shape, paint=inks[shape.paint]) for shape in drawing.shapes)
    numbered = write(
        replace(drawing, shapes=shapes, title=None, current=False, id_prefix="", theming=()), 3, repeats=False
    )
    body = f'<g shape-rendering="crispEdges">{numbered.body}</g>'
    page = PageSize(str(width), str(height))
    pixels = rendered(document(body, page, (drawing.width, drawing.height), stretched=True), width, height)
    return np.asarray(pixels[..., :3].astype(np.int64) @ (1 << 16, 1 << 8, 1)), paints


def color_shares(drawing: Drawing) -> dict[str, float]:
    """What share of the page each colour takes, as `#rrggbb`, the largest first; {} where there are gradients, or more
    colours than one can look through. Raises EngineError."""
    colors = {shape.paint.color if isinstance(shape.paint, Flat) else None for shape in drawing.shapes}
    if None in colors or len(colors) > _MOST_COLORS:
        return {}
    scale = min(1.0, math.sqrt(_AREA / (drawing.width * drawing.height)))
    size = (max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale)))
    labels, paints = visible(drawing, *size)
    areas = np.bincount(labels.ravel(), minlength=len(paints) + 1)[1:] / labels.size
    shares: Counter[str] = Counter()
    for paint, area in zip(paints, areas.tolist(), strict=True):
        if isinstance(paint, Flat):
            shares["#{:02x}{:02x}{:02x}".format(*paint.color)] += area
    return {color: round(share, 4) for color, share in shares.most_common()}
