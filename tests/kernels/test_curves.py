"""Kernels of curves do what their numpy versions say, to 1e-9."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from svgai.arrays import Floats, Mask, Points
from svgai.draw.outline import refine
from svgai.draw.outline.curves import cubics, gauss_newton, normal_equations, sample_weights
from svgai.draw.outline.curves.cubics import FREE, HELD, Ends
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.curves.gauss_newton import Links, links, relaxed
from svgai.draw.outline.fit import choose, corners, joints
from svgai.draw.outline.fit.corners import find_corners
from svgai.draw.outline.fit.runs import smooth_runs
from svgai.draw.outline.planar.arcs import Arcs
from svgai.kernels import library

pytestmark = pytest.mark.skipif(not library.in_use(), reason="numpy draws here")
SEEDS = range(20)


def agree(found: Iterable[Floats], expected: Iterable[Floats]) -> None:
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


def unit_vectors(chance: np.random.Generator, *shape: int) -> Floats:
    angle = chance.uniform(-np.pi, np.pi, shape)
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def wobbly_arcs(chance: np.random.Generator) -> Arcs:
    """Closed arcs around circles and squares, with a wobble of so many px, and open ones along waves."""
    loops = []
    for closed in (True, True, True, False, False):
        count = int(chance.integers(9, 160))
        turn = np.linspace(0, 2 * np.pi, count, endpoint=not closed)
        radius = count / 7
        if closed:
            walk = np.stack([np.cos(turn), np.sin(turn)], axis=1) * radius
            walk = walk if chance.random() < 0.5 else np.clip(walk, -0.7 * radius, 0.7 * radius)
        else:
            walk = np.stack([turn * radius, np.sin(3 * turn) * radius / 2], axis=1)
        loops.append((walk + chance.normal(0, 0.05, walk.shape), closed))
    counts = np.array([len(walk) for walk, _ in loops])
    return Arcs(
        points=np.concatenate([walk for walk, _ in loops]),
        offsets=np.concatenate([[0], np.cumsum(counts)]),
        closed=np.array([closed for _, closed in loops]),
        left=np.zeros(len(loops), np.int64),
        right=np.ones(len(loops), np.int64),
        tolerance=chance.uniform(0.2, 0.6, len(loops)),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_fit_cubics(seed: int) -> None:
    chance = np.random.default_rng(seed)
    count, samples = 30, int(chance.integers(1, 20))
    points = chance.normal(0, 5, (count, 2, 2))
    hold = chance.choice([FREE, 0.01, HELD], (count, 2))
    length = np.linalg.norm(points[:, 1] - points[:, 0], axis=1) * chance.uniform(1, 1.5, count)
    ends = Ends(points, unit_vectors(chance, count, 2), hold, length)
    share = np.linspace(0, 1, samples + 2)[1:-1, None]
    through = points[:, :1] + share * (points[:, 1:] - points[:, :1]) + chance.normal(0, 0.3, (count, samples, 2))
    weight = (chance.random((count, samples)) < 0.8).astype(np.float64)
    for rounds in (1, 3):
        agree(cubics.fit_cubics(ends, through, weight, rounds), cubics.specified(ends, through, weight, rounds))


@pytest.mark.parametrize("seed", SEEDS)
def test_spans_joints_and_corners(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    arcs = wobbly_arcs(np.random.default_rng(seed))
    runs = smooth_runs(arcs, find_corners(arcs))
    found = joints.candidates(runs)
    start = np.flatnonzero(found.run[:-3] == found.run[3:])
    pairs = np.concatenate([start, start, start]), np.concatenate([start + 1, start + 2, start + 3])
    spans = choose._spans(runs, found, runs.walked, *pairs)
    for module in (joints, corners, choose, cubics):
        monkeypatch.setattr(module, "kernel", lambda _: None)
    specified_corners = find_corners(arcs)
    agree(find_corners(arcs).points, specified_corners.points)
    expected = joints.candidates(runs)
    agree((found.points, found.tangents, found.spread), (expected.points, expected.tangents, expected.spread))
    specified = choose._spans(runs, found, runs.walked, *pairs)
    agree((spans.beziers, spans.cost), (specified.beziers, specified.cost))


@pytest.mark.parametrize("seed", SEEDS)
def test_polynomials(seed: int) -> None:
    chance = np.random.default_rng(seed)
    parameters = np.linspace(-1, 1, 9) + chance.uniform(-0.1, 0.1, (40, 9))
    points = chance.normal(0, 3, (40, 9, 2))
    weight = (np.arange(9) < chance.integers(5, 10, 40)[:, None]).astype(np.float64)
    for degree in (1, 2, 3):
        found = corners._polynomials(parameters, points, weight, degree)
        agree(found, corners.specified(parameters, points, weight, degree))


@pytest.mark.parametrize("seed", SEEDS)
def test_normal_equations(seed: int) -> None:
    chance = np.random.default_rng(seed)
    count, samples = 25, 16
    beziers = np.cumsum(chance.normal(0, 2, (count, 4, 2)), axis=1)
    line = chance.random(count) < 0.3
    beziers[line, 1], beziers[line, 2] = beziers[line, 0], beziers[line, 3]
    guided = (chance.random((count, 2)) < 0.3) & ~line[:, None]
    across = chance.normal(0, 0.2, (count, 2, 2)) * guided[..., None]
    parameters = np.sort(chance.random((count, samples)), axis=1)
    offset = chance.normal(0, 0.3, (count, samples))
    weight = np.maximum(chance.normal(0.5, 0.5, (count, samples)), 0)
    given = beziers, line, guided, across, (parameters, offset, weight)
    agree(normal_equations.equations(*given), normal_equations.specified_equations(*given))


@pytest.mark.parametrize("seed", SEEDS)
def test_relaxed(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step along a closed chain of curves and lines, after 10 conjugate gradients.

    From some 20 on they amplify rounding itself: the numpy version moves by 1e-5 px where its input does by 1e-15.
    """
    monkeypatch.setattr(normal_equations, "_STEPS", 10)
    chance = np.random.default_rng(seed)
    count, samples = 12, 16
    turn = np.linspace(0, 2 * np.pi, 3 * count, endpoint=False)
    walk = np.stack([np.cos(turn), np.sin(turn)], axis=1) * 20 + chance.normal(0, 0.3, (3 * count, 2))
    beziers = np.stack([np.roll(walk, -step, axis=0)[::3] for step in range(4)], axis=1)
    line = chance.random(count) < 0.3
    beziers[line, 1], beziers[line, 2] = beziers[line, 0], beziers[line, 3]
    curves = Curves(beziers, np.array([0, count]), chance.random(count) < 0.3)
    parameters = np.broadcast_to((np.arange(samples) + 0.5) / samples, (count, samples))
    offset, weight = chance.normal(0, 0.3, (count, samples)), chance.random((count, samples))
    given = beziers, links(curves, np.array([True])), parameters, offset, weight, np.zeros((count, 2), bool)
    found = relaxed(*given)
    monkeypatch.setattr(normal_equations, "kernel", lambda _: None)
    agree((found,), (relaxed(*given),))


