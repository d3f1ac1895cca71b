"""svgai inspect says what convert would do: under the same configuration and the same options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from svgai.cli import main
from tests.pictures import encoded, lopsided


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logo.png").write_bytes(encoded(lopsided()))
    return tmp_path


def inspected(*options: str) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["inspect", "logo.png", "--json", *options])
    assert done.exit_code == 0, done.output
    record: dict[str, Any] = json.loads(done.stdout)
    return record


def test_the_configuration_file_counts_and_an_option_counts_more(folder: Path) -> None:
    assert inspected()["tier"] == 1
    (folder / "svgai.toml").write_text('tier = 3\nplan = "vtracer"\n')
    assert inspected()["tier"] == 3
    assert {plan["plan"] for plan in inspected()["plans"]} == {"vtracer"}
    assert inspected("--tier", "2")["tier"] == 2
    text = CliRunner().invoke(main, ["inspect", "logo.png"]).output
    assert "T3 complex (forced)" in text


def test_many_images_of_which_one_cannot_be_read() -> None:
    done = CliRunner().invoke(main, ["inspect", "logo.png", "nope.png", "logo.png", "--json"])
    assert done.exit_code == 1
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == ["logo.png", "logo.png"]
    assert done.stderr.startswith("nope.png: there is no such file")


def test_a_broken_configuration_file_is_refused(folder: Path) -> None:
    (folder / "svgai.toml").write_text("tier = ")
    done = CliRunner().invoke(main, ["inspect", "logo.png"])
    assert done.exit_code == 2
    assert "svgai.toml: no valid TOML" in done.output
