"""svgai benchmark: do the tiers keep what they promise here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.command import Command
from svgai.cli.exits import MISSED, NO_MATCH, OK, SOME_FAILED, failing_to_write, refusing
from svgai.cli.options import conversion, record, settings
from svgai.cli.pages import head_of, page_name, write_page
from svgai.cli.progress import say, several
from svgai.errors import NoWorkersError, UsageError
from svgai.outcome import SCHEMA

if TYPE_CHECKING:
    from svgai.benchmark.judge import Result
    from svgai.benchmark.measure import Measured
    from svgai.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `svgai benchmark`, by their names, but for those of the conversion."""

    repeat: int
    jobs: int
    baseline: str | None
    write_baseline: str | None
    report: str | None
    as_json: bool


@click.command(
    "benchmark",
    cls=Command,
    examples=[
        ("svgai benchmark", "the samples that come with it"),
        ("svgai benchmark pictures/ --jobs 2", "your own"),
    ],
    codes=[("1", "some input failed"), ("4", "a promise was not kept")],
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--repeat", type=click.IntRange(1), default=1, show_default=True, help="Conversions an image; medians count."
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Images measured at a time.")
@click.option("--baseline", type=click.Path(dir_okay=False), metavar="FILE",
              help="Fail where SSIM, a PASS or the ratio to plain vtracer became worse.")  # fmt: skip
@click.option("--write-baseline", type=click.Path(dir_okay=False), metavar="FILE", help="Keep this result.")
@click.option("--report", callback=page_name, metavar="FILE.html", help="A page to look at.")
@conversion
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Measure images against their tiers' targets; exit 4 on FAIL.

    PATHS are images or folders of them; without any, the bundled samples. Each image runs in a process of its own,
    beside one call of plain vtracer: the ratio of the two times holds from machine to machine.
    """
    wanted = settings(ctx, options)
    asked = record(Asked, options)
    from svgai import files
    from svgai.benchmark import baseline
    from svgai.benchmark.judge import judge
    from svgai.benchmark.text import summary
    from svgai.files import Job
    from svgai.report import place

    with refusing():
        sources = _sources(paths)
        before = baseline.read(Path(asked.baseline)) if asked.baseline else {}
        jobs = [Job(source, source) for source in sources]
        if asked.write_baseline:
            place.check(asked.write_baseline, (".json",), jobs)
        if asked.report:
            place.check(asked.report, (".html",), jobs)
    if not sources:
        click.echo("no images found", err=True)
        ctx.exit(NO_MATCH)
    rows = _measured(ctx, sources, wanted, asked)
    result, worse = judge(rows), baseline.regressions(rows, before)
    _say(result, worse, asked)
    if asked.write_baseline:
        with failing_to_write():
            files.write(asked.write_baseline, baseline.text(rows, _environment()).encode(), replace=True)
    if asked.report:
        _write_page(rows, summary(result, worse), wanted, asked.report)
    ctx.exit(OK if result.passed and not worse else MISSED)


def _sources(paths: tuple[str, ...]) -> list[str]:
    """The images that are meant. Raises UsageError."""
    from svgai import samples
    from svgai.folders.find import Rules, find

    if not paths:
        return [str(path) for path in samples.paths()]
    found = find(paths, Rules())
    for failure in found.failed:
        raise UsageError(f"{failure.source}: {failure.cause}", failure.remedy)
    return [source.path for source in found.sources]


def _measured(ctx: click.Context, sources: Sequence[str], wanted: Settings, asked: Asked) -> list[Measured]:
    """Every image measured; each is said as it comes."""
    from svgai.benchmark.measure import Request
    from svgai.benchmark.run import run
    from svgai.benchmark.text import row
    from svgai.cli.words import missed
    from svgai.outcome import Failed
    from svgai.report.page import share

    room = share(len(sources)) if asked.report else 0
    requests = [Request(source, wanted, asked.repeat, room) for source in sources]
    rows: list[Measured] = []
    if not asked.as_json:
        click.echo("  ".join(f"{name} {value}" for name, value in _environment().items()))
    try:
        with several(len(sources), quiet=asked.as_json) as live:
            for measured in run(requests, asked.jobs):
                rows.append(measured)
                if not asked.as_json:
                    say(row(measured), live)
                if live:
                    live.count(failed=isinstance(measured.outcome, Failed), missed=missed(measured.outcome))
    except NoWorkersError as e:
        click.echo(f"stopped: {e}", err=True)
        ctx.exit(SOME_FAILED)
    return rows


def _environment() -> dict[str, Any]:
    from svgai.machine import machine
    from svgai.provenance import versions

    return {**machine(), **versions()}


def _say(result: Result, worse: Sequence[str], asked: Asked) -> None:
    from svgai.benchmark.text import summary

    if asked.as_json:
        said = {"schema": SCHEMA, "environment": _environment(), **result.as_json(), "regressions": worse}
        click.echo(json.dumps(said))
    else:
        click.echo(summary(result, worse))


def _write_page(rows: Sequence[Measured], said: str, wanted: Settings, path: str) -> None:
    from svgai.report.card import card

    outcomes = [measured.outcome for measured in rows]
    head = head_of([outcome.source for outcome in outcomes], wanted, said=said)
    with failing_to_write():
        write_page(path, outcomes, lambda k: card(outcomes[k], rows[k].pictures), head)
