"""Outcomes in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.report.text import lines, shown, size
from tests.report.outcomes import BROKEN, GOOD, KEPT, POOR


def test_a_conversion_says_what_was_made_how_and_how_good() -> None:
    text = lines(GOOD)
    for words in (
        *("in/logo.png → out/logo.svg", "PASS", "T1 simple", "few colours", "contour", "one drawing", "3 shapes"),
        *("12 segments", "2.0 kB → 812 B", "SSIM 0.99000", "ΔE 0.25", "0.75 s of 2 s"),
    ):
        assert words in text
    assert "MISS" not in text
    assert "forced" in lines(replace(GOOD, tier_forced=True))
    assert "cut short by the clock" in lines(replace(GOOD, time_limited=True))
    assert "coarser" not in lines(GOOD)
    assert "coarser to keep its time" in lines(replace(GOOD, work_limited=True))


def test_a_miss_says_every_reason_and_that_it_was_late() -> None:
    text = lines(POOR)
    assert [line.strip() for line in text.splitlines() if line.startswith("  MISS")] == [
        f"MISS: {miss}" for miss in POOR.misses
    ]
    assert "MISS late" in text.splitlines()[0]
    assert "best of 3" in text


def test_verbose_adds_parameters_features_seconds_and_declines() -> None:
    more = lines(POOR, verbose=True).removeprefix(lines(POOR))
    for words in ("tolerance 0.2", "flat 0.9", "draw 9.500", "contour declined: noise"):
        assert words in more


def test_failures_name_cause_and_remedy_and_what_was_kept_is_named() -> None:
    assert lines(BROKEN) == "in/a.png: the file is empty; give one"
    assert lines(KEPT) == "in/b.png: skipped, out/b.svg exists"


@given(st.text(st.characters(codec="utf-8")) | st.just("bell\a and line\nbreak") | st.just("caf\udce9"))
def test_a_path_never_breaks_a_line_or_a_terminal(path: str) -> None:
    assert shown(path).isprintable()


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (812_345, "812.3 kB"), (1_200_000, "1.2 MB")]
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text
