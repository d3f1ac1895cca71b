"""A batch that the command line runs: progress on stderr, each outcome counted and kept, reports written."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.pages import head_of, write_page
from svgai.errors import StorageError
from svgai.outcome import SCHEMA

if TYPE_CHECKING:
    from svgai.folders.find import Found
    from svgai.folders.places import Placed
    from svgai.folders.run import Result
    from svgai.outcome import Outcome
    from svgai.report.rows import Rows
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
    strict: bool
    dry_run: bool
    quiet: bool

    @property
    def pages(self) -> list[str]:
        """The reports to look at."""
        return [path for path in self.reports if suffix(path) == ".html"]


def suffix(path: str) -> str:
    """The ending of a report's name, which says its kind."""
    return os.path.splitext(path)[1].lower()


def run_batch(found: Found, placed: Sequence[Placed], wanted: Settings, asked: Asked) -> Summary:
    """Convert, report and say the table. Raises UsageError, StorageError, OutputError, NoWorkersError."""
    from svgai.folders import manifest
    from svgai.report.rows import Rows
    from svgai.report.summary import Summary
    from svgai.report.table import table

    start = time.monotonic()
    summary = Summary(ignored=found.ignored)
    with ExitStack() as stack:
        rows = stack.enter_context(closing(Rows(len(placed) + len(found.failed)))) if asked.reports else None
        homes = sorted({each.home for each in placed})
        for home in homes:
            stack.enter_context(manifest.held(home))
        _convert(found, placed, wanted, asked, rows, summary)
        for home in homes:
            manifest.compact(home)
        seconds = time.monotonic() - start
        if rows:
            _write_reports(rows, summary.as_json(seconds), placed, wanted, asked)
    if not asked.quiet:
        click.echo(table(summary, seconds))
    return summary


def _convert(
    found: Found, placed: Sequence[Placed], wanted: Settings, asked: Asked, rows: Rows | None, summary: Summary
) -> None:
    """Convert everything, counting and keeping each outcome. Raises StorageError."""
    from svgai.cli.progress import progress

    with progress(len(placed), quiet=asked.quiet) as live:
        for k, failure in enumerate(found.failed):
            if rows:
                rows.add(len(placed) + k, failure, reused=False)
            summary.add(failure)
            live.update(failure)
        if not placed:
            return
        live.watch(_scratch(placed), [each.job.source for each in placed])
        with closing(_results(placed, wanted, asked)) as results:
            for result in results:
                _stop_at_full_disk(result.outcome)
                if rows:
                    rows.add(result.index, result.outcome, reused=result.reused)
                summary.add(result.outcome, reused=result.reused)
                live.update(result.outcome)


def _results(placed: Sequence[Placed], wanted: Settings, asked: Asked) -> Generator[Result]:
    from svgai.folders.results import How, results
    from svgai.workers.limits import Limits
    from svgai.workers.pool import cores

    how = How(asked.jobs or cores(), Limits(asked.timeout, asked.memory_limit), asked.force, asked.resume)
    return results(placed, wanted, how, _share(placed, asked))


def _scratch(placed: Sequence[Placed]) -> str:
    """The folder for what this run's processes tell each other."""
    from svgai.folders import manifest

    return manifest.scratch(placed[0].home)


def _write_reports(
    rows: Rows, totals: dict[str, Any], placed: Sequence[Placed], wanted: Settings, asked: Asked
) -> None:
    from svgai.provenance import versions
    from svgai.report.rows import write

    head = {"schema": SCHEMA, "versions": versions(), "settings": asdict(wanted), "totals": totals}
    for path in asked.reports:
        if path in asked.pages:
            _write_page(path, rows, totals["seconds"], placed, wanted)
        else:
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


def _stop_at_full_disk(outcome: Outcome) -> None:
    """What keeps one SVG from being written keeps all others too."""
    from svgai.outcome import Failed

    if isinstance(outcome, Failed) and outcome.code == StorageError.code:
        raise StorageError(outcome.cause, outcome.remedy)
