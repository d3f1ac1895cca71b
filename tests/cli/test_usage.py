"""A wrong command line is told in one line what was wrong, and what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from svgai.cli import main
from tests.pictures import encoded, lopsided


@pytest.fixture
def logo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "logo.png"
    path.write_bytes(encoded(lopsided()))
    return path


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        ("convert logo.png --quality fst", {}, "Invalid value for '--quality': 'fst' is not one of"),
        ("convert logo.png", {"SVGAI_QUALITY": "fst"}, "SVGAI_QUALITY in the environment: 'fst' is not one of"),
        ("convert logo.png --filter-speckle 999", {}, "--filter-speckle is a whole number in 0–128, not 999"),
        ("convert logo.png --color-precision 1", {}, "--color-precision is a whole number in 2–8, not 1"),
        ("convert logo.png -o logo.png", {}, "logo.png"),
        ("help", {}, "help is no command; svgai --help"),
        ("logo.png", {}, "logo.png is no command; to convert it: svgai convert logo.png"),
        ("benchmark --baseline nope.json", {}, "nope.json: cannot be read (No such file or directory); make one"),
        ("benchmark nope/", {}, "nope/: there is no such file or folder"),
    ],
)
@pytest.mark.usefixtures("logo")
def test_one_line(arguments: str, environment: dict[str, str], told: str) -> None:
    done = CliRunner().invoke(main, arguments.split(), env=environment)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"Error: {told}" if told != "logo.png" else "Error: ")
    assert done.stderr.count("\n") == 1
    assert "Errno" not in done.stderr


def test_a_missing_argument_shows_the_usage() -> None:
    done = CliRunner().invoke(main, ["compare"])
    assert done.exit_code == 2
    assert done.stderr.startswith("Usage: ")


@pytest.mark.usefixtures("logo")
def test_swapped_files_are_told() -> None:
    done = CliRunner().invoke(main, ["compare", "logo.png", "logo.png"])
    assert done.exit_code == 1
    assert done.stderr == "logo.png: it is no SVG; give the image first and then the SVG that was made of it\n"
