"""Drawings written plainly show the same, to the pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.drawing import Color, Contour, Drawing, Flat, LinearGradient, Path, Rect, Shape, Stop
from svgai.output.plain import plain, telling
from svgai.output.render import render
from svgai.output.svg import write

RED, BLUE = Color(255, 0, 0), Color(0, 0, 255)
CLEAR, FAINT = Stop(0.5, RED, 0.0), Stop(0.7, RED, 0.4)


@pytest.mark.parametrize(
    ("stops", "kept"),
    [
        ([Stop(0, RED), Stop(1, BLUE)], [0, 1]),
        ([Stop(0, RED), Stop(0.3, RED), Stop(1, BLUE)], [1, 2]),
        ([Stop(0, RED), Stop(0.3, BLUE), Stop(0.6, BLUE), Stop(1, BLUE)], [0, 1]),
        ([Stop(0, RED), Stop(0.3, BLUE), Stop(0.5, BLUE), Stop(0.6, BLUE), Stop(1, RED)], [0, 1, 3, 4]),
        ([Stop(0, RED, 0.3), Stop(0.3, RED, 0), Stop(0.4, BLUE, 0.0001), Stop(0.6, RED, 0), FAINT], [0, 1, 3, 4]),
        ([Stop(0, RED), Stop(0.5, RED), Stop(1, RED)], [0, 2]),
    ],
)
def test_stops_that_say_nothing_are_left_out(stops: list[Stop], kept: list[int]) -> None:
    assert telling(stops) == tuple(stops[k] for k in kept)


COLORS = st.sampled_from([RED, BLUE])
OPACITIES = st.sampled_from([0.0, 0.4, 1.0])


@given(st.lists(st.tuples(st.integers(0, 20), COLORS, OPACITIES), min_size=2, max_size=7))
def test_what_is_left_shows_the_same(given_stops: list[tuple[int, Color, float]]) -> None:
    stops = tuple(Stop(offset / 20, color, opacity) for offset, color, opacity in sorted(given_stops))
    paints = [LinearGradient((0, 0), (40, 0), each) for each in (stops, telling(stops))]
    seen = [
        render(write(Drawing(40, 2, (Shape(Rect(0, 0, 40, 2), paint),))), 40, 2).pixels.astype(int) for paint in paints
    ]
    assert np.abs(seen[0] - seen[1]).max() <= 1


def outline(*points: tuple[float, float]) -> Path:
    return Path((Contour.polygon(np.array(points, np.float64)),))


@pytest.mark.parametrize(
    ("points", "fills"),
    [
        ([(0, 0), (0, 20), (30, 20), (30, 0)], True),
        ([(30, 20), (0, 20), (0, 0), (30, 0), (30, 20)], True),
        ([(0, 0), (0, 20), (30, 20), (30, 1)], False),
        ([(0, 0), (30, 20), (30, 0), (0, 20)], False),
        ([(0, 0), (0, 20), (30, 20)], False),
    ],
)
def test_what_fills_the_page_is_a_rectangle(points: list[tuple[float, float]], fills: bool) -> None:
    drawing = Drawing(30, 20, (Shape(outline(*points), Flat(RED)),))
    assert isinstance(plain(drawing).shapes[0].outline, Rect) == fills
    stroked = Drawing(30, 20, (Shape(outline(*points), Flat(RED), 1.0),))
    assert plain(stroked) is stroked
