"""How far a batch is: a live bar on a terminal, a line for each image elsewhere; both on stderr."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import click

from svgai.outcome import Converted, Failed, Outcome, Skipped
from svgai.report.text import shown, size
from svgai.workers import scratch


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


def line(o: Outcome) -> str:
    """An outcome in one line."""
    if isinstance(o, Failed):
        return f"FAILED {shown(o.source)}: {shown(o.message)}"
    if isinstance(o, Skipped):
        return f"{shown(o.source)}: skipped, {shown(o.target)} exists"
    late = "" if o.in_time else " late"
    return (f"{shown(o.source)} → {shown(o.target)}  {o.verdict}{late}  T{o.tier} SSIM {o.ssim:.4f} "
            f"{size(o.bytes_out)} {o.seconds['total']:.2f} s")  # fmt: skip


def now(folder: str, names: Sequence[str]) -> Iterable[str]:
    """What runs at this moment, the longest first."""
    for job in sorted(scratch.running(folder), key=lambda job: job.since):
        yield f"{shown(os.path.basename(names[job.index]))} {time.monotonic() - job.since:.0f} s"


def missed(o: Outcome) -> bool:
    return isinstance(o, Converted) and o.verdict != "PASS"
