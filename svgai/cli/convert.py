"""svgai convert: each named image becomes an SVG."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from svgai.cli import console
from svgai.cli.command import Command
from svgai.cli.exits import code_of, failing_to_write, refusing
from svgai.cli.extra import needed
from svgai.cli.options import conversion, record, settings
from svgai.cli.pages import head_of, page_name, write_page
from svgai.cli.progress import say, several
from svgai.errors import SvgaiError

if TYPE_CHECKING:
    from svgai.cli.bar import Bar
    from svgai.files import Job
    from svgai.outcome import Converted, Outcome
    from svgai.pipeline import Conversion
    from svgai.settings import Settings


# From so many images on the way to more speed is said (by eye: 20 icons take 10 s).
_MANY = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `svgai convert`, by their names, but for those of the conversion."""

    output: str | None
    force: bool
    no_clobber: bool
    as_json: bool
    page: str | None
    strict: bool
    dry_run: bool
    quiet: bool
    verbose: bool
    preview: bool


@click.command(
    "convert",
    cls=Command,
    examples=[
        ("svgai convert logo.png", "logo.svg beside it"),
        ("svgai convert *.png -o out/ --report a.html", "and a page to look at"),
        ("svgai convert - -o - < logo.png > logo.svg", "in a pipe"),
        ("svgai convert logo.png --target-ssim 0.98", "the smallest SVG that reaches it"),
    ],
    codes=[("1", "some input failed"), ("2", "refused before any work"), ("4", "with --strict, a target was missed")],
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", type=click.Path(allow_dash=True))
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=click.Path(allow_dash=True),
    help="A file (.svg, .svgz, .png, .pdf, .eps, .dxf), a folder, or - for stdout; else beside the input.",
)
@click.option("--force", is_flag=True, help="Replace SVGs that exist.")
@click.option("--no-clobber", is_flag=True, help="Skip inputs whose SVG exists.")
@conversion
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on stdout.")
@click.option("--report", "--sheet", "page", callback=page_name, metavar="FILE.html", type=click.Path(),
              help="A page to look at: source and SVG over each other, heat map, outlines.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Exit 4 where a target is missed.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Only failures.")
@click.option("-v", "--verbose", is_flag=True, help="Also parameters, features and the time of each stage.")
@click.option("--preview", is_flag=True, help="Show source and SVG in the terminal. Needs svgai[preview].")
@click.pass_context
def command(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Convert images to SVG, measuring each against its source.

    INPUT is an image file or - for stdin. On stdout: tier, plan, SSIM, sizes, time and PASS or MISS for each.
    """
    wanted = settings(ctx, options)
    asked = record(Asked, options)
    if asked.preview:
        _check_preview()
    to_stdout = asked.output == "-" or (asked.output is None and inputs == ("-",))
    if to_stdout and asked.as_json:
        raise click.UsageError("stdout carries either the SVG or JSON; give -o FILE.svg with --json")
    if asked.force and asked.no_clobber:
        raise click.UsageError("--force and --no-clobber exclude each other")
    from svgai import files, layer_files
    from svgai.cli.words import colored, totals
    from svgai.report.text import planned

    with refusing():
        jobs = files.plan(inputs, asked.output, force=asked.force, no_clobber=asked.no_clobber)
        layer_files.check(jobs, wanted.layers, force=asked.force)
        if asked.page:
            from svgai.report import place

            place.check(asked.page, (".html",), jobs, force=asked.force)
    if asked.dry_run:
        for job in jobs:
            click.echo(planned(job))
        return
    room = _room(len(jobs)) if asked.page else 0
    start = time.monotonic()
    with several(len(jobs), quiet=asked.quiet) as live:
        done = [_one(job, wanted, asked, to_stdout, room, live) for job in jobs]
    if len(jobs) > 1 and not (asked.quiet or asked.as_json):
        click.echo(colored(totals([each.outcome for each in done], time.monotonic() - start)), err=True)
        if len(jobs) >= _MANY:
            click.echo("svgai batch does as many with a process a core, and goes on where it stopped", err=True)
    if asked.page:
        _write_page(done, wanted, asked.page)
    ctx.exit(code_of([each.outcome for each in done], strict=asked.strict))


def _room(count: int) -> int:
    """Bytes for the pictures of each of so many images in a page."""
    from svgai.report.page import share

    return share(count)


@dataclass(frozen=True, slots=True)
class _Done:
    """An input's outcome, and its card of the page: empty where none is wanted."""

    outcome: Outcome
    card: str = ""


def _one(job: Job, wanted: Settings, asked: Asked, to_stdout: bool, room: int, live: Bar | None) -> _Done:
    from svgai import files, layer_files
    from svgai import job as jobs
    from svgai.export.kinds import data_of
    from svgai.export.layers import layers_of

    made: list[Conversion] = []

    def write(outcome: Converted, conversion: Conversion) -> None:
        if outcome.target != files.STREAM:
            layers = layers_of(conversion, outcome.target)
            layer_files.write(layers, replace=layers if asked.force else ())
            files.write(outcome.target, data_of(conversion, outcome.target), replace=asked.force)
        made.append(conversion)

    outcome = jobs.run(job, wanted, write)
    if made and job.target == files.STREAM:
        console.write_bytes(made[-1].svg.data)
    if live:
        live.update(outcome)
    _say(outcome, asked, to_stdout, live)
    if made and asked.preview:
        from svgai.cli.preview import show

        show(made[-1])
    return _Done(outcome, _card(outcome, made, wanted, room) if asked.page else "")


def _check_preview() -> None:
    """Refuse a preview that nobody would see."""
    if not sys.stdout.isatty():
        raise click.UsageError("--preview shows pictures in a terminal, and stdout is none")
    with needed("preview", "a preview"):
        from svgai.cli import preview  # noqa: F401 - it asks the terminal what it can


def _card(outcome: Outcome, made: Sequence[Conversion], wanted: Settings, room: int) -> str:
    """Its card of the page. made: the conversion, where there was one; room: bytes for its pictures."""
    from svgai.report.card import card
    from svgai.report.pictures import original, pictures

    if not made:
        return card(outcome)
    try:
        return card(outcome, pictures(made[-1].raster, made[-1].svg.text, room, original(outcome.source, wanted)))
    except SvgaiError as e:
        return card(outcome, e)


def _say(outcome: Outcome, asked: Asked, to_stdout: bool, live: Bar | None) -> None:
    """Words on an outcome; those of a failure have been said by the bar, where there is one."""
    from svgai.cli.words import colored, fitted, missed
    from svgai.outcome import Failed, as_json
    from svgai.report.text import line, lines

    if isinstance(outcome, Failed) and not live:
        click.echo(lines(outcome), err=True)
    if asked.as_json:
        click.echo(json.dumps(as_json(outcome)))
    elif not isinstance(outcome, Failed) and not asked.quiet:
        say(colored(fitted(lines(outcome, verbose=asked.verbose))), live, err=to_stdout)
    elif asked.strict and missed(outcome):
        click.echo(colored(line(outcome)), err=True)


def _write_page(done: Sequence[_Done], wanted: Settings, path: str) -> None:
    head = head_of([each.outcome.source for each in done], wanted)
    with failing_to_write():
        write_page(path, [each.outcome for each in done], lambda k: done[k].card, head)
