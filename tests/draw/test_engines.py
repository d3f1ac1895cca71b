"""The table of engines: a fourth one is a row, and a fault in one leaves the picture to the others."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import ClassVar

import numpy as np
import pytest

import svgai
from svgai.draw import engines
from svgai.draw.engines import ENGINES, Engine, Knob
from svgai.drawing import Color, Declined, Drawing, Flat, Rect, Shape
from svgai.errors import EngineError, InternalError
from svgai.picture.raster import Raster
from svgai.settings import Settings, from_words


@dataclass(frozen=True, slots=True)
class OneColorPlan:
    """The plan of an engine that fills the page."""

    name: ClassVar[str] = "onecolor"
    grey: int = 128
    decimals: int = 0


def fill(raster: Raster, plan: OneColorPlan) -> Drawing:
    paint = Flat(Color(plan.grey, plan.grey, plan.grey))
    page = Shape(Rect(0, 0, raster.width, raster.height), paint)
    return Drawing(raster.width, raster.height, (page,))


def add(monkeypatch: pytest.MonkeyPatch, turns: tuple[int, int, int] = (0, 0, 0)) -> None:
    module = ModuleType("onecolor_engine")
    module.draw = fill  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "onecolor_engine", module)
    row = Engine("onecolor", OneColorPlan, lambda *_: (OneColorPlan(),), lambda *_: 0.1, "onecolor_engine", turns)
    monkeypatch.setattr(engines, "ENGINES", (*ENGINES, row))


def grey(value: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((32, 32, 3), value, np.uint8)


def test_a_fourth_engine_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch)
    assert svgai.convert(grey(128), plan="onecolor").plan.name == "onecolor"
    assert svgai.convert(grey(128)).plan.name == "onecolor", "its turn is the first"
    pinned = svgai.convert(grey(60), parameters={"onecolor": {"grey": 60}})
    assert 'fill="#3c3c3c"' in pinned.svg.text
    assert from_words({"plan": "onecolor", "onecolor.grey": "60"}).parameters == {"onecolor": {"grey": 60}}


def test_an_engine_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="contour, gradient"):
        Settings(plan="onecolor")
    with pytest.raises(ValueError, match=r"onecolor\.grey: an engine is one of"):
        from_words({"onecolor.grey": "60"})


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException, *names: str) -> None:
    def fail(raster: Raster, plan: object) -> Drawing:
        raise error

    module = ModuleType("failing_engine")
    module.draw = fail  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "failing_engine", module)
    rows = tuple(
        Engine(e.name, e.plan, e.plans, e.work, "failing_engine" if e.name in names else e.module, e.turns, e.knob)
        for e in ENGINES
    )
    monkeypatch.setattr(engines, "ENGINES", rows)


def square() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    pixels = grey(255)
    pixels[8:24, 8:24] = (0, 90, 200)
    return pixels


@pytest.mark.parametrize("error", [IndexError("list index out of range"), MemoryError(), EngineError("no", "wait")])
def test_a_fault_in_one_engine_is_its_reason_and_the_next_draws(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    failing(monkeypatch, error, "contour")
    result = svgai.convert(square(), tier=1)
    assert result.plan.name == "gradient"
    ((name, reason),) = result.declined
    assert name == "contour"
    assert str(error) in reason


def test_faults_in_all_engines_are_a_fault_of_svgai(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, IndexError("7 is out of bounds"), *engines.names())
    with pytest.raises(InternalError, match="7 is out of bounds"):
        svgai.convert(square())


def test_an_interrupt_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyboardInterrupt(), "contour")
    with pytest.raises(KeyboardInterrupt):
        svgai.convert(square(), tier=1)


def test_plain_declines_end_in_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineError, match="--plan auto"):
        svgai.convert(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8), plan="contour")


@pytest.mark.parametrize("bad", [{"low": 5.0, "high": 1.0}, {"ssim": 0.1}, {"step": 0.0}, {"log_bytes": 0.0}])
def test_a_knob_gets_coarser_as_it_grows(bad: dict[str, float]) -> None:
    good = {"low": 1.0, "high": 9.0, "step": 1.0, "ssim": -0.1, "log_bytes": -0.1}
    values = good | bad
    with pytest.raises(ValueError, match="knob"):
        Knob("grey", values["low"], values["high"], values["step"], values["ssim"], values["log_bytes"])


def test_each_tier_tries_every_engine_of_the_table_in_its_turn() -> None:
    for tier in (1, 2, 3):
        turns = [e.turns[tier - 1] for e in engines.in_turn(tier)]
        assert turns == sorted(turns)
    assert [e.name for e in engines.in_turn(1)][:2] == ["contour", "gradient"]
    assert [e.name for e in engines.in_turn(2)][:2] == ["gradient", "contour"]


def test_declined_plans_say_whether_it_was_a_fault() -> None:
    assert not Declined("no flat areas").fault
