from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.draw.outline.curves.cubics import FREE, HELD, Ends, evaluate, fit_cubics, project

coordinate = st.floats(-4, 4)


def cubic(ax: float, ay: float, bx: float, by: float) -> np.ndarray:
    """A cubic of 40 px along x, its controls up to 4 px off a third and two thirds of the way."""
    return np.array([[[0, 0], [40 / 3 + ax, ay], [80 / 3 + bx, by], [40, 0]]], np.float64)


def ends_of(b: np.ndarray, hold: float) -> Ends:
    arms = np.stack([b[:, 1] - b[:, 0], b[:, 2] - b[:, 3]], axis=1)
    tangents = arms / np.linalg.norm(arms, axis=2, keepdims=True)
    return Ends(b[:, [0, 3]], tangents, np.full((1, 2), hold), np.array([44.0]))


@settings(max_examples=60, deadline=None)
@given(coordinate, coordinate, coordinate, coordinate, st.sampled_from([FREE, HELD]))
def test_points_of_a_cubic_give_it_back(ax: float, ay: float, bx: float, by: float, hold: float) -> None:
    b = cubic(ax, ay, bx, by)
    points = evaluate(b, np.linspace(0, 1, 32)[None, 1:-1])
    found, distance = fit_cubics(ends_of(b, hold), points, np.ones((1, 30)), 20)
    # Twenty rounds come that near where the handles are far from thirds, most of it within three.
    assert distance.max() < 0.15
    assert (found[:, [0, 3]] == b[:, [0, 3]]).all()


def test_a_held_handle_lies_on_its_tangent() -> None:
    b = cubic(2, 6, -1, -5)
    ends = ends_of(b, HELD)
    points = evaluate(b, np.linspace(0.1, 0.9, 12)[None]) + np.array([0.0, 0.7])
    found, _ = fit_cubics(ends, points, np.ones((1, 12)), 4)
    arms = np.stack([found[:, 1] - found[:, 0], found[:, 2] - found[:, 3]], axis=1)
    cross = arms[..., 0] * ends.tangents[..., 1] - arms[..., 1] * ends.tangents[..., 0]
    assert np.abs(cross).max() < 1e-12


def test_no_points_give_thirds() -> None:
    b = cubic(0, 0, 0, 0)
    found, distance = fit_cubics(ends_of(b, HELD), np.zeros((1, 4, 2)), np.zeros((1, 4)), 2)
    assert np.allclose(found[0, :, 0], [0, 44 / 3, 40 - 44 / 3, 40])
    assert (distance == 0).all()


def test_feet_are_found() -> None:
    b = cubic(1, 8, 2, 8)
    u = np.linspace(0.1, 0.9, 9)[None]
    start = u + 0.03
    for _ in range(4):
        start = project(b, evaluate(b, u), start)
    assert np.abs(start - u).max() < 1e-6
