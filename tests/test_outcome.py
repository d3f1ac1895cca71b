"""Records of outcomes, as JSON and back."""

from __future__ import annotations

import json

import pytest

import svgai
from svgai.outcome import Converted, Failed, Outcome, Skipped, as_json, converted, from_json
from tests.pictures import lopsided


@pytest.fixture(scope="module")
def record() -> Converted:
    return converted("a.png", "a.svg", svgai.convert(lopsided(), tier=1, plan="contour"))


def test_outcomes_come_back(record: Converted) -> None:
    failed = Failed(source="a.png", target="a.svg", code="engine", cause="c", remedy="r")
    outcomes: list[Outcome] = [record, failed, Skipped(source="a.png", target="a.svg")]
    for outcome in outcomes:
        assert from_json(json.loads(json.dumps(as_json(outcome)))) == outcome


@pytest.mark.parametrize("change", [{"status": "new"}, {"reasons": None}, {"declined": [1]}, {"declined": [[1]]}])
def test_what_is_no_outcome(record: Converted, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"no outcome of schema 1|unpack"):
        from_json({**as_json(record), **change})


def test_a_record_without_a_field_is_no_outcome(record: Converted) -> None:
    whole = as_json(record)
    for name in ("status", "ssim", "seconds"):
        with pytest.raises(ValueError, match=f"no outcome of schema 1.*{name}"):
            from_json({key: value for key, value in whole.items() if key != name})
