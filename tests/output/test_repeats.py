"""Outlines that stand in several places: written once where that saves bytes, and never seen."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.arrays import Points
from svgai.drawing import Color, Contour, Drawing, Flat, LinearGradient, Path, Shape, Stop
from svgai.option_kinds import AUTO
from svgai.output.render import render
from svgai.output.svg import Svg, write

INK, RED = Flat(Color(0, 0, 0)), Flat(Color(200, 0, 0))
SIDE = 96


def wheel(x: float, y: float, turn: int = 1) -> Contour:
    """Sixteen corners around a place, about 8 px across; a hole where it turns the other way."""
    angle = turn * np.arange(16) * np.pi / 8
    reach = np.where(np.arange(16) % 2, 4.0, 3.1) * (1 if turn > 0 else 0.4)
    return Contour.polygon(np.array([x, y]) + reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1))


def ring(x: float, y: float) -> tuple[Contour, ...]:
    return wheel(x, y), wheel(x, y, turn=-1)


GRID = [(6.37 + 12 * k, 7.21 + 12 * row) for row in range(6) for k in range(7)]
TEXT = Path(tuple(contour for place in GRID for contour in ring(*place)))
FRAME = Contour.polygon(np.array([[1, 80], [90, 80], [90, 90.5], [1, 90.5]], np.float64))


def page(*shapes: Shape, prefix: str = "") -> Drawing:
    return Drawing(SIDE, SIDE, shapes, id_prefix=prefix)


def same(drawing: Drawing, svg: Svg) -> bool:
    """Whether a drawing looks the same as if every shape were written as it is."""
    plain = write(drawing, repeats=False)
    seen = [render(text, 3 * SIDE, 3 * SIDE).pixels.astype(int) for text in (plain, svg)]
    return bool(np.abs(seen[0] - seen[1]).max() <= 1)


def uses(svg: Svg) -> int:
    return svg.text.count("<use ")


def test_letters_are_written_once_each() -> None:
    drawing = page(Shape(Path((*TEXT.contours, FRAME)), INK))
    svg = write(drawing)
    assert uses(svg) == len(GRID)
    assert svg.text.count("<path ") == 2
    assert svg.bytes < 0.6 * write(drawing, repeats=False).bytes
    assert (svg.shapes, svg.segments) == (1, drawing.segment_count)
    assert same(drawing, svg)


def test_the_same_letter_in_two_inks_is_one_outline() -> None:
    half = len(TEXT.contours) // 2
    drawing = page(Shape(Path(TEXT.contours[:half]), INK), Shape(Path(TEXT.contours[half:]), RED))
    svg = write(drawing)
    assert (uses(svg), svg.text.count("<path ")) == (len(GRID), 1)
    assert same(drawing, svg)


def test_names_come_from_the_content() -> None:
    svg = write(page(Shape(TEXT, INK), prefix=AUTO))
    name = re.findall(r'<path id="(k[0-9a-f]{7}-a)"', svg.text)
    assert len(name) == 1
    assert svg.text.count(f'xlink:href="#{name[0]}"') == len(GRID)
    assert same(page(Shape(TEXT, INK)), svg)


def gradient() -> LinearGradient:
    return LinearGradient((0, 0), (9, 0), (Stop(0, Color(0, 0, 0)), Stop(1, Color(9, 9, 9))))


@pytest.mark.parametrize(
    "shape",
    [
        Shape(TEXT, gradient()),
        Shape(TEXT, INK, stroke_width=1.0),
        Shape(Path(TEXT.contours[:6]), INK),
        Shape(Path(tuple(wheel(6.37 + 7.0 * k, 7.21) for k in range(12))), INK),
        Shape(Path(tuple(wheel(6.37 + 12.003 * k, 7.21 + 12.017 * k) for k in range(7))), INK),
    ],
    ids=["a gradient", "strokes", "few", "touching", "no whole px"],
)
def test_other_shapes_stay_as_they_are(shape: Shape) -> None:
    assert uses(write(page(shape))) == 0


def test_an_outline_with_two_paints_stays_one() -> None:
    svg = write(page(Shape(TEXT, INK), Shape(TEXT, replace(RED, opacity=0.5))))
    assert uses(svg) == 2


places = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), min_size=8, max_size=40)


@given(places, st.floats(0.3, 1))
def test_nothing_that_shows_depends_on_it(at: list[tuple[int, int]], opacity: float) -> None:
    contours: list[Contour] = []
    for x, y in dict.fromkeys(at):
        contours += ring(x + 6.37, y + 7.21)
    drawing = page(Shape(Path(tuple(contours)), Flat(Color(20, 40, 160), opacity)))
    assert same(drawing, write(drawing))


def test_points_are_where_they_were() -> None:
    svg = write(page(Shape(TEXT, INK)))
    start = re.search(r'<path id="a" d="m(\d+\.\d+) (\d+\.\d\d)', svg.text)
    assert start is not None
    moves = [(int(x or 0), int(y or 0)) for x, y in re.findall(r'#a"(?: x="(\d+)")?(?: y="(\d+)")?', svg.text)]
    found: Points = np.array([float(v) for v in start.groups()]) + np.array(moves)
    np.testing.assert_allclose(sorted(found.tolist()), sorted([round(x + 3.1, 2), y] for x, y in GRID), atol=1e-9)
