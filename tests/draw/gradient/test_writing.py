"""Gradients and shared outlines in the SVG text."""

from __future__ import annotations

import re

import numpy as np

from svgai.drawing import Color, Contour, Drawing, Flat, Path, RadialGradient, Shape, Stop
from svgai.output.render import render
from svgai.output.svg import write

CLEAR = (Stop(0.0, Color(255, 255, 255), 0.8), Stop(1.0, Color(255, 255, 255), 0.0))


def outline() -> Path:
    return Path((Contour.polygon(np.array([[4.0, 5.0], [36.0, 9.0], [30.0, 33.0], [6.0, 28.0]])),))


def test_an_outline_with_two_paints_is_written_once() -> None:
    shape = outline()
    paints = Flat(Color(200, 20, 60)), RadialGradient((18.0, 14.0), 12.0, CLEAR)
    shared = write(Drawing(40, 40, tuple(Shape(shape, p) for p in paints)))
    apart = write(Drawing(40, 40, tuple(Shape(outline(), p) for p in paints)))
    assert len(re.findall(r' d="', shared.text)) == 1
    assert len(re.findall(r' d="', apart.text)) == 2
    # Inkscape 1.2 shows nothing for a plain href; the namespace costs bytes only where it is needed.
    assert re.findall(r"<use [^>]*?([\w:]*href)=", shared.text) == ["xlink:href"] * 2
    assert ("xmlns:xlink" in shared.text, "xmlns:xlink" in apart.text) == (True, False)
    assert shared.shapes == apart.shapes == 2
    assert np.array_equal(render(shared, 40, 40).pixels, render(apart, 40, 40).pixels)


def test_an_ellipse_is_written_to_the_grid_of_its_rim() -> None:
    matrix = (31.23456, 1.5, -2.25, 12.0, 20.0, 20.0)
    unit = write(Drawing(40, 40, (Shape(outline(), RadialGradient((0.0, 0.0), 1.0, CLEAR, transform=matrix)),)), 1)
    assert "matrix(31.2 1.5 -2.2 12 20 20)" in unit.text
    tenfold = tuple(v / 10 for v in matrix[:4]) + matrix[4:]
    larger = RadialGradient((0.0, 0.0), 10.0, CLEAR, transform=tenfold)  # type: ignore[arg-type]
    assert "matrix(3.12 .15" in write(Drawing(40, 40, (Shape(outline(), larger),)), 1).text
