"""Where lines are, what they are, how gaps in them close, and strokes moved to their ink."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.arrays import Points
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.contour.strokes.find import traced
from svgai.draw.contour.strokes.fit import fitted
from svgai.draw.contour.strokes.gaps import bridge, heading, repaired
from svgai.draw.contour.strokes.line import Line
from svgai.draw.contour.strokes.masks import thin_masks
from svgai.draw.contour.strokes.refine import centred
from svgai.draw.contour.strokes.stroke import Stroke
from svgai.draw.contour.strokes.style import long_enough, styled
from svgai.draw.contour.strokes.trial import StrokeTrial, overlaid, paying
from svgai.draw.contour.strokes.with_strokes import _lines
from svgai.drawing import Color, Drawing, Flat, Rect, Shape
from svgai.picture.alpha import premultiply
from svgai.picture.raster import Raster
from tests.draw.contour.strokes.test_strokes import bar
from tests.truth import BLACK, RED, WHITE, Inside, disc, picture, ring

TOLERANCE = ContourPlan().tolerance
PAGE = Shape(Rect(0, 0, 64, 64), Flat(Color(255, 255, 255)))
PALETTE = Palette.of(np.array([WHITE, BLACK], np.uint8))


def ends(degrees: float, length: float = 40) -> Points:
    turn = np.deg2rad(degrees)
    ahead = np.array([np.cos(turn), np.sin(turn)]) * length / 2
    return np.array([32.2, 31.7]) + np.stack([-ahead, ahead])


def thin_lines(raster: Raster) -> list[Line]:
    premultiplied = premultiply(raster.pixels)
    return _lines(premultiplied.astype(np.float32), [traced(mask) for mask in thin_masks(premultiplied)], 0)


def drawn_bar(width: float, degrees: float) -> Raster:
    return picture(64, 64, WHITE, (bar(ends(degrees), width), BLACK))


def same_ends(line: Line, wanted: Points) -> float:
    """How far a line's ends are from where they should be, px."""
    found = line.points[[0, -1]]
    return float(min(np.abs(found - w).max() for w in (wanted, wanted[::-1])))


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 180), st.floats(0.8, 3.5))
def test_a_bar_is_one_line_as_wide_and_as_long(degrees: float, width: float) -> None:
    (line,) = thin_lines(drawn_bar(width, degrees))
    ink = line.width * (255 - line.color[:3].mean()) / 255
    assert ink == pytest.approx(width, rel=0.08)
    assert line.length == pytest.approx(40, abs=0.8)
    assert same_ends(line, ends(degrees)) < 0.5
    assert not line.closed


def test_a_ring_is_one_closed_line() -> None:
    (line,) = thin_lines(picture(64, 64, WHITE, (ring(31.8, 32.3, 21, 19), BLACK)))
    assert line.closed
    assert line.length == pytest.approx(2 * np.pi * 20, rel=0.01)
    assert np.hypot(*(line.points - [31.8, 32.3]).T) == pytest.approx(20, abs=0.1)


@pytest.mark.parametrize("inside", [disc(32, 32, 12), disc(32, 32, 2.2)], ids=["large", "a dot"])
def test_a_disc_has_no_line(inside: Inside) -> None:
    assert not thin_lines(picture(64, 64, WHITE, (inside, BLACK)))


def test_a_gap_closes_along_the_line() -> None:
    points = np.stack([np.arange(30.0), 2 + 0 * np.arange(30.0)], axis=1)
    bad = (np.arange(30) > 11) & (np.arange(30) < 18)
    spoilt = points + np.where(bad, 1.5, 0)[:, None] * [0, 1]
    mended = repaired(spoilt, bad, False, 1.0)
    assert np.abs(mended[:, 1] - 2).max() < 0.05
    assert (mended[[0, -1]] == points[[0, -1]]).all()


def test_without_a_gap_nothing_is_repaired() -> None:
    points = np.random.default_rng(1).normal(size=(9, 2))
    assert (repaired(points, np.zeros(9, bool), False, 1.0) == points).all()


@given(st.floats(-3, 3), st.integers(2, 12))
def test_a_heading_is_the_direction_of_the_last_points(angle: float, count: int) -> None:
    ahead = np.array([np.cos(angle), np.sin(angle)])
    last = heading(np.arange(count)[:, None] * ahead)
    assert last.place == pytest.approx((count - 1) * ahead)
    assert last.ahead == pytest.approx(ahead)
    assert last.bend == pytest.approx(0)


@pytest.mark.parametrize("bend", [-0.05, 0.03])
def test_a_heading_follows_the_bend_of_the_last_points(bend: float) -> None:
    angle = np.arange(20) * bend
    points = np.stack([np.sin(angle), 1 - np.cos(angle)], axis=1) / bend
    last = heading(points)
    assert last.ahead == pytest.approx([np.cos(angle[-1]), np.sin(angle[-1])], abs=0.01)
    assert last.bend == pytest.approx(bend, rel=0.02)


