"""The tier check: what fails it, and what is worse than a baseline."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import svgai
from svgai.benchmark import baseline
from svgai.benchmark.judge import judge
from svgai.benchmark.measure import Measured, Request, measure
from svgai.benchmark.run import run
from svgai.cli import main
from svgai.errors import UsageError
from svgai.outcome import Converted, Failed, converted
from svgai.settings import Settings
from tests.pictures import coin, encoded


@pytest.fixture(scope="module")
def record() -> Converted:
    return converted("disc.png", "-", svgai.convert(coin(32, 10)))


def row(record: Converted, *, seconds: float = 0.5, peak: float = 100, vtracer: float = 0.1) -> Measured:
    timed = replace(record, seconds={"total": seconds}, in_time=seconds <= record.target_seconds)
    return Measured(timed, seconds, peak, vtracer)


FAILURE = Measured(Failed(source="bad.png", target="-", code="unreadable", cause="broken", remedy="mend it"))


def test_all_is_well(record: Converted) -> None:
    result = judge([row(record)] * 3)
    assert result.passed
    assert [t.word for t in result.tiers] == ["PASS"]
    assert result.tiers[0].ratio_p50 == pytest.approx(5)


def test_each_fault_fails_the_benchmark(record: Converted) -> None:
    missed = row(replace(record, verdict="MISS", misses=("SSIM 0.9 < 0.95",)))
    for bad in (missed, row(record, seconds=2.5), row(record, peak=500), FAILURE):
        assert not judge([row(record), bad]).passed


def test_one_slow_image_in_forty_is_within_the_95th_percentile(record: Converted) -> None:
    assert judge([row(record)] * 39 + [row(record, seconds=9)]).passed


def test_regressions_against_a_baseline(record: Converted, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(baseline.text([row(record)], {"python": "3"}))
    before = baseline.read(path)
    assert not baseline.regressions([row(record)], before)
    assert not baseline.regressions([row(replace(record, ssim=record.ssim - 0.0019))], before)
    worse = {
        "SSIM fell": row(replace(record, ssim=record.ssim - 0.0021)),
        "was a PASS": row(replace(record, verdict="MISS", misses=("ΔE",))),
        "× plain vtracer": row(record, seconds=0.63),
        "fails now": Measured(replace(FAILURE.outcome, source="disc.png")),
    }
    for words, changed in worse.items():
        assert [words in phrase for phrase in baseline.regressions([changed], before)] == [True]
    assert not baseline.regressions([row(replace(record, source="new.png"))], before)


def test_what_is_no_baseline(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    for text in ("", "[]", '{"schema": 99}'):
        path.write_text(text)
        with pytest.raises(UsageError, match="--write-baseline"):
            baseline.read(path)


def test_an_image_is_measured_beside_plain_vtracer(tmp_path: Path) -> None:
    path = tmp_path / "disc.png"
    path.write_bytes(encoded(coin(32, 10)))
    request = Request(str(path), Settings(), repeat=2)
    here, (alone,) = measure(request), run([request], jobs=1)
    for measured in (here, alone):
        assert isinstance(measured.outcome, Converted)
        assert measured.ratio is not None
        assert measured.ratio > 0
    assert here.peak_mb is not None
    assert alone.peak_mb is not None
    # Not this process, which has run the tests before, but a fresh one.
    assert 30 < alone.peak_mb < 300


def _dies(_: Request) -> Measured:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def test_a_process_that_dies_is_that_images_failure() -> None:
    request = Request("a.png", Settings(), 1)
    first, second = run([request, request], 1, _dies)
    for measured in (first, second):
        assert isinstance(measured.outcome, Failed)
        assert (measured.outcome.code, measured.outcome.cause) == ("crash", "its worker was killed by SIGSEGV")


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "disc.png").write_bytes(encoded(coin(32, 10)))
    kept, page = tmp_path / "kept.json", tmp_path / "page.html"
    options = ["--write-baseline", str(kept), "--report", str(page), "--json"]
    first = CliRunner().invoke(main, ["benchmark", str(tmp_path), *options])
    record = json.loads(first.output.splitlines()[0])
    assert record["environment"]["vtracer"]
    assert record["tiers"]["1"]["verdict"] == ("PASS" if first.exit_code == 0 else "FAIL")
    assert record["images"][0]["ratio"] > 0
    assert list(json.loads(kept.read_text())["images"]) == ["disc.png"]
    assert "disc.png" in page.read_text()
    assert page.read_text().count("data:image/") == 3
    assert CliRunner().invoke(main, ["benchmark", str(tmp_path / "none")]).exit_code == 2
