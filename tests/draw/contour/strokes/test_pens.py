"""Faces that a pen of even width drew come out as strokes where it went, and others as outlines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from svgai.arrays import Floats, Points
from svgai.draw.contour.strokes.gaps import Heading
from svgai.draw.contour.strokes.sides import Sides
from svgai.drawing import Ellipse, Path, Rect, Shape
from svgai.output.render import render
from svgai.output.svg import write
from tests.draw.contour.strokes.test_strokes import drawn, share, strokes
from tests.truth import BLACK, BLUE, CLEAR, RED, WHITE, Inside, disc, picture, polygon, ring

WIDTH = 7.3


def pen(*lines: list[tuple[float, float]], width: float = WIDTH) -> Inside:
    """Ink within half a width of polylines: round ends and corners."""

    def inside(x: Floats, y: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        result = np.zeros(x.shape, bool)
        for points in lines:
            for (x0, y0), (x1, y1) in pairwise(points):
                dx, dy = x1 - x0, y1 - y0
                along = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
                result |= (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2 < (width / 2) ** 2
        return result

    return inside


def corners(shape: Shape) -> Points:
    """(n, 2) the joints of a stroke, from its first end to its last."""
    assert isinstance(shape.outline, Path)
    return np.concatenate([np.vstack([c.start[None], c.segments[:, 2]]) for c in shape.outline.contours])


@pytest.mark.parametrize("width", [3.6, 7.3, 14.2])
def test_a_line_with_round_ends(width: float) -> None:
    ends = [(15.2, 20.7), (71.3, 52.6)]
    (stroke,) = strokes(drawn(picture(96, 80, WHITE, (pen(ends, width=width), BLACK))))
    assert stroke.round
    assert stroke.stroke_width == pytest.approx(width, abs=0.08)
    assert sorted(map(tuple, corners(stroke))) == [pytest.approx(end, abs=0.12) for end in ends]


@pytest.mark.parametrize("angle", [35, 60, 90, 140])
def test_a_corner_is_a_corner(angle: float) -> None:
    turn = np.deg2rad(angle)
    line = [(12.1, 60.3), (50.2, 60.3), (50.2 - 40 * np.cos(turn), 60.3 - 40 * np.sin(turn))]
    (stroke,) = strokes(drawn(picture(96, 80, WHITE, (pen(line), BLACK))))
    assert len(corners(stroke)) == 3
    assert corners(stroke)[1] == pytest.approx(line[1], abs=0.25)


def test_lines_that_meet_end_in_one_another() -> None:
    bar, stem = [(10.3, 20.2), (85.4, 20.2)], [(48.1, 20.2), (48.1, 66.9)]
    (stroke,) = strokes(drawn(picture(96, 80, CLEAR, (pen(bar, stem), BLUE))))
    assert isinstance(stroke.outline, Path)
    assert [c.segments.shape[0] for c in stroke.outline.contours] == [1, 1]
    found = sorted(map(tuple, corners(stroke)), key=lambda place: np.round(place).tolist())
    assert found == [pytest.approx(end, abs=0.2) for end in sorted([*bar, *stem])]


def test_lines_that_cross_go_through() -> None:
    lines = [(12.3, 14.2), (80.4, 63.2)], [(14.1, 66.3), (77.8, 11.9)]
    (stroke,) = strokes(drawn(picture(96, 80, WHITE, (pen(*map(list, lines)), RED))))
    assert stroke.outline.segment_count == 2


def test_a_ring_that_a_line_meets_is_a_circle() -> None:
    around, line = ring(30.2, 40.3, 20 + WIDTH / 2, 20 - WIDTH / 2), pen([(50.2, 40.3), (88.4, 40.3)])
    raster = picture(104, 80, WHITE, (lambda x, y: around(x, y) | line(x, y), BLACK))
    found = {type(s.outline): s.outline for s in strokes(drawn(raster))}
    circle = found[Ellipse]
    assert isinstance(circle, Ellipse)
    assert (circle.cx, circle.cy, circle.rx) == pytest.approx((30.2, 40.3, 20), abs=0.1)
    assert found[Path].segment_count == 1


def test_a_frame_is_a_rectangle() -> None:
    def frame(x: Floats, y: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        beyond = np.hypot(np.maximum(np.abs(x - 48.3) - 24, 0), np.maximum(np.abs(y - 40.2) - 16, 0))
        inner = np.maximum(np.abs(x - 48.3) - 24, np.abs(y - 40.2) - 16)
        return np.asarray(np.abs(np.where(inner > 0, beyond, inner) - 10) < WIDTH / 2)

    (stroke,) = strokes(drawn(picture(96, 80, CLEAR, (frame, BLACK))))
    assert isinstance(stroke.outline, Rect)
    assert stroke.outline.radius == pytest.approx(10, abs=0.4)
    assert stroke.outline.x == pytest.approx(48.3 - 34, abs=0.1)


@pytest.mark.parametrize(
    "inside",
    [disc(48, 40, 20), polygon(np.array([[10.0, 38], [86, 34], [86, 46], [10, 42]])), ring(48, 40, 30, 8)],
    ids=["a disc", "a wedge", "a thick ring"],
)
def test_what_no_pen_drew_has_no_strokes(inside: Inside) -> None:
    drawing = drawn(picture(96, 80, WHITE, (inside, BLACK)))
    assert all(isinstance(s.outline, Ellipse) for s in strokes(drawing))


def test_what_a_line_encloses_is_painted_and_reaches_beneath_it() -> None:
    corners = [(20.2, 60.3), (48.4, 14.1), (76.1, 60.2), (20.2, 60.3)]
    inside = polygon(np.array([corners[0], corners[1], corners[2]]))
    raster = picture(96, 80, BLUE, (inside, RED), (pen(corners), BLACK))
    drawing = drawn(raster)
    (stroke,) = strokes(drawing)
    assert stroke is drawing.shapes[-1]
    seen = render(write(drawing), raster.width, raster.height).pixels.astype(int)
    assert np.abs(seen - raster.pixels)[..., :3].max() < 60
    assert (seen[45, 48] == RED).all()


def test_ink_is_kept() -> None:
    line = [(12.1, 60.3), (50.2, 20.3), (80.4, 60.1)]
    raster = picture(96, 80, WHITE, (pen(line), BLACK))
    assert share(drawn(raster), raster, WHITE) == pytest.approx(1, abs=0.01)


def test_a_line_that_grows_thinner_is_no_stroke() -> None:
    inside = polygon(np.array([[10.0, 36], [86, 39], [86, 41], [10, 44]]))
    assert not strokes(drawn(picture(96, 80, WHITE, (inside, BLACK))))


def strip() -> Sides:
    """The sides of a line 4 px wide along y = 0 from x = 0 to 40, walked with the line on the left hand."""
    there, back = np.arange(0, 40, 0.25), np.arange(40, 0, -0.25)
    across = np.arange(-2, 2, 0.25)
    return Sides.of(
        [
            np.concatenate(
                [
                    np.stack([there, 0 * there + 2], axis=1),
                    np.stack([0 * across + 40, -across], axis=1),
                    np.stack([back, 0 * back - 2], axis=1),
                    np.stack([0 * across, across], axis=1),
                ]
            )
        ]
    )


def test_a_gap_is_closed_along_a_side() -> None:
    first = Heading(np.array([10.0, 0]), np.array([1.0, 0]), 0.0)
    second = Heading(np.array([30.0, 0]), np.array([-1.0, 0]), 0.0)
    middle = strip().along(first, second, 4.0)
    assert middle is not None
    assert np.abs(middle[:, 1]).max() < 0.01
    assert middle[[0, -1], 0] == pytest.approx([10, 30], abs=0.3)


def test_an_end_is_where_the_outline_begins_to_close() -> None:
    end = strip().end(Heading(np.array([33.0, 0]), np.array([1.0, 0]), 0.0), 4.0)
    assert end == pytest.approx([38, 0], abs=0.2)
