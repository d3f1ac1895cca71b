"""A batch that the command line runs: progress on stderr, each outcome counted and kept, reports written."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.extra import needed
from svgai.cli.pages import command_line, head_of, write_page
from svgai.outcome import SCHEMA

if TYPE_CHECKING:
    from svgai.folders.find import Found
    from svgai.folders.places import Placed
    from svgai.folders.results import How
    from svgai.folders.run import Result
    from svgai.outcome import Outcome
    from svgai.report.rows import Rows
    from svgai.report.stream import Stream
    from svgai.report.summary import Summary
    from svgai.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `svgai batch`, by their names, but for those of the conversion."""

    output: str | None
    recursive: bool
    hidden: bool
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    jobs: int | None
    resume: bool
    force: bool
    no_clobber: bool
    timeout: float
    memory_limit: int
    reports: tuple[str, ...]
    sprite: str | None
    strict: bool
    dry_run: bool
    check: bool
    max_errors: int | None
    quiet: bool
    broker: str | None
    shared: bool

    @property
    def pages(self) -> list[str]:
        """The reports to look at."""
        return [path for path in self.reports if suffix(path) == ".html"]

    @property
    def streams(self) -> list[str]:
        """The reports that are written while it runs."""
        return [path for path in self.reports if suffix(path) == ".jsonl"]


def suffix(path: str) -> str:
    """The ending of a report's name, which says its kind."""
    return os.path.splitext(path)[1].lower()


def run_batch(found: Found, placed: Sequence[Placed], wanted: Settings, asked: Asked) -> Summary:
    """Convert, report and say the table. Raises UsageError, StorageError, OutputError, NoWorkersError."""
    from svgai.folders import manifest
    from svgai.folders.results import homes_held
    from svgai.report.rows import Rows
    from svgai.report.stream import streaming
    from svgai.report.summary import Summary
    from svgai.report.table import table

    start = time.monotonic()
    summary = Summary(ignored=found.ignored)
    with ExitStack() as stack:
        rows = stack.enter_context(closing(Rows(len(placed) + len(found.failed)))) if asked.reports else None
        homes = stack.enter_context(homes_held(placed))
        kept = Kept(summary, rows, stack.enter_context(streaming(asked.streams)))
        whole = _convert(found, placed, wanted, asked, kept)
        for home in homes:
            manifest.compact(home)
        seconds = time.monotonic() - start
        if rows:
            _write_reports(rows, summary.as_json(seconds), placed, wanted, asked)
        if asked.sprite and whole:
            _write_sprite(asked.sprite, placed)
    if not asked.quiet:
        click.echo(table(summary, seconds))
        _say_places(homes, summary, asked)
    if not whole:
        click.echo(f"stopped: more than {asked.max_errors} failed, as --max-errors says", err=True)
    return summary


