from __future__ import annotations

import pytest

from svgai.measure.flaws import Flaws
from svgai.measure.judge import TARGETS, Targets, judge
from svgai.measure.score import Score

GOOD = Score(ssim=0.96, floor=0.5, delta_e=0.2, alpha_error=0.0)


def test_each_number_can_miss_alone() -> None:
    assert judge(GOOD, Flaws(), 1, TARGETS[1], 1).passed
    for bad in (
        Score(0.94, 0.5, 0.2, 0),
        Score(0.96, 0.95, 0.2, 0),
        Score(0.96, 0.5, 1.6, 0),
        Score(0.96, 0.5, 0.2, 0.011),
    ):
        verdict = judge(bad, Flaws(), 1, TARGETS[1], 1)
        assert (verdict.word, len(verdict.misses)) == ("MISS", 1)


def test_on_one_flat_color_delta_e_and_alpha_decide() -> None:
    assert judge(Score(0.5, 0.9995, 0.1, 0), Flaws(), 1, TARGETS[1], 1).passed
    assert not judge(Score(1.0, 0.9995, 9.0, 0), Flaws(), 1, TARGETS[1], 1).passed


def test_ssim_counts_at_five_decimals() -> None:
    assert judge(Score(0.949996, 0.5, 0, 0), Flaws(), 1, TARGETS[1], 1).passed
    assert not judge(Score(0.949994, 0.5, 0, 0), Flaws(), 1, TARGETS[1], 1).passed


def test_time_is_judged_beside_quality() -> None:
    late = judge(GOOD, Flaws(), 1, TARGETS[1], 2.1)
    assert late.passed
    assert not late.in_time


def test_bytes_over_the_limit_miss() -> None:
    assert judge(GOOD, Flaws(), 1, TARGETS[1], 1, excess_bytes=5).misses == ("5 bytes over the limit",)


@pytest.mark.parametrize("numbers", [(0, 1, 1), (1.1, 1, 1), (0.9, 0, 1), (0.9, 1, 0)])
def test_impossible_targets_cannot_be_built(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="target"):
        Targets(*numbers)
