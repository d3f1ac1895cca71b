"""The writer: small drawings with the text they must give, and what is written read back."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from svgai.arrays import Points
from svgai.drawing import Color, Contour, Drawing, Ellipse, Flat, LinearGradient, Path, Rect, Shape, Stop
from svgai.output.paths import number, path_texts
from svgai.output.render import render
from svgai.output.svg import write

RED, BLACK = Flat(Color(255, 0, 0)), Flat(Color(0, 0, 0))
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="8" viewBox="0 0 9 8">'


def polygon(*points: tuple[float, float], closed: bool = True) -> Path:
    return Path((Contour.polygon(np.array(points, np.float64), closed),))


def curve(start: tuple[float, float], *segments: list[tuple[float, float]]) -> Path:
    return Path((Contour(np.array(start, np.float64), np.array(segments, np.float64)),))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.5, 2, ".5"), (-0.25, 2, "-.25"), (3.0, 2, "3"), (-0.001, 2, "0"), (12.345, 1, "12.3"), (10.0, 0, "10")],
)
def test_a_number_is_as_short_as_it_can_be(value: float, decimals: int, text: str) -> None:
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (polygon((0, 0), (4, 0), (4, 4), (0, 4)), "m0 0h4v4h-4z"),
        (polygon((1, 2), (4, 5), (2, 7)), "m1 2 3 3-2 2z"),
        (polygon((1, 2), (4, 5), (2, 7), (1, 2)), "m1 2 3 3-2 2z"),
        (polygon((0, 0), (0.5, 0.5), (1, 1.25), closed=False), "m0 0 .5.5.5.75"),
        (curve((1, 1), [(2, 1), (3, 2), (3, 3)], [(3, 4), (2, 5), (1, 5)]), "m1 1c1 0 2 1 2 2 0 1-1 2-2 2z"),
        (curve((0, 0), [(1, 1), (2, 2), (3, 3)], [(3, 4), (2, 5), (1, 5)]), "m0 0 3 3c0 1-1 2-2 2z"),
        (curve((0, 0), [(3, 0), (0, 3), (3, 3)], [(3, 3), (0, 5), (0, 5)]), "m0 0c3 0 0 3 3 3l-3 2z"),
        (
            Path(polygon((1, 1), (5, 1), (5, 5)).contours + polygon((3, 2), (3, 3), (4, 3)).contours),
            "m1 1h4v4zm2 1v1h1z",
        ),
    ],
)
def test_path_data(path: Path, text: str) -> None:
    assert path_texts([path], 2)[0] == text


@pytest.mark.parametrize(
    ("shapes", "body"),
    [
        ([], ""),
        ([Shape(Rect(1, 0, 3, 2), BLACK)], '<rect x="1" width="3" height="2"/>'),
        ([Shape(Rect(0, 0, 4, 4, 1.5), RED)], '<rect fill="#f00" width="4" height="4" rx="1.5"/>'),
        ([Shape(Ellipse(3, 3, 2, 2), RED)], '<circle fill="#f00" cx="3" cy="3" r="2"/>'),
        ([Shape(Ellipse(3, 3, 2, 1), RED)], '<ellipse fill="#f00" cx="3" cy="3" rx="2" ry="1"/>'),
        ([Shape(Rect(0, 0, 1, 1), Flat(Color(1, 2, 3), 0.5))],
         '<rect fill="#010203" fill-opacity=".5" width="1" height="1"/>'),
        ([Shape(Rect(0, 0, 1, 1), RED), Shape(Rect(2, 0, 1, 1), RED)],
         '<g fill="#f00"><rect width="1" height="1"/><rect x="2" width="1" height="1"/></g>'),
        ([Shape(polygon((0, 0), (4, 0), closed=False), RED, 1.25)],
         '<path fill="none" stroke="#f00" stroke-width="1.25" d="m0 0h4"/>'),
        ([Shape(polygon((0, 0), (4, 0), closed=False), RED, 1, round=True)],
         '<path fill="none" stroke="#f00" stroke-linecap="round" stroke-linejoin="round" d="m0 0h4"/>'),
        ([Shape(Rect(0, 0, 1, 1), LinearGradient((0, 0), (1, 0), (Stop(0, RED.color), Stop(1, BLACK.color, 0.5))))],
         '<defs><linearGradient id="a" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="1" y2="0">'
         '<stop offset="0" stop-color="#f00"/><stop offset="1" stop-color="#000" stop-opacity=".5"/></linearGradient>'
         '</defs><rect fill="url(#a)" width="1" height="1"/>'),
    ],
)  # fmt: skip
def test_document(shapes: list[Shape], body: str) -> None:
    svg = write(Drawing(9, 8, tuple(shapes)))
    assert svg.text == HEAD + body + "</svg>\n"
    assert (svg.shapes, svg.bytes) == (len(shapes), len(svg.text))


def test_linetos_after_a_moveto_are_relative() -> None:
    square = render(write(Drawing(8, 8, (Shape(polygon((2, 4), (4, 2), (6, 4), (4, 6)), RED),))), 8, 8).pixels
    assert (square[4, 4] == (255, 0, 0, 255)).all()
    assert not square[[1, 1, 6, 6], [1, 6, 1, 6]].any()


_TOKEN = re.compile(r"[a-z]|-?(?:\d+\.?\d*|\.\d+)")
_PAIRS = {"m": 1, "l": 1, "c": 3}


def read(data: str) -> list[list[Points]]:
    """Contours as absolute (3, 2) segments, by the grammar of SVG 1.1 section 8.3 (relative commands only)."""
    tokens = _TOKEN.findall(data)
    assert "".join(tokens) == data.replace(" ", "")
    contours: list[list[Points]] = []
    at = start = np.zeros(2)
    command, k = "", 0
    while k < len(tokens):
        if tokens[k].isalpha():
            command, k = tokens[k], k + 1
            if command == "z":
                at = start
            continue
        count = 1 if command in "hv" else 2 * _PAIRS[command]
        values = [float(t) for t in tokens[k : k + count]]
        k += count
        offset = {"h": (values[0], 0.0), "v": (0.0, values[0])}.get(command, values)
        points = at + np.array(offset).reshape(-1, 2)
        if command == "m":
            start, command = points[0], "l"
            contours.append([])
        else:
            contours[-1].append(points if len(points) == 3 else np.array([at, points[0], points[0]]))
        at = points[-1]
    return contours


COORDINATES = st.floats(-300, 300)
SEGMENT = st.lists(st.tuples(COORDINATES, COORDINATES), min_size=3, max_size=3)
CONTOURS = st.lists(st.lists(SEGMENT, min_size=1, max_size=6), min_size=1, max_size=4)


def bezier(start: Points, segment: Points) -> Points:
    """(17, 2): points of a cubic."""
    t = np.linspace(0, 1, 17)[:, None]
    u = 1 - t
    return np.asarray(u**3 * start + 3 * u * u * t * segment[0] + 3 * u * t * t * segment[1] + t**3 * segment[2])


def off_line(points: Points, start: Points, end: Points) -> float:
    """How far the farthest of points is from the line between two points."""
    along = end - start
    t = np.clip((points - start) @ along / (along @ along), 0, 1)[:, None]
    return float(np.hypot(*(points - start - t * along).T).max())


@given(CONTOURS, st.integers(0, 3))
def test_what_is_written_is_read_back(contours: list[list[list[tuple[float, float]]]], decimals: int) -> None:
    """Points to half a unit of the last decimal; a curve written as a line bows by 3/4 of one at most beyond that."""
    path = Path(tuple(Contour(np.array(c[0][0]), np.array(c, np.float64)) for c in contours))
    unit = 10.0**-decimals
    written = read(path_texts([path], decimals)[0])
    assume([len(c) for c in written] == [len(c.segments) for c in path.contours])  # nothing shrank to a point
    for contour, got in zip(path.contours, written, strict=True):
        at = np.rint(contour.start / unit) * unit
        for start, segment, back in zip(contour.starts, contour.segments, got, strict=True):
            assert np.abs(back[2] - segment[2]).max() <= unit / 2 + 1e-9
            curve = bezier(start, segment)
            if np.allclose(back[0], at) and (back[1] == back[2]).all():
                assert off_line(curve, at, back[2]) <= 1.5 * unit
            else:
                assert np.abs(bezier(at, back) - curve).max() <= unit / 2 + 1e-9
            at = back[2]


def test_a_drawing_counts_its_shapes_by_paint() -> None:
    """What a record tells of a picture that is flat in part and shaded in part."""
    stops = (Stop(0, Color(0, 0, 0)), Stop(1, Color(255, 255, 255)))
    paints = (Flat(Color(1, 2, 3)), LinearGradient((0, 0), (1, 0), stops), Flat(Color(4, 5, 6)))
    drawing = Drawing(9, 9, tuple(Shape(Rect(0, 0, 2, 2), paint) for paint in paints))
    assert drawing.paint_counts == {"flat": 2, "linear": 1, "radial": 0}
