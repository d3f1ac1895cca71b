"""Shapes in groups by colour show the same picture, to the last overlap."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import svgai
from svgai.drawing import Color, Drawing, Ellipse, Flat, Group, LinearGradient, Rect, Shape, Stop
from svgai.errors import StructureError
from svgai.output.color_names import NAMES, name_of
from svgai.output.groups import MOST_GROUPS, grouped
from svgai.output.render import render
from svgai.output.svg import write
from tests.pictures import lopsided

RED, BLUE, SKY = Color(214, 40, 40), Color(29, 78, 216), Color(125, 179, 242)
INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"


def square(x: float, y: float, color: Color, side: float = 20, opacity: float = 1.0) -> Shape:
    return Shape(Rect(x, y, side, side), Flat(color, opacity))


def names(drawing: Drawing) -> list[str]:
    return [group.name for group in drawing.groups]


def test_shapes_apart_join_the_group_of_their_color() -> None:
    found = grouped(Drawing(100, 100, (square(0, 0, RED), square(40, 0, BLUE), square(0, 40, RED))))
    assert found.groups == (Group("red", 1, 2), Group("blue", 1, 1))
    assert [shape.paint for shape in found.shapes] == [Flat(RED), Flat(RED), Flat(BLUE)]


def test_a_color_over_another_that_lies_over_it_is_a_second_part() -> None:
    shapes = square(0, 0, RED, 60), square(10, 10, BLUE, 30), square(15, 15, RED, 10), square(70, 70, RED)
    found = grouped(Drawing(100, 100, shapes))
    assert names(found) == ["red", "blue", "red-part-2"]
    assert grouped(Drawing(100, 100, shapes), apart=True).groups == (Group("red", 1, 3), Group("blue", 1, 1))


def test_colors_of_one_name_are_numbered_and_opacity_is_named() -> None:
    shapes = square(0, 0, RED), square(40, 0, Color(220, 45, 45)), square(0, 40, RED, opacity=0.5)
    assert names(grouped(Drawing(100, 100, shapes))) == ["red", "red-2", "translucent-red"]


def test_a_gradient_goes_by_its_mean_and_a_line_by_its_width() -> None:
    ramp = LinearGradient((0, 0), (50, 0), (Stop(0, Color(0, 0, 255)), Stop(1, Color(20, 20, 235))))
    line = Shape(Rect(30, 30, 40, 40), Flat(RED), stroke_width=12)
    inside, beside = Shape(Rect(37, 37, 26, 26), ramp), Shape(Rect(33, 5, 30, 30), ramp)
    assert names(grouped(Drawing(100, 100, (inside, line)))) == ["blue-gradient", "red"]
    found = grouped(Drawing(100, 100, (inside, line, beside)))
    assert names(found) == ["blue-gradient", "red", "blue-gradient-part-2"]


boxes = st.tuples(*[st.integers(-10, 55)] * 2, st.integers(4, 40), st.sampled_from([RED, BLUE, SKY]), st.booleans())


@given(st.lists(boxes, min_size=1, max_size=12))
def test_the_picture_stays(given: list[tuple[int, int, int, Color, bool]]) -> None:
    shapes = [
        Shape(Ellipse(x, y, side / 2, side / 3) if is_round else Rect(x, y, side, side), Flat(color))
        for x, y, side, color, is_round in given
    ]
    drawing = Drawing(64, 64, tuple(shapes))
    before, after = (render(write(d), 64, 64).pixels.astype(int) for d in (drawing, grouped(drawing)))
    # Two shapes of different colour that only touch a pixel mix in it in the order they are painted in: they overlap.
    assert np.abs(before - after).max() <= 1


def test_the_names_are_written_for_programs_and_for_people() -> None:
    drawing = grouped(Drawing(100, 100, (square(0, 0, SKY), square(40, 0, SKY)), id_prefix="p-"), layers=True)
    root = ET.fromstring(write(drawing).text)
    (group,) = root
    assert (group.get("id"), group.get(f"{INKSCAPE}label")) == ("p-light-blue", "light blue")
    assert group.get(f"{INKSCAPE}groupmode") == "layer"
    plain = ET.fromstring(write(grouped(drawing)).text)[0]
    assert plain.get(f"{INKSCAPE}groupmode") is None


def test_a_drawing_of_too_many_colors_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    colors = [Color(k % 256, k // 256, 0) for k in range(MOST_GROUPS + 1)]
    with pytest.raises(StructureError, match=rf"more than {MOST_GROUPS}; give --colors N"):
        grouped(Drawing(100, 100, tuple(square(0, 0, color) for color in colors)), apart=True)
    monkeypatch.setattr("svgai.output.groups.MOST_GROUPS", 1)
    with pytest.raises(StructureError, match="more than 1"):
        svgai.convert(lopsided(), layers="inkscape")


def test_groups_have_every_shape() -> None:
    with pytest.raises(ValueError, match="all shapes"):
        Drawing(9, 9, (square(0, 0, RED),), groups=(Group("red", 1, 2),))


@pytest.mark.parametrize(
    ("color", "name"),
    [("#000000", "black"), ("#ffffff", "white"), ("#ff0000", "red"), ("#0000ff", "blue"), ("#777777", "grey")],
)
def test_colors_have_the_names_that_people_give_them(color: str, name: str) -> None:
    assert name_of(Color.from_hex(color)) == name
    assert name in NAMES
