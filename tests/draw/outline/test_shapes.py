from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.arrays import Floats, Mask
from svgai.draw.outline.fit.fit import fit
from svgai.draw.outline.shapes import idealized, recognized
from svgai.drawing import Ellipse, Rect
from tests.draw.contour.outlines import along, arcs_of, is_line, of_points
from tests.truth import Inside, disc, polygon, ring, square


def shape_of(inside: Inside) -> Ellipse | Rect | None:
    arcs = arcs_of(inside)
    return recognized(arcs, fit(arcs)).get(0)


def ellipse(rx: float, ry: float, degrees: float = 0) -> Inside:
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return lambda x, y: (
        (((x - 48.3) * c + (y - 47.6) * s) / rx) ** 2 + (((y - 47.6) * c - (x - 48.3) * s) / ry) ** 2 < 1
    )


def rounded(width: float, height: float, radius: float) -> Inside:
    def inside(x: Floats, y: Floats) -> Mask:
        qx = np.maximum(np.abs(x - 48.3) - (width / 2 - radius), 0)
        qy = np.maximum(np.abs(y - 47.6) - (height / 2 - radius), 0)
        return np.asarray(qx**2 + qy**2 < radius**2)

    return inside


@pytest.mark.parametrize("radius", [3.0, 5.5, 12.0, 40.2])
def test_a_disc_is_a_circle(radius: float) -> None:
    shape = shape_of(disc(48.3, 47.6, radius))
    assert isinstance(shape, Ellipse)
    assert shape.rx == shape.ry == pytest.approx(radius, abs=0.06)
    assert (shape.cx, shape.cy) == pytest.approx((48.3, 47.6), abs=0.03)


def test_an_ellipse_is_one() -> None:
    shape = shape_of(ellipse(36, 21.5))
    assert isinstance(shape, Ellipse)
    assert (shape.rx, shape.ry) == pytest.approx((36, 21.5), abs=0.06)


def test_a_rectangle_is_one() -> None:
    shape = shape_of(polygon(np.array([[20.3, 30.4], [70.6, 30.4], [70.6, 62.1], [20.3, 62.1]])))
    assert isinstance(shape, Rect)
    assert (shape.x, shape.y, shape.width, shape.height) == pytest.approx((20.3, 30.4, 50.3, 31.7), abs=0.06)
    assert shape.radius == 0


@pytest.mark.parametrize("radius", [4.0, 9.0, 16.0, 20.0])
def test_a_rounded_rectangle_is_one(radius: float) -> None:
    shape = shape_of(rounded(62, 40, radius))
    assert isinstance(shape, Rect)
    assert (shape.width, shape.height) == pytest.approx((62, 40), abs=0.08)
    assert shape.radius == pytest.approx(radius, abs=0.3)


@pytest.mark.parametrize(
    "inside",
    [
        ellipse(36, 21.5, degrees=4),
        polygon(square(48, 48, 50, 3)),
        polygon(np.array([[20.0, 30], [70, 30], [76, 36], [76, 62], [20, 62]])),
        lambda x, y: np.abs((x - 48) / 40) ** 2.5 + np.abs((y - 48) / 30) ** 2.5 < 1,
        lambda x, y: (x - 48) ** 2 / 900 + (y - 48) ** 2 / (400 * (1 + (x - 48) / 120)) < 1,
        polygon(np.stack([48 + 40 * np.cos(a := np.arange(10) * np.pi / 5), 48 + 40 * np.sin(a)], axis=1)),
    ],
    ids=["turned ellipse", "turned square", "cut corner", "superellipse", "egg", "decagon"],
)
def test_what_is_none_stays_a_path(inside: Inside) -> None:
    assert shape_of(inside) is None


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.6, 3))
def test_a_wobbly_disc_is_no_circle(seed: int, size: float) -> None:
    t = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    order = 3 + seed % 4
    radius = 25 + size * np.cos(order * t + seed)
    arcs = of_points(np.stack([radius * np.cos(t), radius * np.sin(t)], axis=1) + 48, True)
    assert not any(isinstance(shape, Ellipse) for shape in recognized(arcs, fit(arcs)).values())


def test_an_open_arc_is_none() -> None:
    t = np.linspace(0, 2 * np.pi, 100)
    arcs = of_points(np.stack([20 * np.cos(t), 20 * np.sin(t)], axis=1), False)
    assert not recognized(arcs, fit(arcs))


def test_an_idealized_ring_is_two_circles_walked_as_before() -> None:
    arcs = arcs_of(ring(48.3, 47.6, 38, 20))
    curves = fit(arcs)
    ideal = idealized(curves, recognized(arcs, curves))
    assert np.diff(ideal.offsets).tolist() == [4, 4]
    distance = np.linalg.norm(along(ideal) - [48.3, 47.6], axis=1)
    assert np.minimum(np.abs(distance - 38), np.abs(distance - 20)).max() < 0.06
    for k in (0, 1):
        p = arcs.points[arcs.offsets[k] : arcs.offsets[k + 1]]
        q = ideal.beziers[ideal.offsets[k] : ideal.offsets[k + 1], 0]
        assert np.sign(turning(p)) == np.sign(turning(q))


def turning(p: np.ndarray) -> float:
    """Twice the signed area of a polygon."""
    q = np.roll(p, -1, axis=0)
    return float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum())


@pytest.mark.parametrize("radius", [4.0, 20.0])
def test_an_idealized_rounded_box_has_its_lines(radius: float) -> None:
    arcs = arcs_of(rounded(62, 40, radius))
    curves = fit(arcs)
    ideal = idealized(curves, recognized(arcs, curves))
    assert is_line(ideal).sum() == (4 if radius < 20 else 2)
    assert (ideal.beziers[:, 3] == np.roll(ideal.beziers[:, 0], -1, axis=0)).all()
    assert not ideal.corner.any()
