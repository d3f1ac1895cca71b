"""svgai compare: how good anybody's SVG of an image is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.command import Command
from svgai.cli.exits import MISSED, OK, failing, failing_to_write, refusing
from svgai.cli.options import configured, settings
from svgai.cli.pages import head_of, page_name, write_page
from svgai.outcome import Compared

if TYPE_CHECKING:
    from svgai.comparison import Comparison
    from svgai.settings import Settings


@click.command(
    "compare",
    cls=Command,
    examples=[("svgai compare logo.png other.svg --report a.html", "the score, and a page to look at")],
    codes=[("1", "one of the two cannot be read"), ("4", "MISS")],
)
@click.argument("image", metavar="SOURCE", type=click.Path())
@click.argument("svg", metavar="SVG", type=click.Path())
@configured("tier", "background")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--report", callback=page_name, metavar="FILE.html", type=click.Path(), help="A page to look at.")
@click.pass_context
def command(ctx: click.Context, /, image: str, svg: str, as_json: bool, report: str | None, **options: Any) -> None:
    """Score any tool's SVG against its source; exit 4 on MISS."""
    wanted = settings(ctx, options)
    if report:
        from svgai.files import Job
        from svgai.report import place

        with refusing():
            place.check(report, (".html", ".htm"), [Job(image, svg)])
    from svgai import files, prepared
    from svgai.cli.words import colored
    from svgai.comparison import compared

    with failing(ctx, image):
        data = files.read(image)
        raster = prepared.source(data, wanted)
    with failing(ctx, svg):
        found = compared(raster, files.read(svg).decode("utf-8", "replace"), wanted, len(data))
    click.echo(json.dumps(found.record(image, svg)) if as_json else colored(found.words))
    if report:
        with failing_to_write():
            _write_page((image, svg), found, wanted, report)
    ctx.exit(OK if found.verdict.passed else MISSED)


def _compared(pair: tuple[str, str], found: Comparison) -> Compared:
    (source, svg), score, targets, classification = pair, found.score, found.targets, found.classification
    worst, verdict = found.flaws, found.verdict
    return Compared(
        source=source, target=svg, width=found.raster.width, height=found.raster.height,
        tier=int(classification.tier), tier_forced=classification.forced, reasons=classification.reasons,
        bytes_in=found.bytes_in, bytes_out=found.bytes_out, ssim=score.ssim, ssim_floor=score.floor,
        delta_e=score.delta_e, alpha_error=score.alpha_error, target_ssim=targets.ssim,
        target_delta_e=targets.delta_e,
        structure=worst.structure, structure_window=worst.window, structure_gone=worst.gone, seam=worst.seam,
        seam_window=worst.seam_window, crumbs=worst.crumbs, verdict=verdict.word, misses=verdict.misses,
        looks=verdict.looks,
    )  # fmt: skip


def _write_page(pair: tuple[str, str], found: Comparison, wanted: Settings, path: str) -> None:
    from svgai.report.card import card
    from svgai.report.page import share
    from svgai.report.pictures import original, pictures

    outcome = _compared(pair, found)
    shown = pictures(found.raster, found.svg, share(1), original(outcome.source, wanted))
    write_page(path, [outcome], lambda _: card(outcome, shown), head_of([outcome.source], wanted))
