from __future__ import annotations

import numpy as np
import pytest

from svgai.arrays import Floats, Mask
from svgai.draw.outline.fit.corners import find_corners
from tests.draw.contour.outlines import arcs_of, of_points
from tests.truth import disc, polygon


@pytest.mark.parametrize("sides", [3, 4, 5, 6, 8, 10, 12])
@pytest.mark.parametrize("turn", [0.05, 0.31])
def test_a_polygon_has_its_corners_where_they_are(sides: int, turn: float) -> None:
    angle = turn + 2 * np.pi * np.arange(sides) / sides
    points = np.stack([48.2 + 40 * np.cos(angle), 47.6 + 40 * np.sin(angle)], axis=1)
    found = find_corners(arcs_of(polygon(points)))
    assert len(found.index) == sides
    assert np.linalg.norm(found.points[:, None] - points, axis=2).min(axis=0).max() < 0.2


@pytest.mark.parametrize("radius", [1.6, 2.0, 3.0, 4.0, 6.0, 10.0, 20.0, 40.0])
def test_a_disc_has_none(radius: float) -> None:
    assert not len(find_corners(arcs_of(disc(48.3, 47.8, radius))).index)


@pytest.mark.parametrize("radius", [3.0, 5.0, 8.0, 14.0])
def test_a_rounding_is_none(radius: float) -> None:
    def inside(x: Floats, y: Floats) -> Mask:
        q = np.maximum(np.abs(np.stack([x - 48.2, y - 47.9])) - (36 - radius), 0)
        return np.asarray((q**2).sum(axis=0) < radius**2)

    assert not len(find_corners(arcs_of(inside)).index)


def test_a_narrow_tip_stays_near_its_points() -> None:
    tip = np.array([[20.0, 40.0], [76.0, 47.0], [20.0, 54.0]])
    arcs = arcs_of(polygon(tip))
    found = find_corners(arcs)
    off = np.linalg.norm(found.points[:, None] - arcs.points, axis=2).min(axis=1)
    assert off.max() <= 1.5 + 1e-9
    assert np.linalg.norm(found.points - tip[1], axis=1).min() < 4


def test_the_ends_of_an_open_arc_are_none() -> None:
    x = np.arange(12.0)
    assert not len(find_corners(of_points(np.stack([x, 0.2 * x], axis=1), False)).index)


def test_a_gentle_bend_is_none() -> None:
    x = np.arange(-20.0, 21.0)
    assert not len(find_corners(of_points(np.stack([x, np.abs(x) * np.tan(np.deg2rad(8))], axis=1), False)).index)
    assert len(find_corners(of_points(np.stack([x, np.abs(x) * np.tan(np.deg2rad(20))], axis=1), False)).index) == 1
