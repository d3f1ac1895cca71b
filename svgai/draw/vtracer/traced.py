"""vtracer's SVG text → shapes in pixels.

The text has one `<path d fill transform="translate(x,y)">` a shape, absolute M and L (`x,y`) or M and C (`x y`),
every contour closed by Z: written by one program only, so it is read as numbers at once and not command by command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from svgai.arrays import Points
from svgai.drawing import Color
from svgai.errors import EngineError

# One path, as vtracer 0.6 writes it: its data, its colour, its offset.
_PATH = re.compile(r'<path d="([^"]*)" fill="#([0-9A-Fa-f]{6})" transform="translate\((-?[\d.]+),(-?[\d.]+)\)"/>')
# Commands and commas become spaces, the end of a contour a point of NaN.
_SPACED = str.maketrans({"M": " ", "L": " ", "C": " ", ",": " ", "Z": " nan nan "})


class TracedShape(NamedTuple):
    """One of vtracer's shapes: its colour and its contours, each (n, 2) points: corners, or 1 + 3k of k cubics."""

    color: Color
    contours: list[Points]


def _points(data: str) -> Points:
    """(n, 2): the points of a `d`, a row of NaN after each contour."""
    numbers = np.fromstring(data.translate(_SPACED), sep=" ")
    if len(numbers) % 2:
        raise EngineError("vtracer wrote a path with half a point", "please report the image")
    return numbers.reshape(-1, 2)


def _color(text: str) -> Color:
    return Color(int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16))


def traced_shapes(text: str) -> Iterator[TracedShape]:
    """The shapes in paint order. Raises EngineError where the text is not vtracer's."""
    paths = _PATH.findall(text)
    if len(paths) != text.count("<path"):
        raise EngineError("vtracer's SVG is not as expected", "install vtracer 0.6")
    points = _points("".join(path[0] for path in paths))
    ends = iter(np.flatnonzero(np.isnan(points[:, 0])).tolist())
    start = 0
    for data, color, x, y in paths:
        offset = np.array([float(x), float(y)])
        contours = []
        for end in islice(ends, data.count("Z")):
            contours.append(points[start:end] + offset)
            start = end + 1
        yield TracedShape(_color(color), contours)