def test_a_gap_in_a_ring_is_closed_by_its_bend() -> None:
    angle = np.deg2rad(np.arange(35, 325, 4.0))
    arc = 20 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    closing = bridge(heading(arc), heading(arc[::-1]), np.array([30.0, 0.0]), 1.0)
    assert np.linalg.norm(closing, axis=1) == pytest.approx(20, abs=0.6)


def line_of(points: Points, width: float = 2.0) -> Line:
    ground, color = np.full((2, 4), 255.0), np.array([0, 0, 0, 255.0])
    return Line(points, width, ground, color, False, (-1, -1))


def stroke_of(points: Points, width: float = 2.0) -> Stroke:
    (stroke,) = fitted([line_of(points, width)], TOLERANCE)
    return stroke


def walk(wanted: Points, step: float = 1.0) -> Points:
    length = float(np.linalg.norm(wanted[1] - wanted[0]))
    share = np.linspace(0, 1, round(length / step) + 1)[:, None]
    return np.asarray(wanted[0] + share * (wanted[1] - wanted[0]))


def test_nearly_equal_widths_become_one_and_colours_the_palettes() -> None:
    near = [line_of(walk(ends(a)), w) for a, w in ((0, 2.0), (50, 2.03), (90, 1.98), (120, 6.0))]
    near[0] = replace(near[0], color=np.array([3.0, 2, 4, 255]))
    found = styled(near, PALETTE)
    widths = sorted(round(line.width, 9) for line in found)
    assert widths[0] == widths[1] == widths[2] == pytest.approx(2, abs=0.03)
    assert widths[3] == 6
    assert {tuple(line.color.tolist()) for line in found} == {(0, 0, 0, 255)}


def test_a_line_no_longer_than_wide_is_none() -> None:
    short = line_of(walk(np.array([[30.0, 30], [33, 30]])), 4.0)
    assert not long_enough([short])
    assert long_enough([line_of(walk(ends(20)))])


def test_a_straight_line_is_a_stroke_of_one_segment() -> None:
    stroke = stroke_of(walk(ends(33)))
    assert len(stroke.beziers) == 1
    assert np.abs(stroke.beziers[0, [0, 3]] - ends(33)).max() < 0.05


@pytest.mark.parametrize("degrees", [12, 45, 100])
@pytest.mark.parametrize("off", [-0.45, 0.3])
def test_a_stroke_beside_its_ink_goes_there(degrees: float, off: float) -> None:
    raster = drawn_bar(2.0, degrees)
    side = np.diff(ends(degrees), axis=0)[0][::-1] * [-1, 1] / 40
    (moved,) = centred([stroke_of(walk(ends(degrees) + off * side))], premultiply(raster.pixels))
    left = (moved.beziers[0, [0, 3]] - ends(degrees)) @ side
    assert np.abs(left).max() < 0.06


def trial_of(raster: Raster) -> StrokeTrial:
    return StrokeTrial(raster, premultiply(raster.pixels), ContourPlan().decimals)


def test_a_stroke_on_its_ink_pays_and_one_elsewhere_does_not() -> None:
    raster = drawn_bar(2.0, 30)
    there, elsewhere = stroke_of(walk(ends(30))), stroke_of(walk(ends(30) + [0, 14]))
    trial = trial_of(raster)
    before = trial.error(Drawing(64, 64, (PAGE, *overlaid(Drawing(64, 64, ()), [there]).shapes)))
    assert paying([there], before, trial.likely_error([there])) == [there]
    assert paying([elsewhere], before, trial.likely_error([elsewhere])) == []


def test_what_is_erased_is_gone_and_the_rest_stays() -> None:
    raster = picture(64, 64, WHITE, (bar(ends(30), 2), BLACK), (disc(52, 10, 5), RED))
    left = trial_of(raster).erased([stroke_of(walk(ends(30)))])
    assert (left.pixels[:, :46, :3] > 200).all()
    assert (left.pixels[4:16, 46:58] == raster.pixels[4:16, 46:58]).all()


def test_a_stroke_too_thin_and_too_short_grows_to_its_ink() -> None:
    wanted = ends(30)
    raster = drawn_bar(3.0, 30)
    ahead = np.diff(wanted, axis=0)[0] / 40
    shy = stroke_of(walk(np.stack([wanted[0] + 0.8 * ahead, wanted[1]])), 2.7)
    (grown,) = trial_of(raster).refined([shy])
    assert grown.width == pytest.approx(3, abs=0.06)
    assert np.abs(grown.beziers[0, 0] - wanted[0]).max() < 0.25
