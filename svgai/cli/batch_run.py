"""A batch that the command line runs: progress on stderr, each outcome counted and kept, reports written."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from svgai.cli.extra import needed
from svgai.cli.pages import head_of, write_page
from svgai.cli.reports import Reports
from svgai.outcome import as_json

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
    as_json: bool
    sprite: str | None
    strict: bool
    dry_run: bool
    check: bool
    max_errors: int | None
    quiet: bool
    verbose: bool
    broker: str | None
    shared: bool


def run_batch(found: Found, placed: Sequence[Placed], wanted: Settings, asked: Asked) -> Summary:
    """Convert, report and say the table. Raises UsageError, StorageError, OutputError, NoWorkersError."""
    from svgai.cli.words import colored, fitted
    from svgai.folders import manifest
    from svgai.folders.results import homes_held
    from svgai.report.rows import Rows
    from svgai.report.stream import streaming
    from svgai.report.summary import Summary
    from svgai.report.table import table
    from svgai.report.text import shown

    start = time.monotonic()
    summary, reports = Summary(ignored=found.ignored), Reports(asked.reports)
    with ExitStack() as stack:
        rows = stack.enter_context(closing(Rows(len(placed) + len(found.failed)))) if reports.paths else None
        homes = stack.enter_context(homes_held(placed))
        if asked.output is None and not asked.quiet:
            click.echo(f"SVGs go to {', '.join(map(shown, homes))}", err=True)
        kept = Kept(summary, rows, stack.enter_context(streaming(reports.streams)), asked.as_json)
        whole = _convert(found, placed, wanted, asked, kept)
        for home in homes:
            manifest.compact(home)
        seconds = time.monotonic() - start
        if rows:
            for path in reports.pages:
                _write_page(path, rows, seconds, placed, wanted)
            reports.write_tables(rows, summary, seconds, wanted)
        if asked.sprite and whole:
            _write_sprite(asked.sprite, placed)
    if not asked.quiet:
        click.echo(colored(fitted(table(summary, seconds))), err=asked.as_json)
        _say_places(homes, summary, reports)
    if not whole:
        click.echo(f"stopped: more than {asked.max_errors} failed, as --max-errors says", err=True)
    return summary


def _say_places(homes: Sequence[str], summary: Summary, reports: Reports) -> None:
    """Where everything is, and what can be done next: words, on stderr."""
    from svgai.report.text import shown

    if summary.converted:
        click.echo(f"SVGs: {', '.join(map(shown, homes))}", err=True)
    reports.say()
    if summary.failed:
        click.echo("next: mend what failed, then the same command with --resume does only that", err=True)
    elif (summary.missed or summary.look) and not reports.pages:
        click.echo("next: --resume --report page.html makes a page to look at, the worst first", err=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """What each outcome goes to."""

    summary: Summary
    rows: Rows | None
    stream: Stream
    as_json: bool

    def add(self, place: int, outcome: Outcome, *, reused: bool) -> None:
        """Count and keep the outcome of the input at this place. Raises StorageError, OutputError."""
        from svgai.folders.results import check_storage

        check_storage(outcome)
        if self.rows:
            self.rows.add(place, outcome, reused=reused)
        self.stream.add(outcome, reused=reused)
        self.summary.add(outcome, reused=reused)
        if self.as_json:
            click.echo(json.dumps({**as_json(outcome), "reused": reused}))


def _convert(found: Found, placed: Sequence[Placed], wanted: Settings, asked: Asked, kept: Kept) -> bool:
    """Convert everything, or until too much has failed: whether it was all. Raises StorageError, OutputError."""
    from svgai.cli.progress import progress

    most = math.inf if asked.max_errors is None else asked.max_errors
    with progress(len(placed), quiet=asked.quiet, verbose=asked.verbose) as live:
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


def _write_page(path: str, rows: Rows, seconds: float, placed: Sequence[Placed], wanted: Settings) -> None:
    from svgai.folders import cards
    from svgai.report.page import share

    outcomes, room = rows.outcomes(), share(len(placed))
    folder = _scratch(placed) if placed else os.curdir
    head = head_of([each.job.source for each in placed], wanted, seconds)
    write_page(path, outcomes, lambda k: cards.kept(folder, outcomes[k], wanted, room), head)


def _share(placed: Sequence[Placed], asked: Asked) -> int:
    """Bytes of a page that each image's pictures may take; 0 where no page is wanted."""
    if not Reports(asked.reports).pages:
        return 0
    from svgai.report.page import share

    return share(len(placed))