def _say_places(homes: Sequence[str], summary: Summary, asked: Asked) -> None:
    """Where everything is, and what can be done next: words, on stderr."""
    from svgai.report.text import shown

    if summary.converted:
        click.echo(f"SVGs: {', '.join(map(shown, homes))}", err=True)
    for path in asked.reports:
        if path not in asked.pages:  # a page is said when it is written
            click.echo(f"report: {shown(path)}", err=True)
    if summary.failed:
        click.echo("next: mend what failed, then the same command with --resume does only that", err=True)
    elif summary.missed and not asked.pages:
        click.echo("next: --resume --report page.html makes a page to look at, what missed first", err=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """What each outcome goes to."""

    summary: Summary
    rows: Rows | None
    stream: Stream

    def add(self, place: int, outcome: Outcome, *, reused: bool) -> None:
        """Count and keep the outcome of the input at this place. Raises StorageError, OutputError."""
        from svgai.folders.results import check_storage

        check_storage(outcome)
        if self.rows:
            self.rows.add(place, outcome, reused=reused)
        self.stream.add(outcome, reused=reused)
        self.summary.add(outcome, reused=reused)


def _convert(found: Found, placed: Sequence[Placed], wanted: Settings, asked: Asked, kept: Kept) -> bool:
    """Convert everything, or until too much has failed: whether it was all. Raises StorageError, OutputError."""
    from svgai.cli.progress import progress

    most = math.inf if asked.max_errors is None else asked.max_errors
    with progress(len(placed), quiet=asked.quiet) as live:
        for k, failure in enumerate(found.failed):
            kept.add(len(placed) + k, failure, reused=False)
            live.update(failure)
        if not placed or kept.summary.failed.total() > most:
            return not placed
        live.watch(_scratch(placed), [each.job.source for each in placed])
        with closing(_results(placed, wanted, asked)) as results:
            for result in results:
                kept.add(result.index, result.outcome, reused=result.reused)
                live.update(result.outcome)
                if kept.summary.failed.total() > most:
                    return False
    return True


def _results(placed: Sequence[Placed], wanted: Settings, asked: Asked) -> Generator[Result]:
    from svgai.folders.results import How, results
    from svgai.workers.limits import Limits
    from svgai.workers.pool import cores

    how = How(asked.jobs or cores(), Limits(asked.timeout, asked.memory_limit), asked.force, asked.resume)
    if asked.broker is not None:
        return _from_elsewhere(placed, wanted, asked, how)
    return results(placed, wanted, how, _share(placed, asked))


def _from_elsewhere(placed: Sequence[Placed], wanted: Settings, asked: Asked, how: How) -> Generator[Result]:
    """The same, drawn by `svgai worker` on other machines. Raises UsageError."""
    from svgai.folders.results import planned

    with needed("celery", "--broker"):
        from svgai.cluster.sender import Sender
        from svgai.folders import remote
    assert asked.broker is not None
    order, tasks = planned(placed, wanted, how, 0)

    def say(line: str) -> None:
        click.echo(line, err=True)

    with Sender(asked.broker, wanted, order.made_by, how.limits, say) as sender:
        yield from remote.run(order, tasks, sender, shared=asked.shared)


def _write_sprite(path: str, placed: Sequence[Placed]) -> None:
    """The SVGs that there are in one file. Raises OutputError."""
    from svgai.folders import sprite
    from svgai.report.text import shown

    there = [part for part in sprite.parts(placed) if os.path.lexists(part.path)]
    count, lines = sprite.write(path, there)
    for line in lines:
        click.echo(shown(line), err=True)
    click.echo(f"sprite: {shown(path)}, {count} symbols", err=True)


def _scratch(placed: Sequence[Placed]) -> str:
    """The folder for what this run's processes tell each other."""
    from svgai.folders import manifest

    return manifest.scratch(placed[0].home)


def _write_reports(
    rows: Rows, totals: dict[str, Any], placed: Sequence[Placed], wanted: Settings, asked: Asked
) -> None:
    from svgai.machine import machine
    from svgai.provenance import versions
    from svgai.report.rows import write

    head = {
        "schema": SCHEMA, "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "command": command_line(), "machine": machine(), "versions": versions(),
        "settings": asdict(wanted), "totals": totals,
    }  # fmt: skip
    for path in asked.reports:
        if path in asked.pages:
            _write_page(path, rows, totals["seconds"], placed, wanted)
        elif path not in asked.streams:
            write(path, rows, head)


def _write_page(path: str, rows: Rows, seconds: float, placed: Sequence[Placed], wanted: Settings) -> None:
    from svgai.folders import cards
    from svgai.report.page import share

    outcomes, room = rows.outcomes(), share(len(placed))
    folder = _scratch(placed) if placed else os.curdir
    head = head_of([each.job.source for each in placed], wanted, seconds)
    write_page(path, outcomes, lambda k: cards.kept(folder, outcomes[k], wanted, room), head)


def _share(placed: Sequence[Placed], asked: Asked) -> int:
    """Bytes of a page that each image's pictures may take; 0 where no page is wanted."""
    if not asked.pages:
        return 0
    from svgai.report.page import share

    return share(len(placed))
