"""The live progress bar. The only module that imports rich."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.text import Text

from svgai.cli.words import missed
from svgai.outcome import Failed, Outcome
from svgai.report.text import line, shown
from svgai.workers import scratch


def now(folder: str, names: Sequence[str]) -> Iterator[str]:
    """What runs at this moment, the longest first. folder: the run's scratch; names: of each task by its index."""
    for task in sorted(scratch.running(folder), key=lambda task: task.since):
        yield f"{shown(os.path.basename(names[task.index]))} {time.monotonic() - task.since:.0f} s"


class _Live(RichProgress):
    """The bar, and under it what runs."""

    folder: str | None = None
    names: Sequence[str] = ()

    def get_renderables(self) -> Iterator[RenderableType]:
        yield self.make_tasks_table(self.tasks)
        jobs = ", ".join(now(self.folder, self.names)) if self.folder is not None else ""
        if jobs:
            yield Text(f"now: {jobs}", no_wrap=True, overflow="ellipsis")


class Bar:
    """Counts on a bar; failures as lines above it."""

    def __init__(self, live: _Live, total: int) -> None:
        self._live = live
        self._start = time.monotonic()
        self._done = self._failed = self._missed = 0
        self._task = live.add_task("", total=total, failed=0, missed=0, rate=0.0)

    def watch(self, folder: str, names: Sequence[str]) -> None:
        self._live.names = names
        self._live.folder = folder

    def say(self, text: str) -> None:
        """Words above the bar, for a stdout that is the same terminal."""
        self._live.console.print(Text.from_ansi(text), soft_wrap=True)

    def update(self, outcome: Outcome) -> None:
        failed = isinstance(outcome, Failed)
        if failed:
            self._live.console.print(Text(line(outcome), style="red"))
        self.count(failed=failed, missed=missed(outcome))

    def count(self, *, failed: bool, missed: bool) -> None:
        """One more is done."""
        self._done += 1
        self._failed += failed
        self._missed += missed
        rate = self._done / (time.monotonic() - self._start)
        self._live.update(self._task, advance=1, failed=self._failed, missed=self._missed, rate=rate)


@contextmanager
def bar(total: int) -> Iterator[Bar]:
    """A bar on stderr while this lasts."""
    columns = (
        BarColumn(), MofNCompleteColumn(), TextColumn("done"), TextColumn("{task.fields[failed]} failed"),
        TextColumn("{task.fields[missed]} missed"), TextColumn("{task.fields[rate]:.1f}/s, left"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with _Live(*columns, console=Console(stderr=True), refresh_per_second=4) as live:
        yield Bar(live, total)
