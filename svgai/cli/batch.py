"""svgai batch: folders of images become folders of SVGs, unattended."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.exits import NO_MATCH, SOME_FAILED, code, refusing
from svgai.cli.interrupt import Stopped, resuming, signals_raise
from svgai.cli.options import conversion, record, settings
from svgai.cli.pages import check_place, head_of, write_page
from svgai.errors import NoWorkersError, OutputError, StorageError
from svgai.outcome import SCHEMA

if TYPE_CHECKING:
    from svgai.batch.find import Found
    from svgai.batch.places import Placed
    from svgai.batch.run import Result
    from svgai.outcome import Outcome
    from svgai.report.rows import Rows
    from svgai.report.summary import Summary
    from svgai.settings import Settings

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)b?", re.IGNORECASE)
REPORTS = (".json", ".csv", ".html")


class Size(click.ParamType[int]):
    """Bytes, with a unit: 500MB, 1.5GB."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        match = _SIZE.fullmatch(str(value).strip())
        if not match or not float(match[1]):
            self.fail(f"{value!r} is no size like 500MB or 1.5GB", param, ctx)
        return int(float(match[1]) * _UNITS[match[2].lower()])


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `svgai batch`, by their names, but for those of the conversion."""

    output: str | None
    recursive: bool
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
        return [path for path in self.reports if _suffix(path) == ".html"]


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _report_names(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if _suffix(name) not in REPORTS:
            raise click.BadParameter(f"{name} ends in none of {', '.join(REPORTS)}")
    return names


@click.command("batch")
@click.argument("inputs", nargs=-1, required=True, metavar="FOLDER|FILE|GLOB...")
@click.option("-o", "--output", metavar="FOLDER", help="Where the SVGs go; else FOLDER-svg beside each FOLDER.")
@click.option("--recursive/--no-recursive", default=True, show_default=True, help="Search sub-folders too.")
@click.option("--include", multiple=True, metavar="GLOB", help="Only images whose name or path matches.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="No images or folders whose name or path matches.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Worker processes; else one a core.")
@click.option("--resume", is_flag=True, help="Do only what is new, changed or failed since the last run.")
@click.option("--force", is_flag=True, help="Replace SVGs that exist.")
@click.option("--no-clobber", is_flag=True, help="Skip inputs whose SVG exists.")
@conversion
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="An image that takes longer fails.",
)
@click.option(
    "--memory-limit",
    type=Size(),
    default="1GB",
    show_default=True,
    metavar="SIZE",
    help="An image whose worker grows larger fails.",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    callback=_report_names,
    metavar="FILE",
    help="Every image's record as .json or .csv, or a page to look at as .html.",
)
@click.option("--strict", is_flag=True, help="Exit 4 where a target is missed.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Only failures.")
@click.pass_context
def command(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Convert all images in folders, in parallel; one that fails leaves the others alone.

    On stdout at the end: a table by tier, and the worst, the slowest and the failed images by name.
    """
    wanted = settings(ctx, options)
    asked = record(Asked, options)
    if asked.no_clobber and (asked.force or asked.resume):
        raise click.UsageError("--no-clobber keeps what is there: it excludes --force and --resume")
    with refusing():
        found, placed = _placed(inputs, asked)
        for path in asked.pages:
            check_place(path, [name for each in placed for name in (each.job.source, each.job.target)])
        if asked.dry_run:
            _say_planned(placed)
            return
        if not placed and not found.failed:
            click.echo(f"no images found ({found.ignored} other files ignored)", err=True)
            ctx.exit(NO_MATCH)
        with _resumable(ctx), signals_raise():
            summary = _run(found, placed, wanted, asked)
    ctx.exit(code(bool(summary.failed), missed=bool(summary.missed or summary.late), strict=asked.strict))


