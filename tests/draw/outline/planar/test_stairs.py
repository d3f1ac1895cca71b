"""Edges drawn without anti-aliasing."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from svgai.draw.contour.engine import draw
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.outline.planar.stairs import are_stairs
from svgai.drawing import Drawing, Path
from svgai.picture.raster import Raster

SIZE = 60


def shape(slope: float, soft: bool) -> Raster:
    """Black below a line of this slope, with or without anti-aliasing."""
    fine = 16 if soft else 1
    y, x = (np.mgrid[: SIZE * fine, : SIZE * fine] + 0.5) / fine
    below = (y > 10.3 + slope * x).astype(np.float32)
    grey = np.rint(255 * (1 - cv2.resize(below, (SIZE, SIZE), interpolation=cv2.INTER_AREA))).astype(np.uint8)
    return Raster.from_array(np.dstack([grey] * 3))


def drawn(raster: Raster) -> Drawing:
    result = draw(raster, ContourPlan())
    assert isinstance(result, Drawing)
    return result


def crossings(rows: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Where an arc crosses columns 0, 1, …, at these rows."""
    return np.stack([np.arange(len(rows)) + 0.5, rows], axis=1, dtype=np.float64)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (np.floor(np.arange(40) * 0.3), True),
        (np.floor(np.arange(40) * 0.3) + 0.05, True),
        (np.arange(40) * 0.3, False),
        (np.full(40, 7.0), False),
        (np.full(40, 7.5), False),
    ],
)
def test_an_arc_of_stairs_is_one_on_the_lattice_with_steps(rows: NDArray[np.floating[Any]], expected: bool) -> None:
    zero = np.zeros(len(rows), np.int64)
    assert are_stairs(crossings(rows), zero > 0, zero, np.array([False])).tolist() == [expected]


def test_each_arc_is_judged_by_itself() -> None:
    hard, soft = crossings(np.floor(np.arange(40) * 0.3)), crossings(np.arange(40) * 0.3)
    arc = np.repeat([0, 1, 3], 40)
    found = are_stairs(np.concatenate([soft, hard, soft]), arc < 0, arc, np.zeros(4, bool))
    assert found.tolist() == [False, True, False, False]


@pytest.mark.parametrize("slope", [0.15, 0.3, 0.8])
def test_a_hard_slope_is_drawn_as_straight_as_a_soft_one(slope: float) -> None:
    hard, soft = (drawn(shape(slope, soft)) for soft in (False, True))
    assert hard.segment_count <= soft.segment_count + 4
    outline = hard.shapes[-1].outline
    assert isinstance(outline, Path)
    corners = outline.contours[0].starts
    edge = corners[(corners[:, 1] > 0.1) & (corners[:, 1] < SIZE - 0.1)]
    assert len(edge)
    assert np.abs(edge[:, 1] - (10.3 + slope * edge[:, 0])).max() < 0.8


def test_a_hard_disc_is_round() -> None:
    y, x = np.mgrid[:SIZE, :SIZE] + 0.5
    inside = np.hypot(x - 30.2, y - 29.7) < 20
    result = drawn(Raster.from_array(np.where(inside[..., None], 0, 255).astype(np.uint8).repeat(3, axis=2)))
    outline = result.shapes[-1].outline
    assert isinstance(outline, Path)
    assert result.segment_count <= 16
    radii = np.hypot(*(outline.contours[0].starts - [30.2, 29.7]).T)
    assert np.abs(radii - 20).max() < 0.6


def test_upright_and_level_edges_on_the_lattice_stay_exact() -> None:
    pixels = np.full((SIZE, SIZE, 3), 255, np.uint8)
    pixels[10:40, 12:50] = 0
    pixels[30:40, 12:20] = 255
    result = drawn(Raster.from_array(pixels))
    outline = result.shapes[-1].outline
    assert isinstance(outline, Path)
    starts = outline.contours[0].starts
    assert np.abs(starts - np.rint(starts)).max() < 0.02
