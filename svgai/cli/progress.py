"""How far a batch is: a live bar on a terminal, a line for each image elsewhere; both on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

import click

from svgai.outcome import Failed, Outcome
from svgai.report.text import line, lines

if TYPE_CHECKING:
    from svgai.cli.bar import Bar


class Progress(Protocol):
    """Told of each outcome as it comes."""

    def update(self, outcome: Outcome) -> None: ...

    def watch(self, folder: str, names: Sequence[str]) -> None:
        """The run's scratch folder, and the name of each job by its index."""


@contextmanager
def progress(total: int, *, quiet: bool, verbose: bool = False) -> Iterator[Progress]:
    """What suits stderr. quiet: only failures; verbose: all that is known of each image."""
    if quiet or not _can_redraw():
        yield Lines(total, quiet, verbose)
    else:
        from svgai.cli.bar import bar

        with bar(total, verbose=verbose) as live:
            yield live


def _can_redraw() -> bool:
    """Whether stderr is a terminal on which a line can be written over."""
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")


@contextmanager
def several(count: int, *, quiet: bool) -> Iterator[Bar | None]:
    """A bar where stderr is a terminal and there are several images; else None."""
    if count == 1 or quiet or not _can_redraw():
        yield None
        return
    from svgai.cli.bar import bar

    with bar(count) as live:
        yield live


def say(text: str, live: Bar | None, *, err: bool = False) -> None:
    """A line on stdout, or on stderr; above the bar where stdout is the same terminal."""
    if live and sys.stdout.isatty():
        live.say(text)
    else:
        click.echo(text, err=err)


class Lines:
    """A line for each image."""

    def __init__(self, total: int, quiet: bool, verbose: bool) -> None:
        self._total = total
        self._quiet = quiet
        self._said = partial(lines, verbose=True) if verbose else line
        self._done = 0

    def watch(self, folder: str, names: Sequence[str]) -> None:
        """Nothing is shown of what runs."""

    def update(self, outcome: Outcome) -> None:
        self._done += 1
        if isinstance(outcome, Failed) or not self._quiet:
            # What cannot be found is no image of the total.
            click.echo(f"[{self._done}/{max(self._total, self._done)}] {self._said(outcome)}", err=True)