def _placed(inputs: Sequence[str], asked: Asked) -> tuple[Found, list[Placed]]:
    from svgai.batch.find import Rules, find
    from svgai.batch.places import place

    found = find(inputs, Rules(asked.recursive, asked.include, asked.exclude))
    how = {"force": asked.force, "no_clobber": asked.no_clobber, "resume": asked.resume}
    return found, place(found.sources, asked.output, **how)


def _say_planned(placed: Sequence[Placed]) -> None:
    from svgai.report.text import planned

    for each in placed:
        click.echo(planned(each.job))


@contextmanager
def _resumable(ctx: click.Context) -> Iterator[None]:
    """What stops a run ends the command with the line that goes on with it."""
    from svgai.report.text import shown

    try:
        yield
    except Stopped as e:
        click.echo(f"\ninterrupted; what was finished is whole. To go on:\n  {resuming(sys.argv)}", err=True)
        ctx.exit(128 + e.number)
    except (OutputError, NoWorkersError) as e:
        click.echo(f"stopped: {shown(str(e))}. To go on:\n  {resuming(sys.argv)}", err=True)
        ctx.exit(SOME_FAILED)


def _run(found: Found, placed: Sequence[Placed], wanted: Settings, asked: Asked) -> Summary:
    from svgai.batch import manifest
    from svgai.report.rows import Rows
    from svgai.report.summary import Summary
    from svgai.report.table import table

    start = time.monotonic()
    summary = Summary(ignored=found.ignored)
    with ExitStack() as stack:
        rows = stack.enter_context(closing(Rows(len(placed) + len(found.failed))))
        homes = sorted({each.home for each in placed})
        for home in homes:
            stack.enter_context(manifest.held(home))
        _convert(found, placed, wanted, asked, rows, summary)
        for home in homes:
            manifest.compact(home)
        seconds = time.monotonic() - start
        _write_reports(rows, summary.as_json(seconds), placed, wanted, asked)
    if not asked.quiet:
        click.echo(table(summary, seconds))
    return summary


def _convert(
    found: Found, placed: Sequence[Placed], wanted: Settings, asked: Asked, rows: Rows, summary: Summary
) -> None:
    """Convert everything, counting and keeping each outcome. Raises StorageError."""
    from svgai.cli.progress import progress

    with progress(len(placed), quiet=asked.quiet) as live:
        for k, failure in enumerate(found.failed):
            rows.add(len(placed) + k, failure, reused=False)
            summary.add(failure)
            live.update(failure)
        if not placed:
            return
        live.watch(_scratch(placed), [each.job.source for each in placed])
        with closing(_results(placed, wanted, asked)) as results:
            for result in results:
                _stop_at_full_disk(result.outcome)
                rows.add(result.index, result.outcome, reused=result.reused)
                summary.add(result.outcome, reused=result.reused)
                live.update(result.outcome)


def _results(placed: Sequence[Placed], wanted: Settings, asked: Asked) -> Generator[Result]:
    from svgai.batch import manifest, run
    from svgai.batch.worker import Order, Task
    from svgai.provenance import fingerprint
    from svgai.workers.limits import Limits
    from svgai.workers.pool import cores

    order = Order(wanted, fingerprint(wanted), _scratch(placed), asked.force, asked.resume, _share(placed, asked))
    known = {home: manifest.places(home) if asked.resume else {} for home in {each.home for each in placed}}
    tasks = [
        Task(each.job, each.home, known[each.home].get(manifest.key(each.job.target, each.home), ()))
        for each in placed
    ]
    limits = Limits(asked.timeout, asked.memory_limit)
    return run.run(order, tasks, processes=asked.jobs or cores(), limits=limits)


def _scratch(placed: Sequence[Placed]) -> str:
    """The folder for what this run's processes tell each other."""
    from svgai.batch import manifest

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
    from svgai.batch import cards
    from svgai.report.page import share

    outcomes = rows.outcomes()
    folder = _scratch(placed) if placed else os.curdir
    room = share(len(placed))
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
