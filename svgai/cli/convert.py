"""svgai convert: each named image becomes an SVG."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.exits import INTERRUPTED, code_of
from svgai.cli.options import conversion, settings
from svgai.errors import UsageError

if TYPE_CHECKING:
    from svgai.files import Job
    from svgai.outcome import Converted, Outcome


@click.command("convert")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", metavar="OUT", help="A .svg file, a folder, or - for stdout; else beside the input.")
@click.option("--force", is_flag=True, help="Replace SVGs that exist.")
@click.option("--no-clobber", is_flag=True, help="Skip inputs whose SVG exists.")
@conversion
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on stdout.")
@click.option("--sheet", type=click.Path(dir_okay=False), metavar="FILE.html",
              help="Source, SVG and difference side by side.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Exit 4 where a target is missed.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Only failures.")
@click.option("-v", "--verbose", is_flag=True, help="Also parameters, features and the time of each stage.")
@click.pass_context
def command(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Convert images to SVG, measuring each against its source.

    INPUT is an image file or - for stdin. On stdout: tier, plan, SSIM, sizes, time and PASS or MISS for each.
    """
    wanted = settings(ctx, options)
    to_stdout = options["output"] == "-" or (options["output"] is None and inputs == ("-",))
    if to_stdout and options["as_json"]:
        raise click.UsageError("stdout carries either the SVG or JSON; give -o FILE.svg with --json")
    if options["force"] and options["no_clobber"]:
        raise click.UsageError("--force and --no-clobber exclude each other")
    from svgai import files

    try:
        jobs = files.plan(inputs, options["output"], force=options["force"], no_clobber=options["no_clobber"])
    except UsageError as e:
        raise click.UsageError(str(e)) from e
    if options["dry_run"]:
        from svgai.report.text import shown

        for job in jobs:
            click.echo(f"{shown(job.source)} → {shown(job.target)}" + (" (kept)" if job.skip else ""))
        return
    try:
        outcomes = [_one(job, wanted, options, to_stdout) for job in jobs]
        if options["sheet"]:
            _write_sheet(outcomes, wanted, options["sheet"])
    except KeyboardInterrupt:
        click.echo("interrupted; what was finished is whole", err=True)
        ctx.exit(INTERRUPTED)
    ctx.exit(code_of(outcomes, strict=options["strict"]))


def _one(job: Job, wanted: Any, options: dict[str, Any], to_stdout: bool) -> Outcome:
    from svgai import files
    from svgai import job as jobs
    from svgai.outcome import Failed, as_json
    from svgai.report.text import lines, shown

    def write(outcome: Converted, data: bytes) -> None:
        if outcome.target == files.STREAM:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        else:
            files.write(outcome.target, data, replace=options["force"])

    outcome = jobs.run(job, wanted, write)
    if isinstance(outcome, Failed):
        click.echo(f"{shown(job.source)}: {outcome.message}", err=True)
    if options["as_json"]:
        click.echo(json.dumps(as_json(outcome)))
    elif not isinstance(outcome, Failed) and not options["quiet"]:
        click.echo(lines(outcome, verbose=options["verbose"]), err=to_stdout)
    return outcome


def _write_sheet(outcomes: list[Outcome], wanted: Any, path: str) -> None:
    from svgai import files
    from svgai.errors import OutputError
    from svgai.report.sheet import page, row
    from svgai.report.text import shown

    try:
        text = "".join(page(row(o, wanted) for o in outcomes))
        files.write(path, text.encode("utf-8", "replace"), replace=True)
    except OutputError as e:
        raise click.ClickException(str(e)) from e
    click.echo(f"sheet: {shown(path)}", err=True)
