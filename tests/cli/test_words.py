"""Verdicts in colour, and the totals of several images."""

from __future__ import annotations

import click
import pytest

from svgai.cli.pages import command_line
from svgai.cli.words import colored, fitted, totals
from svgai.report.text import line, lines
from tests.report.outcomes import BROKEN, EVERY, GOOD, POOR


def test_verdicts_are_coloured_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for outcome in (GOOD, POOR, BROKEN):
        text = colored(line(outcome))
        assert click.unstyle(text) == line(outcome)
        assert text.count("\x1b[0m") == 1 + ("late" in line(outcome))
    assert click.style("MISS", fg="red", bold=True) in colored(lines(POOR))
    assert colored("look at it: PASSED") == "look at it: PASSED"
    monkeypatch.setenv("NO_COLOR", "1")
    assert colored(line(POOR)) == line(POOR)


def test_totals_count_every_kind() -> None:
    assert totals(EVERY, 12.34) == "1 PASS, 1 MISS, 1 late, 1 FAILED, 1 skipped, 12.3 s"
    assert totals([GOOD, GOOD], 1.0) == "2 PASS, 1.0 s"


def test_lines_break_between_words_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    text = lines(POOR, verbose=True)
    assert fitted(text) == text
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    broken = fitted(text)
    assert max(map(len, broken.splitlines())) <= 60
    assert broken.split() == text.split()
    assert all(row.startswith("  ") for row in broken.splitlines()[1:])


def test_a_report_keeps_the_command_line_and_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    given = ["svgai", "batch", "my icons", "--broker", "amqp://me:s3cr@t@boss/v", "--report", "a@b.json"]
    monkeypatch.setattr("sys.argv", given)
    said = command_line()
    assert "s3cr" not in said
    assert said.startswith("svgai batch 'my icons' --broker ")
    assert said.endswith("@boss/v --report a@b.json")
    monkeypatch.setattr("sys.argv", ["svgai", "batch", "redis://localhost:6379/0"])
    assert command_line() == "svgai batch redis://localhost:6379/0"
