"""Which plans are tried, and in which order: quality × tier × target × bytes, on engines that only say how good they
would be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from svgai.draw.engines import Plan, named
from svgai.drawing import Declined
from svgai.measure.judge import TARGETS
from svgai.search import strategy
from svgai.search.search import AIM
from svgai.settings import Settings
from tests.search.test_search import candidate

SMALL, LARGE = 50_000, 1_000_000
NOWHERE = 0.5


def word(plan: Plan) -> str:
    """An engine's name, and behind it how coarse its plan is."""
    knob = named(plan.name).knob
    return f"{plan.name} {knob.value(plan):g}" if knob else plan.name


def tried(
    tier: int, area: int = LARGE, doubtful: bool = False, *, noisy: bool = False, size: int = 1000, **given: Any
) -> list[str]:
    """The plans proposed. ssim: by engine, what its drawings reach; None: it declines. Rest: Settings."""
    ssim = {"contour": 0.999, "gradient": 0.99, "tone": 0.99, "pixels": 0.99, "vtracer": 0.99} | given.pop("ssim", {})
    proposals = strategy.proposals(tier, Settings(**given), area, doubtful, noisy)
    words: list[str] = []
    plan = next(proposals, None)
    while plan is not None:
        words.append(word(plan))
        reached = ssim[plan.name]
        drawn = replace(candidate(reached or 0, size), plan=plan) if reached is not None else Declined("not for me")
        try:
            plan = proposals.send(drawn)
        except StopIteration:
            break
    return words


def engines(words: list[str]) -> list[str]:
    """The engines in the order of their first turn."""
    return list(dict.fromkeys(w.split()[0] for w in words))


def test_one_good_drawing_is_enough_in_flat_and_shaded_art() -> None:
    assert tried(1) == ["contour"]
    assert tried(2) == ["gradient"]


def test_the_other_engine_is_tried_where_the_first_declines_or_is_poor() -> None:
    assert tried(1, ssim={"contour": None}) == ["contour", "gradient"]
    assert tried(1, ssim={"contour": strategy.UNRIVALLED - 0.01}) == ["contour", "gradient"]
    assert tried(1, ssim={"contour": strategy.CONVINCING - 0.001}) == ["contour", "gradient"]
    assert tried(1, ssim={"contour": strategy.CONVINCING}) == ["contour"]
    assert tried(2, ssim={"gradient": None}) == ["gradient", "contour"]


def test_noise_costs_a_flat_drawing_no_rival() -> None:
    flat = {"contour": (strategy.CONVINCING + strategy.CONVINCING_CODED) / 2}
    assert tried(1, noisy=True, ssim=flat) == ["contour"]
    assert tried(1, noisy=True, ssim={"contour": strategy.CONVINCING_CODED - 0.001}) == ["contour", "gradient"]


def test_both_are_tried_where_the_tier_is_doubtful() -> None:
    assert tried(1, doubtful=True) == ["contour", "gradient"]
    assert tried(2, doubtful=True) == ["gradient", "contour"]


@pytest.mark.parametrize("tier", [1, 2])
def test_traces_come_last_and_only_where_nothing_else_is_good(tier: int) -> None:
    found = tried(tier, ssim={"contour": NOWHERE, "gradient": None})
    assert sorted(engines(found)[:2]) == ["contour", "gradient"]
    assert engines(found)[2:] == ["vtracer"]


@pytest.mark.parametrize("tier", [1, 2])
def test_pixels_are_drawn_as_they_are_where_a_small_picture_is_nothing_else(tier: int) -> None:
    found = tried(tier, SMALL, ssim={"contour": NOWHERE, "gradient": None})
    assert sorted(found[:2]) == ["contour", "gradient"]
    assert found[2:] == ["pixels"]


def test_a_photograph_that_looks_right_is_drawn_once() -> None:
    assert tried(3) == ["tone 0"]


def test_a_photograph_below_its_target_is_drawn_finer_and_no_further_than_is_sane() -> None:
    found = [float(w.split()[1]) for w in tried(3, ssim={"tone": NOWHERE})]
    assert found[0] == 0
    assert found[-1] == -4
    assert len(found) <= strategy.STEPS


def test_a_photograph_is_traced_where_its_engine_declines() -> None:
    assert engines(tried(3, ssim={"tone": None})) == ["tone", "vtracer"]


