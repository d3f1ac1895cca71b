from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.arrays import Floats, Mask, Points
from svgai.draw.outline.fit.fit import fit
from tests.draw.contour.outlines import along, arcs_of, distances, is_line, of_points
from tests.truth import disc, polygon, ring, square


@pytest.mark.parametrize(("radius", "most"), [(4.0, 3), (8.0, 3), (16.5, 4), (30.0, 4), (44.0, 5)])
def test_a_disc_takes_few_segments_that_stay_on_it(radius: float, most: int) -> None:
    curves = fit(arcs_of(disc(48.3, 47.8, radius)))
    off = np.linalg.norm(along(curves) - [48.3, 47.8], axis=1) - radius
    assert np.abs(off).max() < 0.2
    assert np.sqrt((off**2).mean()) < 0.08
    assert len(curves.beziers) <= most
    assert not curves.corner.any()


@pytest.mark.parametrize("degrees", [0, 7, 17, 30, 45, 60, 83])
def test_a_square_is_four_lines_and_its_corners_are_exact(degrees: float) -> None:
    corners = square(48.2, 47.7, 50.5, degrees)
    curves = fit(arcs_of(polygon(corners)))
    assert is_line(curves).all()
    assert curves.corner.all()
    assert len(curves.beziers) == 4
    off = np.linalg.norm(curves.beziers[:, None, 0] - corners, axis=2).min(axis=0)
    assert off.max() < 0.06


def test_upright_lines_are_so_to_the_bit() -> None:
    b = fit(arcs_of(polygon(np.array([[20.3, 30.4], [70.6, 30.4], [70.6, 62.1], [20.3, 62.1]])))).beziers
    chords = b[:, 3] - b[:, 0]
    assert ((chords == 0).sum(axis=1) == 1).all()


@pytest.mark.parametrize("degrees", range(3, 90, 12))
def test_a_line_at_any_angle_is_one_line(degrees: float) -> None:
    turn = np.deg2rad(degrees)
    normal = np.array([-np.sin(turn), np.cos(turn)])
    curves = fit(arcs_of(lambda x, y: (x - 48) * normal[0] + (y - 48.3) * normal[1] > 0))
    assert is_line(curves).all()
    assert len(curves.beziers) == 1
    inner = along(curves)[4:-4]
    assert np.abs((inner - [48, 48.3]) @ normal).max() < 0.05


def rounded(x: Floats, y: Floats) -> Mask:
    """A box of 60 × 40 px about (48, 48) with corners of 8 px."""
    qx, qy = np.maximum(np.abs(x - 48) - 22, 0), np.maximum(np.abs(y - 48) - 12, 0)
    return np.asarray(qx**2 + qy**2 < 64)


def test_a_rounded_box_has_its_four_sides_and_smooth_joints() -> None:
    curves = fit(arcs_of(rounded))
    sides = curves.beziers[is_line(curves)]
    assert len(sides) == 4
    assert len(curves.beziers) == 8
    assert ((sides[:, 0] == sides[:, 3]).sum(axis=1) == 1).all()
    assert not curves.corner.any()


def test_smooth_joints_share_their_tangent() -> None:
    curves = fit(arcs_of(lambda x, y: (x - 48) ** 2 / 1600 + (y - 47) ** 2 / 400 + (x - 48) * (y - 47) / 3000 < 1))
    b = curves.beziers
    out, into = b[:, 1] - b[:, 0], np.roll(b[:, 3] - b[:, 2], 1, axis=0)
    sine = (
        (out[:, 0] * into[:, 1] - out[:, 1] * into[:, 0]) / np.linalg.norm(out, axis=1) / np.linalg.norm(into, axis=1)
    )
    assert not curves.corner.any()
    assert np.abs(sine).max() < 1e-9
    assert ((out * into).sum(axis=1) > 0).all()


def test_segments_join_to_the_bit_and_arcs_keep_their_order() -> None:
    arcs = arcs_of(ring(48, 47, 38, 21))
    curves = fit(arcs)
    assert len(curves.offsets) == 3
    for k in (0, 1):
        b = curves.beziers[curves.offsets[k] : curves.offsets[k + 1]]
        assert (b[:, 3] == np.roll(b[:, 0], -1, axis=0)).all()
        own = arcs.points[arcs.offsets[k] : arcs.offsets[k + 1]]
        assert np.linalg.norm(b[:, None, 0] - own, axis=2).min(axis=1).max() < 1


def test_nothing_gives_nothing() -> None:
    curves = fit(of_points(np.zeros((0, 2)), True).take(np.zeros(0, np.int64)))
    assert curves.beziers.shape == (0, 4, 2)
    assert curves.offsets.tolist() == [0]


@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("closed", [False, True])
def test_the_shortest_arcs_are_drawn(count: int, closed: bool) -> None:
    points = np.array([[3.0, 4.0], [4.1, 4.2], [4.8, 5.1], [4.0, 5.9], [3.2, 5.0]])[:count]
    curves = fit(of_points(points, closed))
    assert np.isfinite(curves.beziers).all()
    assert len(curves.beziers) >= 1


def wave(amplitude: float, period: float, turn: float, noise: float, seed: int) -> Points:
    """80 points, 1 px apart in x, on a sine wave turned by an angle, with Gaussian noise."""
    x = np.arange(80.0)
    points = np.stack([x, amplitude * np.sin(2 * np.pi * x / period)], axis=1)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(points @ rotation + 100 + np.random.default_rng(seed).normal(0, noise, points.shape))


waves = st.builds(
    wave, st.floats(0, 6), st.floats(25, 90), st.floats(0, 2 * np.pi), st.floats(0, 0.03), st.integers(0, 99)
)


@settings(max_examples=25, deadline=None)
@given(waves)
def test_open_arcs_hold_the_tolerance_and_keep_their_ends(points: Points) -> None:
    curves = fit(of_points(points, False))
    assert (curves.beziers[0, 0] == points[0]).all()
    assert (curves.beziers[-1, 3] == points[-1]).all()
    # The points beside a node are not trusted, since real ones are rounded there.
    assert distances(points[2:-2], curves).max() <= 0.2 + 0.02
    assert len(curves.beziers) <= 12


@settings(max_examples=15, deadline=None)
@given(waves)
def test_a_quarter_turn_turns_the_curves(points: Points) -> None:
    turned = points[:, ::-1] * [-1, 1]
    here, there = fit(of_points(points, False)), fit(of_points(turned, False))
    assert len(here.beziers) == len(there.beziers)
    assert np.abs(here.beziers[..., ::-1] * [-1, 1] - there.beziers).max() < 1e-4
