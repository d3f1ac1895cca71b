"""Command line > environment > file > default, and every mistake names its file and key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svgai.cli import main


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def setting(name: str, *arguments: str, **environment: str) -> tuple[object, str]:
    result = run("config", "--json", *arguments, **environment)
    found = json.loads(result.output)["settings"][name]
    return found["value"], found["from"]


def test_defaults_without_a_file(place: Path) -> None:
    assert setting("quality") == ("balanced", "default")
    assert "file: none" in run("config").output
    assert list(place.iterdir()) == []


def test_the_nearest_file_upwards(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "svgai.toml").write_text('quality = "fast"')
    inner = place / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert setting("quality") == ("fast", str(place / "svgai.toml"))
    (place / "a" / "pyproject.toml").write_text('[project]\nname = "x"')
    assert setting("quality")[0] == "fast"
    (place / "a" / "pyproject.toml").write_text('[tool.svgai]\nquality = "ultra"')
    assert setting("quality") == ("ultra", str(place / "a" / "pyproject.toml"))


def test_the_environment_stands_above_the_file(place: Path) -> None:
    (place / "svgai.toml").write_text("target-ssim = 0.9")
    assert setting("target-ssim", SVGAI_TARGET_SSIM="0.8") == ("0.8", "environment SVGAI_TARGET_SSIM")
    assert run("convert", "x.png", SVGAI_TARGET_SSIM="2").exit_code == 2


def test_a_wrong_variable_is_named(place: Path) -> None:
    for command in (("config",), ("config", "--json")):
        result = run(*command, SVGAI_QUALITY="fst")
        assert result.exit_code == 2
        assert "SVGAI_QUALITY: 'fst' is not one of" in result.output


def test_what_is_shown_are_settings_and_what_was_set(place: Path) -> None:
    said = run("config", SVGAI_FORCE="1").output.splitlines()
    shown = {line.split()[0]: line.split()[1:] for line in said}
    assert shown["force"] == ["1", "environment", "SVGAI_FORCE"]
    assert shown["editable"] == ["off", "default"]
    assert shown["colors"] == ["unset", "default"]
    assert shown["jobs"][:3] == ["one", "a", "core;"]
    assert shown.keys().isdisjoint({"copy", "dry-run", "check", "resume", "mode", "output"})
    assert "False" not in str(said)


def test_the_command_line_stands_above_all(place: Path) -> None:
    (place / "svgai.toml").write_text('output = "from-file"')
    dry = ("convert", "a.png", "--dry-run")
    assert "from-file" in run(*dry).output
    assert "from-environment" in run(*dry, SVGAI_OUTPUT="from-environment").output
    assert "from-line" in run(*dry, "-o", "from-line", SVGAI_OUTPUT="from-environment").output


def test_tiers_can_be_changed(place: Path) -> None:
    (place / "svgai.toml").write_text("[tiers.2]\nssim = 0.97\nseconds = 9")
    tiers = json.loads(run("config", "--json").output)["tiers"]
    assert tiers["2"] == {"ssim": 0.97, "delta_e": 2.5, "seconds": 9}
    assert tiers["1"]["ssim"] == 0.95


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("qualty = 'fast'", "qualty: there is no such option"),
        ("quality = 3.5", "quality: is a float"),
        ("quality = 'best'", "quality: 'best' is not one of"),
        ("layer-difference = '8'", "layer-difference: is a str, and should be int"),
        ("layer-difference = true", "layer-difference: is a bool"),
        ("strict = 1", "strict: is a int, and should be bool"),
        ("[tiers.4]\nssim = 1", "tiers.4"),
        ("[tiers.1]\nspeed = 1", "tiers.1.speed"),
        ("[tiers.1]\nssim = 'high'", "tiers.1.ssim"),
        ("[tiers.1]\nssim = 1.5", "tiers.1"),
        ("quality = ", "no valid TOML"),
    ],
)
def test_mistakes_name_the_file_and_the_key(place: Path, text: str, words: str) -> None:
    (place / "svgai.toml").write_text(text)
    for command in (("config",), ("convert", "a.png")):
        result = run(*command)
        assert result.exit_code == 2
        assert "svgai.toml: " in result.output
        assert words in result.output


def test_a_missing_file_that_was_named(place: Path) -> None:
    result = run("config", "--config", str(place / "none.toml"))
    assert result.exit_code == 2
    assert "none.toml: cannot be read" in result.output