def test_a_target_moves_the_knob_both_ways() -> None:
    assert float(tried(3, target_ssim=0.8)[-1].split()[1]) > 0
    assert float(tried(3, target_ssim=0.999)[-1].split()[1]) < 0


def test_a_small_photograph_may_be_shaded_art() -> None:
    assert engines(tried(3, SMALL, ssim={"gradient": NOWHERE})) == ["gradient", "tone"]
    assert engines(tried(3, LARGE)) == ["tone"]


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_fast_takes_the_first_drawing(tier: int) -> None:
    assert len(tried(tier, quality="fast")) == 1
    assert len(tried(tier, quality="fast", ssim={"contour": None, "gradient": None})) == {1: 3, 2: 3, 3: 1}[tier]


@pytest.mark.parametrize("tier", [1, 2])
def test_a_target_is_searched_for_in_traces_after_all_own_drawings(tier: int) -> None:
    found = tried(tier, target_ssim=0.9)
    assert sorted(found[:2]) == ["contour", "gradient"]
    assert engines(found)[2:] == ["vtracer"]


def test_a_limit_of_bytes_is_approached_from_above() -> None:
    found = tried(1, max_bytes=500, size=5000)
    steps = [int(w.split()[1]) for w in found if w.startswith("vtracer")]
    assert steps[-1] > steps[0]
    assert not tried(3, max_bytes=500, size=5000)[0].startswith(("contour", "gradient"))


def test_ultra_refines_until_nothing_is_gained() -> None:
    steps = [int(w.split()[1]) for w in tried(1, quality="ultra") if w.startswith("vtracer")]
    assert steps[-1] == steps[-2] // 2, "a drawing that is no better ends it"
    assert float(tried(3, quality="ultra", ssim={"tone": 0.9})[-1].split()[1]) < 0
    assert engines(tried(1, quality="ultra")) == ["contour", "gradient", "vtracer"]


@pytest.mark.parametrize("tier", [1, 2, 3])
@pytest.mark.parametrize("plan", ["contour", "gradient", "tone", "vtracer"])
def test_a_named_engine_is_alone(plan: str, tier: int) -> None:
    for given in ({}, {"target_ssim": 0.9}, {"max_bytes": 500}, {"quality": "ultra"}, {"quality": "fast"}):
        assert engines(tried(tier, plan=plan, **given)) == [plan]


def test_an_engine_whose_parameters_are_pinned_is_first_and_keeps_them() -> None:
    pinned = {"vtracer": {"layer_difference": 40}}
    assert set(tried(1, parameters=pinned)) == {"vtracer 40"}
    assert tried(2, parameters={"contour": {"max_colors": 5}}) == ["contour"]


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_aims(tier: int) -> None:
    promised = TARGETS[tier]
    assert strategy.goal(tier, Settings(target_ssim=0.7), LARGE).ssim == 0.7 + AIM
    assert strategy.goal(tier, Settings(target_ssim=1.0), LARGE).ssim == 1
    assert strategy.goal(tier, Settings(), LARGE).ssim == (promised.ssim + AIM if tier == 3 else None)
    assert strategy.goal(tier, Settings(quality="ultra"), LARGE).byte_weight == 0
    assert strategy.goal(tier, Settings(max_bytes=9), LARGE).byte_weight == 0
    assert strategy.goal(tier, Settings(), LARGE).byte_weight > 0
    assert strategy.targets(tier, Settings(target_ssim=0.7)) == replace(promised, ssim=0.7)


def test_budgets_by_quality_and_time() -> None:
    for tier in (1, 2, 3):
        plain, ultra = (strategy.budget(tier, Settings(quality=q), lambda: 1e9) for q in ("balanced", "ultra"))
        assert plain.work == TARGETS[tier].seconds < ultra.work
        assert plain.allows(0)
        assert ultra.allows(0)
        said = strategy.budget(tier, Settings(max_time=7), lambda: 8)
        assert said.work == 7
        assert not said.allows(0)
        assert said.time_limited


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_work_grows_with_the_picture(tier: int) -> None:
    for plan in strategy.candidates(tier, Settings(), SMALL):
        assert 0 < strategy.work(plan, SMALL, tier) <= strategy.work(plan, LARGE, tier)
