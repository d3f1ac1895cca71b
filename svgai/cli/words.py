"""What is said while images are converted."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Sequence

import click

from svgai.outcome import Converted, Failed, Outcome


def missed(outcome: Outcome) -> bool:
    """Whether an SVG was written that misses a target."""
    return isinstance(outcome, Converted) and not outcome.passed


_COLORS = {"PASS": "green", "MISS": "red", "FAILED": "red", "late": "yellow", "look": "yellow"}
_VERDICTS = re.compile(r"\b(?:PASS|MISS|FAILED)\b|\b(?:late|look)\b(?=,|:|  |$)", re.MULTILINE)


def colored(text: str) -> str:
    """The text with its verdicts in colour, which click drops where the stream is no terminal; NO_COLOR is obeyed."""
    if os.environ.get("NO_COLOR"):
        return text
    return _VERDICTS.sub(lambda found: click.style(found[0], fg=_COLORS[found[0]], bold=True), text)


def fitted(text: str) -> str:
    """The text with its lines broken between words where stdout is a terminal; as it is elsewhere."""
    if not sys.stdout.isatty():
        return text
    columns = shutil.get_terminal_size().columns
    return "\n".join(_broken(line, columns) for line in text.splitlines())


def _broken(line: str, columns: int) -> str:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(
        line, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False,
        drop_whitespace=True, replace_whitespace=False,
    )  # fmt: skip


def totals(outcomes: Sequence[Outcome], seconds: float) -> str:
    """How many images passed, missed, failed and were skipped, in one line. seconds: wall time of all."""
    made = [outcome for outcome in outcomes if isinstance(outcome, Converted)]
    failed = sum(isinstance(outcome, Failed) for outcome in outcomes)
    counts = {
        "PASS": sum(outcome.passed for outcome in made),
        "MISS": sum(not outcome.passed for outcome in made),
        "late": sum(not outcome.in_time for outcome in made),
        "look": sum(bool(outcome.looks) for outcome in made),
        "FAILED": failed,
        "skipped": len(outcomes) - len(made) - failed,
    }
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) + f", {seconds:.1f} s"
