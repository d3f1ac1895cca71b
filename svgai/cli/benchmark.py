"""svgai benchmark: do the tiers keep what they promise here."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.exits import MISSED, NO_MATCH, OK
from svgai.cli.options import conversion, settings
from svgai.errors import UsageError

if TYPE_CHECKING:
    from svgai.benchmark.measure import Measured
    from svgai.benchmark.run import Result


@click.command("benchmark")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--repeat", type=click.IntRange(1), default=1, show_default=True, help="Conversions an image; medians count."
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Images measured at a time.")
@click.option("--baseline", type=click.Path(dir_okay=False), metavar="FILE",
              help="Fail where SSIM, a PASS or the ratio to plain vtracer became worse.")  # fmt: skip
@click.option("--write-baseline", type=click.Path(dir_okay=False), metavar="FILE", help="Keep this result.")
@click.option("--report", type=click.Path(dir_okay=False), metavar="FILE.html", help="A page to look at.")
@conversion
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Measure images against their tiers' targets; exit 4 on FAIL.

    PATHS are images or folders of them; without any, the bundled samples. Each image runs in a process of its own,
    beside one call of plain vtracer: the ratio of the two times holds from machine to machine.
    """
    wanted = settings(ctx, options)
    from svgai import samples
    from svgai.benchmark import baseline
    from svgai.benchmark.measure import Request
    from svgai.benchmark.run import judge, run
    from svgai.versions import machine, versions

    header = {**machine(), **versions()}
    try:
        sources = _images(paths) if paths else [str(p) for p in samples.paths()]
        before = baseline.read(Path(options["baseline"])) if options["baseline"] else {}
    except UsageError as e:
        raise click.UsageError(str(e)) from e
    if not sources:
        click.echo("no images found", err=True)
        ctx.exit(NO_MATCH)
    rows: list[Measured] = []
    if not options["as_json"]:
        click.echo("  ".join(f"{k} {v}" for k, v in header.items()))
    for row in run([Request(s, wanted, options["repeat"]) for s in sources], options["jobs"]):
        rows.append(row)
        if not options["as_json"]:
            click.echo(_row(row))
    result = judge(rows)
    worse = baseline.regressions(rows, before)
    if options["as_json"]:
        record = {"schema": 1, "environment": header, **result.as_json(), "regressions": worse}
        click.echo(json.dumps(record))
    else:
        _print(result, worse)
    if options["write_baseline"]:
        Path(options["write_baseline"]).write_text(baseline.text(rows, header), encoding="utf-8")
    if options["report"]:
        _write_report(rows, options["report"], wanted)
    ctx.exit(OK if result.passed and not worse else MISSED)


def _images(paths: tuple[str, ...]) -> list[str]:
    from svgai.picture.formats import SUFFIXES

    found: list[str] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
            found += map(str, inside)
        elif path.exists():
            found.append(str(path))
        else:
            raise UsageError(f"{path}: there is no such file or folder", "check the name")
    return found


def _row(row: Measured) -> str:
    from svgai.outcome import Converted
    from svgai.report.text import shown, size

    o = row.outcome
    name = os.path.basename(shown(o.source))
    if not isinstance(o, Converted):
        return f"{name:32} failed: {getattr(o, 'message', '')}"
    ratio = "-" if row.ratio is None else f"{row.ratio:.1f}"
    plain = "-" if row.vtracer_seconds is None else f"{row.vtracer_seconds:.3f}"
    time = f"{o.seconds['total']:7.3f} s{' ' if o.in_time else '!'}"
    misses = f"  {'; '.join(o.misses)}" if o.misses else ""
    return (
        f"{name:32} T{o.tier} {o.plan:8} SSIM {o.ssim:.5f}  ΔE {o.delta_e:5.2f}  {size(o.bytes_out):>8}  {time} "
        f"vtracer {plain} s  ratio {ratio:>6}  {row.peak_mb:4.0f} MB  {o.verdict}{misses}"
    )


def _print(result: Result, worse: list[str]) -> None:
    for t in result.tiers:
        ratio = "-" if t.ratio_p50 is None else f"{t.ratio_p50:.1f}"
        click.echo(
            f"T{t.tier} {t.word}: {t.images} images, SSIM mean {t.ssim_mean:.4f} min {t.ssim_min:.4f} "
            f"(target {t.target.ssim:g}), time p50 {t.seconds_p50:.2f} p95 {t.seconds_p95:.2f} "
            f"max {t.seconds_max:.2f} s (target {t.target.seconds:g} s), median ratio {ratio}, peak {t.peak_mb:.0f} MB"
        )
        for fault in t.faults:
            click.echo(f"  {fault}")
    for failure in result.failed:
        click.echo(f"failed: {click.format_filename(failure.source)}: {failure.message}")
    for phrase in worse:
        click.echo(f"worse than the baseline: {phrase}")
    click.echo(f"errors {result.error_rate:.1%}  {'PASS' if result.passed and not worse else 'FAIL'}")


def _write_report(rows: list[Measured], path: str, wanted: Any) -> None:
    """The sheet needs the SVGs: the images are converted once more, which gives the same bytes."""
    import tempfile
    from dataclasses import replace

    from svgai import files, job
    from svgai.outcome import Converted
    from svgai.report.sheet import page, row

    with tempfile.TemporaryDirectory() as folder:
        sections = []
        for k, measured in enumerate(rows):
            o = measured.outcome
            if isinstance(o, Converted):
                target = os.path.join(folder, f"{k}.svg")
                made = files.Job(o.source, target)
                job.run(made, wanted, lambda record, data: files.write(record.target, data, replace=True))
                sections.append(row(replace(o, target=target), wanted))
            else:
                sections.append(row(o, wanted))
        files.write(path, "".join(page(sections)).encode("utf-8", "replace"), replace=True)
    click.echo(f"report: {path}", err=True)
