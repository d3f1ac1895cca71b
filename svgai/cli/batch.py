"""svgai batch: folders of images become folders of SVGs, unattended."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.exits import NO_MATCH, SOME_FAILED, code
from svgai.cli.interrupt import Stopped, resuming, signals_raise
from svgai.cli.options import conversion, settings
from svgai.errors import NoWorkersError, OutputError, StorageError, UsageError

if TYPE_CHECKING:
    from svgai.batch.find import Found
    from svgai.batch.places import Placed
    from svgai.batch.worker import Task
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


def _report_names(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if os.path.splitext(name)[1].lower() not in REPORTS:
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
    help="Every image's record as .json or .csv, or a sheet to look at as .html.",
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
    if options["no_clobber"] and (options["force"] or options["resume"]):
        raise click.UsageError("--no-clobber keeps what is there: it excludes --force and --resume")
    from svgai.report.text import shown

    try:
        found, placed = _plan(inputs, options)
        if options["dry_run"]:
            for job in (p.job for p in placed):
                click.echo(f"{shown(job.source)} → {shown(job.target)}" + (" (kept)" if job.skip else ""))
            return
        if not placed and not found.failed:
            click.echo(f"no images found ({found.ignored} other files ignored)", err=True)
            ctx.exit(NO_MATCH)
        with signals_raise():
            summary = _run(found, placed, wanted, options)
    except UsageError as e:
        raise click.UsageError(str(e)) from e
    except Stopped as e:
        click.echo(f"\ninterrupted; what was finished is whole. To go on:\n  {resuming(sys.argv)}", err=True)
        ctx.exit(128 + e.number)
    except (OutputError, NoWorkersError) as e:
        click.echo(f"stopped: {shown(str(e))}. To go on:\n  {resuming(sys.argv)}", err=True)
        ctx.exit(SOME_FAILED)
    ctx.exit(code(bool(summary.failed), missed=bool(summary.missed or summary.late), strict=options["strict"]))


def _plan(inputs: Sequence[str], options: dict[str, Any]) -> tuple[Found, list[Placed]]:
    from svgai.batch.find import Rules, find
    from svgai.batch.places import place

    rules = Rules(options["recursive"], options["include"], options["exclude"])
    found = find(inputs, rules)
    how = {name: options[name] for name in ("force", "no_clobber", "resume")}
    return found, place(found.sources, options["output"], **how)


def _run(found: Found, placed: Sequence[Placed], wanted: Settings, options: dict[str, Any]) -> Summary:
    from svgai.batch import manifest
    from svgai.report.rows import Rows, write
    from svgai.report.summary import Summary
    from svgai.report.table import table
    from svgai.versions import versions

    start = time.monotonic()
    summary = Summary(ignored=found.ignored)
    with ExitStack() as stack:
        rows = stack.enter_context(closing(Rows(len(placed) + len(found.failed))))
        homes = sorted({p.home for p in placed})
        for home in homes:
            stack.enter_context(manifest.held(home))
        _convert(found, placed, wanted, options, rows, summary)
        for home in homes:
            manifest.compact(home)
        seconds = time.monotonic() - start
        head = {"schema": 1, "versions": versions(), "settings": asdict(wanted),
                "totals": summary.as_json(seconds)}  # fmt: skip
        for path in options["reports"]:
            write(path, rows, head, wanted)
    if not options["quiet"]:
        click.echo(table(summary, seconds))
    return summary


def _convert(
    found: Found, placed: Sequence[Placed], wanted: Settings, options: dict[str, Any], rows: Rows, summary: Summary
) -> None:
    """Convert everything, counting and keeping each outcome. Raises StorageError."""
    from svgai.batch import manifest, run
    from svgai.batch.worker import Order
    from svgai.cli.progress import progress
    from svgai.workers.limits import Limits
    from svgai.workers.pool import cores

    with progress(len(placed), quiet=options["quiet"]) as live:
        for k, failure in enumerate(found.failed):
            rows.add(len(placed) + k, failure, reused=False)
            summary.add(failure)
            live.update(failure)
        if not placed:
            return
        folder = manifest.scratch(placed[0].home)
        order = Order(wanted, manifest.fingerprint(wanted), folder, options["force"], options["resume"])
        tasks = _tasks(placed, options["resume"])
        live.watch(folder, [p.job.source for p in placed])
        limits = Limits(options["timeout"], options["memory_limit"])
        with closing(run.run(order, tasks, processes=options["jobs"] or cores(), limits=limits)) as results:
            for result in results:
                _stop_at_full_disk(result.outcome)
                rows.add(result.index, result.outcome, reused=result.reused)
                summary.add(result.outcome, reused=result.reused)
                live.update(result.outcome)


def _tasks(placed: Sequence[Placed], resume: bool) -> list[Task]:
    from svgai.batch import manifest
    from svgai.batch.worker import Task

    known = {home: manifest.places(home) if resume else {} for home in {p.home for p in placed}}
    return [Task(p.job, p.home, known[p.home].get(manifest.key(p.job.target, p.home), ())) for p in placed]


def _stop_at_full_disk(outcome: Outcome) -> None:
    """What keeps one SVG from being written keeps all others too."""
    from svgai.outcome import Failed

    if isinstance(outcome, Failed) and outcome.code == StorageError.code:
        raise StorageError(outcome.cause, outcome.remedy)
