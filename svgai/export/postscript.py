"""Shapes as PostScript, level 3: paths, and gradients as its shadings. Adobe, PostScript Language Reference, 1999."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from svgai.drawing import Color, Contour, Flat, LinearGradient, Outline, Paint, RadialGradient, Shape, Stop
from svgai.output.outlines import contours_of

# Coordinates have 3 decimals of a source's pixel, colours 4 of the whole.
_PLACES, _COLOR_PLACES = 3, 4
# Short names for operators, as every shape needs them.
PROLOGUE = (
    "/m {moveto} bind def /l {lineto} bind def /c {curveto} bind def /h {closepath} bind def\n"
    "/k {setrgbcolor} bind def /f {fill} bind def\n"
)


def number(value: float, places: int = _PLACES) -> str:
    """A number without what it does not need."""
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _numbers(values: Sequence[float]) -> str:
    return " ".join(map(number, values))


def painted(shape: Shape) -> str:
    """An opaque shape, drawn."""
    if isinstance(shape.paint, Flat):
        if shape.stroke_width is None:
            return f"{_color(shape.paint.color)} k\n{path(shape.outline)}f\n"
        return f"{_color(shape.paint.color)} k {pen(shape)}\n{path(shape.outline)}stroke\n"
    return f"gsave\n{clipped(shape)}{_shading(shape.paint)} shfill\ngrestore\n"


def clipped(shape: Shape) -> str:
    """What is drawn from here on shows within the shape only."""
    if shape.stroke_width is None:
        return f"{path(shape.outline)}clip newpath\n"
    return f"{pen(shape)}\n{path(shape.outline)}strokepath clip newpath\n"


def path(outline: Outline) -> str:
    """An outline as the current path."""
    return "newpath\n" + "".join(map(_contour, contours_of(outline)))


def _contour(contour: Contour) -> str:
    lines = [f"{_numbers(contour.start.tolist())} m"]
    for segment, is_line in zip(contour.segments.tolist(), contour.lines.tolist(), strict=True):
        lines.append(f"{_numbers(segment[2])} l" if is_line else f"{_numbers(np.ravel(segment).tolist())} c")
    return "\n".join([*lines, "h\n" if contour.closed else ""])


def pen(shape: Shape) -> str:
    """A stroke's width, ends and corners, as SVG has them: mitres up to 4 widths long."""
    ends = 1 if shape.round else 0
    return f"{number(shape.stroke_width or 0)} setlinewidth {ends} setlinecap {ends} setlinejoin 4 setmiterlimit"


def _color(color: Color) -> str:
    return " ".join(number(channel / 255, _COLOR_PLACES) for channel in color)


def _shading(paint: Paint) -> str:
    """A gradient as a dictionary for shfill; a matrix of its own is set before that."""
    place: tuple[float, ...]
    if isinstance(paint, LinearGradient):
        kind, place, matrix = 2, (*paint.start, *paint.end), ""
    else:
        assert isinstance(paint, RadialGradient)
        kind, place = 3, (*(paint.focus or paint.center), 0.0, *paint.center, paint.radius)
        # The six numbers of a matrix are as exact as its products with coordinates need.
        matrix = f"[{' '.join(f'{value:.9g}' for value in paint.transform)}] concat\n" if paint.transform else ""
    return (
        f"{matrix}<< /ShadingType {kind} /ColorSpace /DeviceRGB /Coords [{_numbers(place)}] /Extend [true true]\n"
        f"/Function {_function(paint.stops)} >>"
    )


def _function(stops: Sequence[Stop]) -> str:
    """Colour by offset: a piece between each two stops that are apart."""
    whole = [stops[0]._replace(offset=0.0), *stops, stops[-1]._replace(offset=1.0)]
    pieces = [(one, other) for one, other in itertools.pairwise(whole) if other.offset > one.offset]
    functions = [
        f"<< /FunctionType 2 /Domain [0 1] /N 1 /C0 [{_color(one.color)}] /C1 [{_color(other.color)}] >>"
        for one, other in pieces
    ]
    bounds = " ".join(f"{other.offset:.6g}" for _, other in pieces[:-1])
    encode = " ".join(["0 1"] * len(pieces))
    return (
        f"<< /FunctionType 3 /Domain [0 1] /Bounds [{bounds}] /Encode [{encode}]\n/Functions [\n"
        + "\n".join(functions)
        + "\n] >>"
    )
