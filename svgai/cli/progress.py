"""How far a batch is: a live bar on a terminal, a line for each image elsewhere; both on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import click

from svgai.outcome import Failed, Outcome
from svgai.report.text import line


class Progress(Protocol):
    """Told of each outcome as it comes."""

    def update(self, outcome: Outcome) -> None: ...

    def watch(self, folder: str, names: Sequence[str]) -> None:
        """The run's scratch folder, and the name of each job by its index."""


@contextmanager
def progress(total: int, *, quiet: bool) -> Iterator[Progress]:
    """What suits stderr. quiet: only failures."""
    if quiet or not sys.stderr.isatty():
        yield Lines(total, quiet)
    else:
        from svgai.cli.bar import bar

        with bar(total) as live:
            yield live


class Lines:
    """A line for each image."""

    def __init__(self, total: int, quiet: bool) -> None:
        self._total = total
        self._quiet = quiet
        self._done = 0

    def watch(self, folder: str, names: Sequence[str]) -> None:
        """Nothing is shown of what runs."""

    def update(self, outcome: Outcome) -> None:
        self._done += 1
        if isinstance(outcome, Failed) or not self._quiet:
            click.echo(f"[{self._done}/{self._total}] {line(outcome)}", err=True)
