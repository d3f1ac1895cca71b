"""A fault in one engine, as the user sees it: the picture is converted, and the record says what happened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import vtracer
from click.testing import CliRunner

from svgai.cli import main
from svgai.draw.contour import engine as contour
from svgai.draw.gradient import engine as gradient
from svgai.draw.pixels import engine as pixels
from tests.pictures import coin, encoded


class PanicException(BaseException):
    """What a Rust panic looks like from Python."""


def failing(monkeypatch: pytest.MonkeyPatch, *engines: Any) -> None:
    def fail(*_: object) -> None:
        raise IndexError("index 7 is out of bounds")

    for engine in engines:
        monkeypatch.setattr(engine, "draw", fail)


def panicking(monkeypatch: pytest.MonkeyPatch) -> None:
    def panic(*_: object, **__: object) -> str:
        raise PanicException("attempt to add with overflow")

    monkeypatch.setattr(vtracer, "convert_raw_image_to_svg", panic)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "coin.png"
    path.write_bytes(encoded(coin(24, 8)))
    return path


def converted(picture: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the record."""
    result = CliRunner().invoke(main, ["convert", str(picture), "--json", *options])
    return result.exit_code, json.loads(result.stdout)


def test_the_next_engine_draws_and_the_reason_is_told(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, contour)
    code, record = converted(picture, "--tier", "1")
    assert code == 0
    assert (record["status"], record["plan"], record["verdict"]) == ("converted", "gradient", "PASS")
    ((name, reason),) = record["declined"]
    assert name == "contour"
    assert "IndexError: index 7 is out of bounds (test_faults_engine.py:" in reason
    assert picture.with_suffix(".svg").exists()


def test_a_panic_of_the_last_engine_leaves_what_was_drawn(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    panicking(monkeypatch)
    code, record = converted(picture, "--tier", "1", "--quality", "ultra")
    assert code == 0
    assert record["plan"] in ("contour", "gradient")
    assert any(name == "vtracer" and "attempt to add" in reason for name, reason in record["declined"])


def test_faults_everywhere_are_one_failure_and_no_svg(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, contour, gradient, pixels)
    panicking(monkeypatch)
    code, record = converted(picture)
    assert (code, record["status"], record["code"]) == (1, "failed", "internal")
    assert "index 7 is out of bounds" in record["cause"]
    assert "attempt to add" in record["cause"]
    assert not picture.with_suffix(".svg").exists()


def test_a_fault_in_the_engine_that_was_named_is_a_failure(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, gradient)
    code, record = converted(picture, "--plan", "gradient")
    assert (code, record["code"]) == (1, "internal")
