"""Even lines come out as strokes: as much ink, in one piece, where they were drawn."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from svgai.arrays import Points
from svgai.draw.budget import Budget, spending
from svgai.draw.contour.engine import _outlined, draw
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.contour.strokes.join import joined
from svgai.draw.contour.strokes.line import Line, relief
from svgai.draw.contour.strokes.polyline import smoothed, spaced
from svgai.draw.contour.strokes.profiles import profiles
from svgai.draw.contour.strokes.skeleton import paths, thinned
from svgai.draw.contour.strokes.with_strokes import DrawnOutlines, with_strokes
from svgai.drawing import Drawing, Ellipse, Flat, Path, Shape
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.raster import Raster
from tests.truth import BLACK, BLUE, CLEAR, RED, RGBA, WHITE, Inside, disc, picture, polygon, ring

ZOOM = 4
ENDS = np.array([[9.3, 20.2], [55.4, 44.9]])


def bar(ends: Points, width: float) -> Inside:
    """Ink between two points, (2, 2), with butt ends."""
    start, stop = ends
    ahead = (stop - start) / np.linalg.norm(stop - start)
    side = np.array([-ahead[1], ahead[0]]) * width / 2
    return polygon(np.stack([start - side, stop - side, stop + side, start + side]))


def drawn(raster: Raster) -> Drawing:
    drawing = draw(raster, ContourPlan())
    assert isinstance(drawing, Drawing)
    return drawing


def strokes(drawing: Drawing) -> list[Shape]:
    return [s for s in drawing.shapes if s.stroke_width is not None]


def ink(raster: Raster, ground: RGBA) -> NDArray[np.float64]:
    """(h, w): how far each pixel is from the ground, premultiplied, in the channel that differs most."""
    values = raster.pixels.astype(np.float64)
    values[..., :3] *= values[..., 3:] / 255
    apart = np.abs(values - np.array(ground) * ([ground[3] / 255] * 3 + [1]))
    return np.asarray(apart[..., apart.sum(axis=(0, 1)).argmax()])


def share(drawing: Drawing, raster: Raster, ground: RGBA) -> float:
    seen = render(write(drawing), ZOOM * raster.width, ZOOM * raster.height)
    return float(ink(seen, ground).sum() / ZOOM**2 / ink(raster, ground).sum())


@pytest.mark.parametrize("width", [0.5, 1.0, 1.5, 3.0, 6.0])
@pytest.mark.parametrize(("ground", "color"), [(WHITE, BLACK), (BLUE, RED), (CLEAR, RED)])
def test_line(width: float, ground: RGBA, color: RGBA) -> None:
    raster = picture(64, 64, ground, (bar(ENDS, width), color))
    drawing = drawn(raster)
    (stroke,) = strokes(drawing)
    assert isinstance(stroke.outline, Path)
    assert stroke.outline.segment_count == 1
    contour = stroke.outline.contours[0]
    found = np.stack([contour.start, contour.segments[-1, 2]])
    found = found if found[0, 0] < found[1, 0] else found[::-1]
    assert np.abs(found - ENDS).max() < 0.2
    assert share(drawing, raster, ground) == pytest.approx(1, abs=0.05)


def test_colour_and_width_are_known_from_two_pixels_on() -> None:
    (stroke,) = strokes(drawn(picture(64, 64, WHITE, (bar(ENDS, 2.0), RED))))
    assert stroke.stroke_width == pytest.approx(2, abs=0.04)
    assert isinstance(stroke.paint, Flat)
    assert stroke.paint.color == RED[:3]
    assert not stroke.round


def test_no_stroke_is_a_hairline() -> None:
    # resvg draws those of 1 px or less with 71 % of their ink at 45°.
    (stroke,) = strokes(drawn(picture(64, 64, WHITE, (bar(np.array([[12.3, 12.1], [50.3, 50.1]]), 0.6), BLACK))))
    assert stroke.stroke_width is not None
    assert stroke.stroke_width > 1


def test_ends_are_round_where_that_fits() -> None:
    raster = picture(64, 64, WHITE, (bar(ENDS, 5), BLACK), *((disc(x, y, 2.5), BLACK) for x, y in ENDS))
    (stroke,) = strokes(drawn(raster))
    assert stroke.round
    assert isinstance(stroke.outline, Path)
    found = stroke.outline.contours[0].start
    assert np.linalg.norm(ENDS - found, axis=1).min() < 0.2


@pytest.mark.parametrize("width", [1.0, 2.0, 4.0])
def test_ring_is_a_circle(width: float) -> None:
    raster = picture(64, 64, WHITE, (ring(31.8, 32.3, 20 + width / 2, 20 - width / 2), BLUE))
    (stroke,) = strokes(drawn(raster))
    assert isinstance(stroke.outline, Ellipse)
    assert (stroke.outline.cx, stroke.outline.cy) == pytest.approx((31.8, 32.3), abs=0.05)
    assert stroke.outline.rx == stroke.outline.ry == pytest.approx(20, abs=0.1)


def test_crossing_lines_go_through() -> None:
    other = np.array([[14.1, 50.2], [47.8, 9.7]])
    raster = picture(64, 64, WHITE, (bar(ENDS, 2), BLACK), (bar(other, 2), BLACK))
    found = strokes(drawn(raster))
    assert [s.outline.segment_count for s in found] == [1, 1]


@pytest.mark.parametrize(
    "layers",
    [
        [(disc(32, 32, 20), RED)],
        [(polygon(np.array([[10.0, 10], [54, 12], [30, 55]])), BLUE), (disc(30, 25, 8), WHITE)],
        [(polygon(np.array([[5.0, 30], [60, 27], [60, 37]])), BLACK)],  # a wedge is no line
    ],
)
def test_shapes_are_no_lines(layers: list[tuple[Inside, RGBA]]) -> None:
    assert not strokes(drawn(picture(64, 64, WHITE, *layers)))


def test_thinning_keeps_what_hangs_together() -> None:
    mask = np.zeros((20, 40), bool)
    mask[8:12, 3:37] = True
    mask[2:18, 18:22] = True
    found = paths(thinned(mask))
    assert len(found.closed) >= 4
    assert not found.closed.any()
    assert (found.crowd.min(axis=1) == 1).sum() == 4


def test_thinned_ring_is_one_closed_path() -> None:
    y, x = np.mgrid[:40, :40] - 19.5
    found = paths(thinned(np.abs(np.hypot(x, y) - 14) < 2))
    assert found.closed.tolist() == [True]
    assert np.hypot(found.x - 19.5, found.y - 19.5) == pytest.approx(14, abs=1.5)


def test_nothing_has_no_paths() -> None:
    assert not len(paths(thinned(np.zeros((5, 5), bool))).closed)


@pytest.mark.parametrize("width", [0.5, 1.0, 2.5])
def test_profile_below_a_pixel(width: float) -> None:
    raster = picture(64, 64, WHITE, (bar(ENDS, width), BLACK))
    ahead = (ENDS[1] - ENDS[0]) / np.linalg.norm(ENDS[1] - ENDS[0])
    off = 0.3 * np.array([-ahead[1], ahead[0]])
    points = ENDS[0] + np.linspace(5, 45, 40)[:, None] * ahead + off
    p = profiles(raster.pixels.astype(np.float32), points, False, max(width / 2 - 1, 0))
    ink = p.width * (255 - p.color[0]) / 255
    assert np.median(ink) == pytest.approx(width, rel=0.03)
    assert np.median(p.offset) == pytest.approx(-0.3, abs=0.03)


def test_spacing_keeps_a_circle_and_a_line() -> None:
    t = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    circle = spaced(20 * np.stack([np.cos(t), np.sin(t)], axis=1), 1.0, True)
    assert np.linalg.norm(circle, axis=1) == pytest.approx(20, abs=0.02)
    line = spaced(np.array([[0.0, 0], [3, 4], [6, 8]]), 1.0, False)
    assert line == pytest.approx(np.linspace(0, 10, 11)[:, None] * [0.6, 0.8])
    assert smoothed(line, 2.0, False) == pytest.approx(line)


def test_relief_is_nothing_for_a_mix() -> None:
    ground = np.array([[0.0, 0, 0, 255], [200, 100, 0, 255]])
    assert relief(np.array([50.0, 25, 0, 255]), ground) == pytest.approx(0)
    assert relief(np.array([0.0, 0, 50, 255]), ground) == pytest.approx(50)


def test_ends_that_meet_become_one_line() -> None:
    ground, color = np.full((2, 4), 255.0), np.array([0, 0, 0, 255.0])
    x = np.arange(0.0, 11)
    left = Line(np.stack([x, 0 * x], axis=1), 2.0, ground, color, False, (-1, 0))
    right = Line(np.stack([x + 14, 0 * x], axis=1), 2.0, ground, color, False, (0, -1))
    (line,) = joined([left, right], np.array([[12.0, 0]]))
    assert line.length == pytest.approx(24)
    assert line.nodes == (-1, -1)


@pytest.mark.parametrize("enough", [False, True])
def test_the_rest_is_drawn_anew_only_as_fully_as_the_whole_was(enough: bool) -> None:
    raster = picture(64, 64, WHITE, (bar(ENDS, 1.0), BLACK))
    with spending(Budget()):
        outlines = _outlined(raster, ContourPlan())
    assert isinstance(outlines, DrawnOutlines)
    assert outlines.work > 0
    with spending(Budget(work=100 if enough else 0.9 * outlines.work)):
        drawing = with_strokes(raster, outlines, _outlined, ContourPlan())
    assert (drawing is not outlines.drawing) == enough