def samples(chance: np.random.Generator) -> tuple[Points, Mask, Floats]:
    """Lines and cubics, and parameters of 7 samples of each."""
    count = 40
    beziers = np.cumsum(chance.normal(0, 4, (count, 4, 2)), axis=1) + 20
    line = chance.random(count) < 0.3
    beziers[line, 1], beziers[line, 2] = beziers[line, 0], beziers[line, 3]
    return beziers, line, chance.random((count, 7))


@pytest.mark.parametrize("seed", SEEDS)
def test_samples(seed: int) -> None:
    chance = np.random.default_rng(seed)
    beziers, line, parameters = samples(chance)
    at = gauss_newton.places(beziers, line, parameters)
    agree((at,), (gauss_newton.specified_places(beziers, line, parameters),))
    across = normal_equations.specified_normals(beziers, line, parameters)
    agree((normal_equations.normals(beziers, line, parameters),), (across,))
    points = at + chance.normal(0, 1, at.shape)
    feet = cubics.specified_project(beziers, points, parameters)
    agree((cubics.project(beziers, points, parameters),), (feet,))
    sharp, near = chance.random((len(beziers), 2)) < 0.5, chance.uniform(0, 6, len(beziers))
    after = np.append(np.arange(1, len(beziers)), -1)
    chain = Links(line, sharp[:, 0], after - 2, after)
    found = sample_weights.sample_weights(beziers, chain, at, near)
    ends = np.stack([sharp[:, 0], np.append(sharp[1:, 0], True)], axis=1)
    agree((found,), (sample_weights.specified(beziers, ends, at, near),))


@pytest.mark.parametrize("seed", SEEDS)
def test_displacements(seed: int) -> None:
    """The kernel reads between pixels in double precision, OpenCV in single."""
    chance = np.random.default_rng(seed)
    beziers, line, parameters = samples(chance)
    difference = chance.normal(0, 20, (50, 40, 4)).astype(np.float32)
    share = chance.normal(0, 0.004, (len(beziers), 4))
    expected = refine.specified_displacements(difference, beziers, line, share, parameters)
    kernel = library.kernel("displacements")
    assert kernel is not None
    found = np.empty(parameters.shape)
    across = refine._ACROSS
    kernel(50, 40, difference, *parameters.shape, beziers, line, share, parameters, len(across), across, 1.0, found)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert (np.abs(found) < 1).mean() > 0.5
