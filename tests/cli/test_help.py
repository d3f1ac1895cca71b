"""What --help, the manual page and completion say: every option in its group, files stay files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from svgai.cli import main

COMMANDS = sorted(main.commands)


def help_of(name: str) -> str:
    return CliRunner().invoke(main, [name, "--help"], terminal_width=80).output


@pytest.mark.parametrize("name", ["convert", "batch", "watch", "serve", "inspect"])
def test_options_stand_in_groups(name: str) -> None:
    text = help_of(name)
    own, drawn, vtracer = (text.index(f"\n{heading}") for heading in ("Options:", "How it is drawn:", "Parameters of"))
    assert own < text.index("  --config FILE") < drawn < text.index("  --quality [") < vtracer < text.index("--mode [")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_said_once_and_nothing_is_wider_than_the_terminal(name: str) -> None:
    text = help_of(name)
    for parameter in main.commands[name].params:
        if isinstance(parameter, click.Option):
            assert text.count(f"  {parameter.opts[0]}") >= 1
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", ["convert", "batch", "compare", "benchmark"])
def test_examples_and_exit_codes_stand_at_the_end(name: str) -> None:
    text = help_of(name)
    assert f"\nExamples:\n  svgai {name} " in text
    assert text.index("\nExamples:") < text.index("\nExit codes:")


@pytest.mark.parametrize(
    ("line", "word", "kind"),
    [
        ("svgai convert lo", 2, "file,"),
        ("svgai convert a.png -o ou", 4, "file,"),
        ("svgai batch ic", 2, "file,"),
        ("svgai compare a.png b", 3, "file,"),
        ("svgai inspect a", 2, "file,"),
        ("svgai watch ic", 2, "dir,"),
        ("svgai convert --tier ", 3, "plain,auto"),
        ("svgai conv", 1, "plain,convert"),
    ],
)
def test_completion_keeps_file_names(line: str, word: int, kind: str) -> None:
    environment = {**os.environ, "_SVGAI_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(word)}
    code = "from svgai.cli import main; main(prog_name='svgai')"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.startswith(kind)


def test_the_manual_page_has_every_command_and_option(tmp_path: Path) -> None:
    page = CliRunner().invoke(main, ["man"]).output
    plain = page.replace("\\-", "-").replace("\\&", "")
    for name, command in main.commands.items():
        assert f".SS svgai {name} " in plain or f".SS svgai {name}\n" in plain
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.opts[0] in plain
    assert not [line for line in page.splitlines() if line.startswith(".") and line.split()[0] not in KNOWN]
    assert list(tmp_path.iterdir()) == []


# The requests of man(7) that the page uses.
KNOWN = {".TH", ".SH", ".SS", ".PP", ".TP", ".B"}


def test_the_list_of_commands_is_whole() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    assert said.count("...") == 1  # ARGS...
    assert all(f"\n  {name} " in said for name in main.commands)


@pytest.mark.parametrize(
    ("first", "words"), [("logo.PNG", "svgai convert logo.PNG"), (".", "svgai batch ."), ("help", "svgai --help")]
)
def test_a_file_in_place_of_a_command_is_told_its_command(first: str, words: str) -> None:
    done = CliRunner().invoke(main, [first])
    assert done.exit_code == 2
    assert words in done.output
