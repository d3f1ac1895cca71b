"""Hidden edges are drawn simply, and nothing that shows changes by it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from svgai.arrays import Points
from svgai.draw.contour.engine import draw
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.outline.planar.planar_map import planar_map
from svgai.draw.outline.stack import stack as stacking
from svgai.draw.outline.stack.beneath import simplified
from svgai.draw.outline.stack.cover import Cover
from svgai.drawing import Drawing
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.raster import Raster
from tests.draw.outline.planar.test_planar_map import half
from tests.truth import BLACK, BLUE, RED, WHITE, disc, picture, polygon


def cover(top: NDArray[np.bool_]) -> Cover:
    """On a page of (h, w): the face at place 1 where `top` is, else that at place 0; with a ring."""
    return Cover(np.pad(top.astype(np.int32), 1, mode="edge"), 1)


def line(start: tuple[float, float], end: tuple[float, float]) -> Points:
    """Points of a line, half a pixel apart."""
    count = int(2 * np.hypot(end[0] - start[0], end[1] - start[1]))
    share = np.linspace(0, 1, count + 1)[:, None]
    return np.asarray(np.array(start) + share * (np.array(end) - start))


def corner(*points: tuple[float, float]) -> Points:
    return np.concatenate([line(points[k], points[k + 1]) for k in range(len(points) - 1)])


TOP = np.zeros((40, 40), bool)
TOP[5:35, 10:] = True


def test_an_edge_may_go_straight_beneath_what_covers_it() -> None:
    around = corner((11, 8), (30, 8), (30, 30), (11, 30))
    assert cover(TOP).hides(around, line((11, 8), (11, 30)), 0)


def test_an_edge_may_not_come_out() -> None:
    assert not cover(TOP).hides(line((11, 8), (11, 30)), corner((11, 8), (4, 20), (11, 30)), 0)


def test_an_edge_may_not_take_what_shows_between_its_old_and_its_new_way() -> None:
    holed = TOP.copy()
    holed[16:22, 18:22] = False
    around = corner((11, 8), (30, 8), (30, 30), (11, 30))
    assert not cover(holed).hides(around, line((11, 8), (11, 30)), 0)


def test_what_lies_no_higher_hides_nothing() -> None:
    around = corner((11, 8), (30, 8), (30, 30), (11, 30))
    assert not cover(TOP).hides(around, line((11, 8), (11, 30)), 1)


def test_what_is_beyond_the_page_is_looked_at_as_its_border() -> None:
    assert cover(np.ones((20, 20), bool)).hides(line((3, 10), (24, 12)), line((3, 10), (24, 12)), 0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_each_pixel_has_the_place_of_its_face(seed: int) -> None:
    labels = np.random.default_rng(seed).integers(0, 3, (7, 9)).astype(np.int16)
    planar = planar_map(labels, half)
    place = np.arange(len(planar.face_label))
    found = Cover.of(planar, place, np.ones(len(place), bool)).place
    assert (planar.face_label[found] == labels).all()
    assert (np.bincount(found.ravel(), minlength=len(place)) == planar.face_area).all()


def test_visible_segments_stay_to_the_bit() -> None:
    beziers = np.array(
        [[[11, 8]] * 2 + [[30, 8]] * 2, [[30, 8]] * 2 + [[30, 30]] * 2, [[30, 30]] * 2 + [[11, 30]] * 2]
    )
    outer = np.array([[[11, 30]] * 2 + [[2, 20]] * 2, [[2, 20]] * 2 + [[11, 8]] * 2])
    contour = np.concatenate([beziers, outer]).astype(float)
    hidden = np.array([True, True, True, False, False])
    found = simplified(contour, hidden, 0, cover(TOP))
    assert len(found) == 3
    assert (found[1:] == outer).all()


def shown(raster: Raster) -> tuple[Drawing, NDArray[np.int64]]:
    drawing = draw(raster, ContourPlan())
    assert isinstance(drawing, Drawing)
    return drawing, render(write(drawing), 3 * raster.width, 3 * raster.height).pixels.astype(np.int64)


def test_a_drawing_looks_the_same_in_fewer_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    wave = polygon(np.array([[8.2, 50.1], [20, 12], [50, 8], [84, 20], [88, 52]]))
    raster = picture(96, 72, WHITE, (wave, BLUE), (disc(60, 40, 22), RED), (disc(74, 46, 12), BLACK))
    drawing, seen = shown(raster)
    monkeypatch.setattr(stacking, "simplified", lambda contour, *_: contour)
    whole, was = shown(raster)
    assert drawing.segment_count < whole.segment_count
    # At its ends a hidden edge comes out at another angle: a tenth of a pixel there.
    assert np.abs(seen - was).max() <= 25
