"""A failure of one file is a value, whatever it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from svgai import job as jobs
from svgai.errors import OutputError
from svgai.files import Job
from svgai.outcome import Converted, Failed, Skipped, as_json
from svgai.pipeline import Conversion
from svgai.settings import Settings
from tests.pictures import coin, encoded


@pytest.fixture
def source(tmp_path: Path) -> str:
    path = tmp_path / "disc.png"
    path.write_bytes(encoded(coin()))
    return str(path)


def test_converted(source: str) -> None:
    written: list[tuple[Converted, Conversion]] = []
    outcome = jobs.run(Job(source, "out.svg"), Settings(), lambda *pair: written.append(pair))
    assert isinstance(outcome, Converted)
    assert [(record, made.svg.bytes) for record, made in written] == [(outcome, outcome.bytes_out)]
    assert as_json(outcome)["status"] == "converted"


def test_skipped(source: str) -> None:
    outcome = jobs.run(Job(source, "out.svg", skip=True), Settings(), lambda *_: pytest.fail("written"))
    assert isinstance(outcome, Skipped)


def test_what_cannot_be_written(source: str) -> None:
    def full(*_: object) -> None:
        raise OutputError("out.svg cannot be written", "make room")

    outcome = jobs.run(Job(source, "out.svg"), Settings(), full)
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.message) == ("output", "out.svg cannot be written; make room")


def test_a_fault_of_our_own(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(jobs, "finish", faulty)
    outcome = jobs.run(Job(source, "out.svg"), Settings(), lambda *_: None)
    assert isinstance(outcome, Failed)
    assert outcome.code == "internal"
    assert "ZeroDivisionError: by zero (test_job.py:" in outcome.cause
