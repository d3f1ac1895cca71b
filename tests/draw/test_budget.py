"""Work is counted, and what is too dear is drawn coarser: never not at all."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.arrays import Pixels
from svgai.draw.budget import Budget, affords, left, spend, spending, spent
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.fit.fit import curves_of, simplified
from svgai.draw.outline.planar.arcs import Arcs
from svgai.measure.judge import TARGETS
from svgai.pipeline import Conversion, convert
from svgai.settings import Settings
from tests.pictures import opaque


def test_without_a_budget_everything_is_affordable() -> None:
    spend(1e9)
    assert affords(1e9)
    assert (left(), spent()) == (math.inf, 0)


def test_a_budget_is_spent_and_remembers_what_it_refused() -> None:
    budget = Budget(work=3)
    with spending(budget):
        spend(2)
        assert affords(1)
        assert not budget.work_limited
        assert not affords(1.5)
        assert (left(), spent()) == (1, 2)
    assert (budget.spent, budget.work_limited, budget.time_limited) == (2, True, False)
    assert affords(1.5)


def test_the_clock_ends_a_budget_for_good() -> None:
    times = iter([1.0, 3.0])
    budget = Budget(work=3, deadline=2, clock=lambda: next(times))
    assert budget.affords(1)
    assert not budget.affords(1)
    assert (budget.work_limited, budget.time_limited) == (False, True)


@pytest.mark.parametrize("inner", [0.5, math.inf])
def test_budgets_nest(inner: float) -> None:
    with spending(Budget(work=1)):
        with spending(Budget(work=inner)):
            assert affords(0.7) == (inner > 1)
        assert affords(1)


def triangles(side: int) -> Pixels:
    """Sierpinski's gasket, a triangle at every 4 px, with soft edges."""
    y, x = np.mgrid[: 4 * side, : 4 * side] // 4
    fine = (((x // 4) & (y // 4)) == 0) & (x % 4 + y % 4 < 4)
    return np.asarray(255 * (1 - fine.reshape(side, 4, side, 4).mean(axis=(1, 3))), np.uint8)


def drawn(work: float) -> Conversion:
    """A picture of many short edges, drawn by the contour engine within some work."""
    image = opaque(np.repeat(triangles(96)[..., None], 3, axis=2))
    targets = TARGETS | {1: replace(TARGETS[1], seconds=work)}
    return convert(image, Settings(tier=1, plan="contour", targets=targets))


def test_less_work_is_a_coarser_drawing_of_the_same_engine() -> None:
    whole, cut, least = drawn(60), drawn(0.3), drawn(1e-6)
    assert not whole.work_limited
    assert cut.work_limited
    assert least.work_limited
    assert least.work < cut.work < whole.work
    assert least.svg.shapes
    assert cut.score.ssim > least.score.ssim > least.score.floor


def corners(closed: bool) -> Arcs:
    """One arc of 40 points, on two sides of a square of 20 px, and back if closed."""
    steps = np.arange(20.0)
    there = np.concatenate([np.stack([steps, 0 * steps], 1), np.stack([0 * steps + 20, steps], 1)])
    points = np.concatenate([there, 20 - there]) if closed else there
    one = np.ones(1, np.int64)
    return Arcs(points, np.array([0, len(points)]), np.array([closed]), 0 * one, one, np.array([0.2]))


@pytest.mark.parametrize(("closed", "left_over"), [(True, 4), (False, 3)])
def test_lines_stand_for_curves_that_are_not_affordable(closed: bool, left_over: int) -> None:
    arcs = corners(closed)
    with spending(Budget(work=0)):
        curves = curves_of(arcs)
    assert isinstance(curves, Curves)
    assert len(simplified(arcs).points) == left_over
    assert len(curves.beziers) == left_over - (not closed)


# A walk to the right; around a point; around one, from a node and back to it.
WALKS = ("open", "closed", "loop")


@given(st.lists(st.floats(1, 9), min_size=4, max_size=40), st.sampled_from(WALKS))
def test_simplified_arcs_stay_within_their_tolerance_and_keep_their_nodes(far: list[float], walk: str) -> None:
    turn = np.arange(len(far)) * 2 * np.pi / len(far)
    around = 9 + np.array(far)[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    points = {
        "open": np.stack([2.0 * np.arange(len(far)), far], axis=1),
        "closed": around,
        "loop": np.concatenate([around, around[:1]]),
    }[walk]
    one = np.ones(1, np.int64)
    closed = walk == "closed"
    arcs = Arcs(points, np.array([0, len(points)]), np.array([closed]), 0 * one, one, np.array([0.5]))
    found = simplified(arcs).points
    assert len(found) >= (3 if closed or walk == "loop" else 2)
    if not closed:
        assert (found[[0, -1]] == points[[0, -1]]).all()
    ends = np.roll(found, -1, axis=0) if closed else np.concatenate([found[1:], found[-1:]])
    lines = np.stack([found, ends], axis=1)
    assert all(distance(point, lines) <= 0.5 + 1e-3 for point in points)


def distance(point: np.ndarray, lines: np.ndarray) -> float:
    """From a point, (2,), to the nearest of some segments, (n, 2, 2)."""
    start, way = lines[:, 0], lines[:, 1] - lines[:, 0]
    along = ((point - start) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-12)
    nearest = start + np.clip(along, 0, 1)[:, None] * way
    return float(np.linalg.norm(point - nearest, axis=1).min())
