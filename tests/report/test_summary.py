"""Totals over many outcomes, and the table of them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.report.summary import FAILURES_NAMED, NAMED, Summary, quantile
from svgai.report.table import table
from tests.report.outcomes import BROKEN, EVERY, GOOD, POOR


def summed(*outcomes: object) -> Summary:
    summary = Summary()
    for outcome in outcomes:
        summary.add(outcome)  # type: ignore[arg-type]
    return summary


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0, 1))
def test_a_quantile_is_one_of_the_values_and_enough_are_no_greater(values: list[float], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(v <= found for v in values) >= share * len(values)
    assert sum(v < found for v in values) < max(share * len(values), 1)


def test_every_outcome_is_counted_once() -> None:
    s = summed(*EVERY)
    assert (s.images, s.converted, s.failed.total(), s.skipped, s.missed, s.late) == (4, 2, 1, 1, 1, 1)
    assert s.error_rate == pytest.approx(1 / 3)
    assert Summary().error_rate == 0
    assert s.tiers[1].bytes_out == GOOD.bytes_out
    assert s.tiers[3].ssim_min == POOR.ssim


def test_the_totals_as_json() -> None:
    report = json.loads(json.dumps(summed(*EVERY).as_json(8.0)))
    assert report["failed_by_code"] == {"unreadable": 1}
    assert report["images_per_second"] == pytest.approx(3 / 8)
    assert report["worst"][0]["kind"] == "miss"
    assert report["worst"][0]["distance"] < 0 < report["worst"][1]["distance"]
    assert report["tiers"]["1"]["ssim_mean"] == pytest.approx(GOOD.ssim)
    assert report["tiers"]["3"]["seconds_max"] == 20
    assert [w["source"] for w in report["worst"]] == [POOR.source, GOOD.source]
    assert [w["source"] for w in report["slowest"]] == [POOR.source, GOOD.source]


def test_only_the_ends_are_named() -> None:
    many = [replace(GOOD, source=f"{k:03}", ssim=k / 100, seconds={"total": k}) for k in range(100)]
    report = summed(*many).as_json(1.0)
    assert [w["source"] for w in report["worst"]] == [f"{k:03}" for k in range(NAMED)]
    assert [w["source"] for w in report["slowest"]] == [f"{99 - k:03}" for k in range(NAMED)]


def test_the_table_lines_up_and_adds_up() -> None:
    text = table(summed(*EVERY), 10.0)
    head, first, third, all_ = text.splitlines()[:4]
    assert len(head) == len(first) == len(third) == len(all_) <= 80
    assert all_.split()[:4] == ["all", "2", "1", "1"]
    assert first.split()[:5] == ["T1", "simple", "1", "1", "0"]
    assert third.split()[:5] == ["T3", "complex", "1", "0", "1"]
    for words in (
        "2 converted",
        "1 failed (error rate 33.33 %)",
        "1 skipped",
        "10.0 s, 0.30 images/s",
        BROKEN.message,
    ):
        assert words in text


def test_the_table_of_nothing_has_no_head_and_no_division() -> None:
    assert table(Summary(), 0.0).splitlines() == ["0 converted, 0 failed (error rate 0.00 %)", "0.0 s"]


def test_more_failures_than_are_named_are_counted() -> None:
    text = table(summed(*[replace(BROKEN, source=f"{k}.png") for k in range(FAILURES_NAMED + 2)]), 1.0)
    assert "and 2 more" in text
    assert text.count("the file is empty") == FAILURES_NAMED


def test_what_the_clock_cut_and_what_wants_a_look_is_counted() -> None:
    summary = Summary()
    summary.add(replace(GOOD, time_limited=True, work_limited=True, looks=("30 crumbs",)))
    summary.add(GOOD)
    text = table(summary, 1.0)
    assert "1 cut short by the clock" in text
    assert "1 coarser to keep their time" in text
    head, row = text.splitlines()[:2]
    assert row[: head.index("look") + len("look")].split()[-1] == "1"


def test_what_missed_or_wants_a_look_is_named_with_the_reason() -> None:
    suspect = replace(GOOD, source="seam.png", looks=("a seam at 3,4",))
    lines = [line for line in table(summed(GOOD, suspect, POOR), 1.0).splitlines() if "png:" in line or "jpg:" in line]
    assert lines == [f"MISS     {POOR.source}: SSIM 0.80000 < 0.85; ΔE 3.10 > 3", "look     seam.png: a seam at 3,4"]
    assert GOOD.source + ":" not in table(summed(GOOD), 1.0)


def test_a_run_that_only_found_its_work_done_says_no_rate() -> None:
    summary = Summary()
    summary.add(GOOD, reused=True)
    assert "images/s" not in table(summary, 0.7)
