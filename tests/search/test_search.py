"""Proposals, budget and goal, on a made-up engine whose SSIM and bytes are known functions of layer_difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.draw import engines
from svgai.draw.budget import Budget
from svgai.draw.engines import Knob, Plan
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.drawing import Declined, Drawing, PageSize
from svgai.errors import EngineError
from svgai.measure.flaws import Flaws
from svgai.measure.score import Score
from svgai.output.svg import Svg
from svgai.search.search import (
    Candidate,
    Found,
    Goal,
    Proposals,
    in_turn,
    search,
    toward_bytes,
    toward_fidelity,
)

BLANK = Drawing(1, 1, ())


def _knob() -> Knob:
    knob = engines.named("vtracer").knob
    assert knob is not None
    return knob


KNOB = _knob()


def written(size: int, segments: int) -> Svg:
    """An SVG of so many bytes."""
    return Svg("x" * size, 1, 1, PageSize("1", "1"), "", 1, segments)


def candidate(ssim: float, size: int, segments: int = 10, order: int = 0) -> Candidate:
    return Candidate(VtracerPlan(), BLANK, written(size, segments), Score(ssim, 0.5, 0, 0), Flaws(), order)


def engine(plan: Plan, order: int) -> Candidate:
    """SSIM falls 0.004 and bytes 3 % a step of layer_difference."""
    assert isinstance(plan, VtracerPlan)
    x = plan.layer_difference
    svg = written(int(100_000 * 0.97**x), 100)
    return Candidate(plan, BLANK, svg, Score(0.99 - 0.004 * x, 0.5, 0, 0), Flaws(), order)


def run(
    proposals: Proposals,
    goal: Goal,
    budget: Budget | None = None,
    evaluate: Callable[[Plan, int], Candidate | Declined] = engine,
) -> Found:
    """A search in which each plan costs 1."""
    spent = budget or Budget()

    def priced(plan: Plan, order: int) -> Candidate | Declined:
        spent.spend(1)
        return evaluate(plan, order)

    return search(proposals, priced, cost=lambda _: 1.0, goal=goal, budget=spent)


def layer_difference(found: Found) -> int:
    assert isinstance(found.best.plan, VtracerPlan)
    return found.best.plan.layer_difference


@given(st.integers(2, 60))
def test_the_loop_finds_the_coarsest_that_meets_a_target(x: int) -> None:
    target = 0.99 - 0.004 * x - 0.001
    found = run(toward_fidelity([VtracerPlan()], KNOB, Goal(ssim=target), 3), Goal(ssim=target))
    assert found.best.score.ssim >= target
    assert x - 1 <= layer_difference(found) <= x
    assert found.drawn <= 3


@given(st.integers(2, 60))
def test_the_loop_finds_the_finest_that_fits(x: int) -> None:
    most = int(100_000 * 0.97**x) + 1
    found = run(toward_bytes(VtracerPlan(), KNOB, most, 4), Goal(max_bytes=most, byte_weight=0))
    assert found.best.svg.bytes <= most
    assert abs(layer_difference(found) - x) <= 1


def test_the_loop_heeds_delta_e_too() -> None:
    def colorful(plan: Plan, order: int) -> Candidate:
        c = engine(plan, order)
        return replace(c, score=replace(c.score, delta_e=(0.99 - c.score.ssim) * 100))

    goal = Goal(ssim=0.8, delta_e=5)
    found = search(toward_fidelity([VtracerPlan()], KNOB, goal, 3), colorful, lambda _: 1.0, goal, Budget())
    assert 4 <= found.best.score.delta_e <= 5


def test_what_is_out_of_any_reach_is_traced_once() -> None:
    """Pure noise: the next start would trace every speck of it."""
    goal = Goal(ssim=0.85)
    starts = [VtracerPlan(), VtracerPlan(filter_speckle=0)]

    def noise(plan: Plan, order: int) -> Candidate:
        return replace(engine(plan, order), score=Score(0.04, 0.02, 30, 0))

    assert run(toward_fidelity(starts, KNOB, goal, 3), goal, evaluate=noise).drawn == 1


def test_an_impossible_target_ends_nearest() -> None:
    found = run(toward_fidelity([VtracerPlan()], KNOB, Goal(ssim=0.999), 3), Goal(ssim=0.999))
    assert layer_difference(found) == 1


def test_work_and_clock_end_a_search_but_never_before_the_first() -> None:
    plans = [VtracerPlan(layer_difference=x) for x in (30, 20, 10)]
    goal = Goal(byte_weight=0)
    enough = Budget(work=2.5)
    assert run(in_turn(plans), goal, enough).drawn == 2
    assert not enough.time_limited
    assert run(in_turn(plans), goal, Budget(work=0)).drawn == 1
    late = Budget(work=9, deadline=1, clock=lambda: 5)
    assert run(in_turn(plans), goal, late).drawn == 1
    assert late.time_limited


def test_a_drawing_that_work_made_coarser_is_the_last() -> None:
    plans = [VtracerPlan(layer_difference=x) for x in (30, 20, 10)]
    budget = Budget(work=9)

    def coarser(plan: Plan, order: int) -> Candidate:
        budget.affords(100)
        return engine(plan, order)

    assert run(in_turn(plans), Goal(byte_weight=0), budget, coarser).drawn == 1


def test_declined_plans_are_named_and_the_next_is_taken() -> None:
    first, second = VtracerPlan(layer_difference=1), VtracerPlan(layer_difference=2)

    def picky(plan: Plan, order: int) -> Candidate | Declined:
        return Declined("not for me") if plan == first else engine(plan, order)

    found = run(in_turn([first, second], enough=lambda _: True), Goal(), evaluate=picky)
    assert found.best.plan == second
    assert found.declined == ((first, "not for me"),)


def test_ranks() -> None:
    trade = Goal()
    assert trade.rank(candidate(0.99, 5000)) < trade.rank(candidate(0.95, 5000))
    assert trade.rank(candidate(0.99, 500)) < trade.rank(candidate(0.99, 5000))
    # A staircase of pixels: SSIM 1 and the same bytes, but ten times the segments.
    assert trade.rank(candidate(0.995, 5000, 100)) < trade.rank(candidate(1.0, 5000, 1000))
    meets = Goal(ssim=0.9)
    assert meets.rank(candidate(0.91, 500)) < meets.rank(candidate(0.99, 501)) < meets.rank(candidate(0.89, 10))
    fits = Goal(max_bytes=1000, byte_weight=0)
    assert fits.rank(candidate(0.9, 1000)) < fits.rank(candidate(0.99, 1001))


def test_ties_go_to_the_first_drawn() -> None:
    assert Goal().rank(candidate(0.9, 100, order=0)) < Goal().rank(candidate(0.9, 100, order=1))


def test_everything_declined_is_an_error() -> None:
    with pytest.raises(EngineError, match="vtracer: no"):
        search(in_turn([VtracerPlan()]), lambda *_: Declined("no"), lambda _: 1, Goal(), Budget())


def test_a_start_that_cannot_reach_the_goal_gives_way_to_the_next() -> None:
    drawn: list[int] = []

    def filtering(plan: Plan, order: int) -> Candidate:
        c = engine(plan, order)
        assert isinstance(plan, VtracerPlan)
        drawn.append(plan.filter_speckle)
        return replace(c, score=replace(c.score, ssim=c.score.ssim - 0.05 * plan.filter_speckle))

    starts = [VtracerPlan(filter_speckle=3), VtracerPlan(layer_difference=48)]
    goal = Goal(ssim=0.9)
    found = search(toward_fidelity(starts, KNOB, goal, 3), filtering, lambda _: 1.0, goal, Budget())
    assert found.best.score.ssim >= 0.9
    assert drawn[:2] == [3, 0]
    assert 3 not in drawn[1:]


def test_a_guessed_slope_never_takes_more_than_half_the_way() -> None:
    def steep(plan: Plan, order: int) -> Candidate:
        x = KNOB.value(plan)
        return replace(engine(plan, order), score=Score(0.72 + 0.28 * (1 - x / 48), 0.5, 0, 0))

    drawn = []

    def noted(plan: Plan, order: int) -> Candidate:
        drawn.append(KNOB.value(plan))
        return steep(plan, order)

    goal = Goal(ssim=0.85)
    start = [VtracerPlan(layer_difference=48)]
    found = search(toward_fidelity(start, KNOB, goal, 3), noted, lambda _: 1.0, goal, Budget())
    assert drawn[1] >= 24
    assert 0.85 <= found.best.score.ssim < 0.9


def test_noise_that_is_traced_counts_for_nothing() -> None:
    clean, traced = candidate(0.92, 9_000, segments=300), candidate(0.95, 186_000, segments=40_000, order=1)
    assert min((clean, traced), key=Goal(ceiling=lambda: 0.925).rank) is clean
    assert min((candidate(0.92, 9_000), candidate(0.99, 12_000, order=1)), key=Goal().rank).score.ssim == 0.99


def test_of_two_alike_the_one_without_a_flaw_is_kept() -> None:
    plain = candidate(0.97, 1_010, order=1)
    crumbly = replace(candidate(0.971, 1_000), flaws=Flaws(crumbs=40))
    assert min((crumbly, plain), key=Goal().rank) is plain
