"""svgai batch: folders of images become folders of SVGs, unattended."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.batch_run import Asked, run_batch
from svgai.cli.command import Command
from svgai.cli.exits import NO_MATCH, OK, SOME_FAILED, code, refusing
from svgai.cli.interrupt import Stopped, resuming, signals_raise
from svgai.cli.options import conversion, record, settings
from svgai.cli.reports import Reports, reports_option
from svgai.cli.run_options import run_options
from svgai.errors import NoWorkersError, OutputError
from svgai.options import FILES

if TYPE_CHECKING:
    from svgai.folders.find import Found
    from svgai.folders.places import Placed
    from svgai.settings import Settings


def _sprite_name(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    if name is not None and not name.lower().endswith(".svg"):
        raise click.BadParameter(f"{name} does not end in .svg, and a sprite is one")
    return name


@click.command(
    "batch",
    cls=Command,
    examples=[
        ("svgai batch icons/", "icons-svg/, sub-folders mirrored, all cores"),
        ("svgai batch icons/ --resume --report run.html", "only what is new, changed or failed, and a page"),
        ("svgai batch icons/ --check", "in CI: exit 1 where an SVG is not up to date"),
    ],
    codes=[
        ("1", "some input failed, or is not up to date"),
        ("2", "refused before any work"),
        ("3", "there were no images"),
        ("4", "with --strict, a target was missed"),
    ],
)
@click.argument("inputs", nargs=-1, required=True, metavar="FOLDER|FILE|GLOB...", type=click.Path())
@run_options
@click.option("--resume", is_flag=True, help="Do only what is new, changed or failed since the last run.")
@click.option("--force", is_flag=True, help="Replace SVGs that exist.")
@click.option("--no-clobber", is_flag=True, help="Skip inputs whose SVG exists.")
@conversion
@reports_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on stdout, as each is done.")
@click.option("--sprite", callback=_sprite_name, type=click.Path(), metavar="FILE.svg",
              help="Also all SVGs in one file, a symbol each, whose id is the file's name.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Exit 4 where a target is missed.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--check", is_flag=True, help="Convert nothing; name the SVGs that are not up to date, exit 1 if any.")
@click.option("--max-errors", type=click.IntRange(0), metavar="N", help="Stop when more than N images have failed.")
@click.option("--broker-url", "--broker", "broker", metavar="URL",
              help="Draw where svgai worker runs, through redis://… or amqp://…; needs svgai[celery].")  # fmt: skip
@click.option("--shared", is_flag=True, help="With --broker: all machines see these files under the same paths.")
@click.option("-q", "--quiet", is_flag=True, help="Only failures.")
@click.option("-v", "--verbose", is_flag=True, help="Each image as convert -v says it.")
@click.pass_context
def command(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Convert all images in folders, in parallel; one that fails leaves the others alone.

    On stdout at the end: a table by tier; by name what missed, wants a look, was slowest or failed.
    """
    wanted = settings(ctx, options)
    asked = record(Asked, options)
    _check_together(asked, wanted)
    from svgai import layer_files
    from svgai.report import place

    with refusing():
        found, placed = _placed(inputs, asked)
        jobs = [each.job for each in placed]
        replaced = asked.force or asked.resume or asked.check
        layer_files.check(jobs, wanted.layers, force=replaced)
        Reports(asked.reports).check(jobs, force=asked.force)
        if asked.sprite:
            place.check(asked.sprite, (".svg",), jobs, force=asked.force)
        if asked.dry_run:
            _say_planned(placed)
            return
        if not placed and not found.failed:
            only = f" that {' or '.join(asked.include)} matches" if asked.include else ""
            other = f"{found.ignored} other file{'s' * (found.ignored != 1)} ignored"
            click.echo(f"no images found{only} ({other})", err=True)
            ctx.exit(NO_MATCH)
        if asked.check:
            ctx.exit(_check(found, placed, wanted))
        with _resumable(ctx), signals_raise():
            summary = run_batch(found, placed, wanted, asked)
    ctx.exit(code(bool(summary.failed), missed=bool(summary.missed or summary.late), strict=asked.strict))


def _check_together(asked: Asked, wanted: Settings) -> None:
    """Refuse options that exclude each other."""
    if asked.no_clobber and (asked.force or asked.resume):
        raise click.UsageError("--no-clobber keeps what is there: it excludes --force and --resume")
    if asked.broker is not None and asked.jobs is not None:
        raise click.UsageError("--jobs is about this machine, which draws nothing with --broker")
    if asked.shared and asked.broker is None:
        raise click.UsageError("--shared goes with --broker")
    if asked.broker is not None and wanted.layers == FILES:
        raise click.UsageError("--layers files is for drawings made here; with --broker give inkscape")


def _placed(inputs: Sequence[str], asked: Asked) -> tuple[Found, list[Placed]]:
    from svgai.folders.find import Rules, find
    from svgai.folders.places import place

    found = find(inputs, Rules(asked.recursive, asked.hidden, asked.include, asked.exclude))
    how = {"force": asked.force, "no_clobber": asked.no_clobber, "resume": asked.resume or asked.check}
    return found, place(found.sources, asked.output, **how)


def _check(found: Found, placed: Sequence[Placed], wanted: Settings) -> int:
    """Name what is not up to date, on stdout; the exit code."""
    from svgai.folders.state import stale
    from svgai.report.text import line, shown

    old = list(stale(placed, wanted))
    for each, reason in old:
        click.echo(f"{shown(each.job.target)}: {reason} ({shown(each.job.source)})")
    for failure in found.failed:
        click.echo(line(failure), err=True)
    click.echo(f"{len(placed) - len(old)} up to date, {len(old)} not", err=True)
    return SOME_FAILED if old or found.failed else OK


def _say_planned(placed: Sequence[Placed]) -> None:
    from svgai.report.text import planned

    for each in placed:
        click.echo(planned(each.job))
    kept = sum(each.job.skip for each in placed)
    click.echo(f"{len(placed) - kept} to convert, {kept} kept", err=True)


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
