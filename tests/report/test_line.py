"""An outcome in one line: the same words in a batch, on its bar and in a benchmark."""

from __future__ import annotations

from dataclasses import replace

import pytest

import svgai
from svgai.files import Job
from svgai.outcome import Converted, Failed, Skipped, converted
from svgai.report.text import line, lines, planned
from tests.pictures import lopsided


@pytest.fixture(scope="module")
def record() -> Converted:
    return converted("a.png", "a.svg", svgai.convert(lopsided(), tier=1, plan="contour"))


def test_what_was_converted(record: Converted) -> None:
    timed = replace(record, seconds={"total": 1.0}, in_time=True, verdict="PASS")
    assert line(timed).startswith("a.png → a.svg  PASS  T1 SSIM ")
    assert line(timed).endswith(" B 1.00 s")
    assert " PASS late  T1 " in line(replace(timed, in_time=False))
    assert replace(timed, verdict="MISS").passed is False


def test_one_verdict_a_line(record: Converted) -> None:
    late = replace(record, in_time=False, looks=("30 crumbs",), verdict="PASS", misses=())
    first, *rest = lines(late).splitlines()
    assert first == "a.png → a.svg  PASS late, look"
    assert rest[-1] == "  look: 30 crumbs"
    assert "MISS" not in lines(late)


def test_what_was_not() -> None:
    failed = Failed(source="a\n.png", target="a.svg", code="engine", cause="it\nbroke", remedy="mend it")
    assert line(failed) == "FAILED a\\n.png: it\\nbroke; mend it"
    assert lines(failed) == "a\\n.png: it\\nbroke; mend it"
    skipped = Skipped(source="a.png", target="a\n.svg")
    assert line(skipped) == lines(skipped) == "a.png: skipped, a\\n.svg exists"
    assert planned(Job("a.png", "a.svg", skip=True)) == "a.png → a.svg (kept)"
