"""svgai compare: how good anybody's SVG of an image is."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.exits import MISSED, OK, failing, failing_to_write, refusing
from svgai.cli.options import configured, settings
from svgai.cli.pages import head_of, page_name, write_page
from svgai.outcome import SCHEMA, Compared

if TYPE_CHECKING:
    from svgai.measure.flaws import Flaws
    from svgai.measure.judge import Targets, Verdict
    from svgai.measure.score import Score
    from svgai.picture.classify import Classification
    from svgai.picture.raster import Raster
    from svgai.settings import Settings

    _Judged = tuple[Score, Targets, Verdict]


@click.command("compare")
@click.argument("source", metavar="SOURCE")
@click.argument("svg", metavar="SVG")
@configured("tier", "background")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--report", callback=page_name, metavar="FILE.html", help="A page to look at.")
@click.pass_context
def command(ctx: click.Context, /, source: str, svg: str, as_json: bool, report: str | None, **options: Any) -> None:
    """Score any tool's SVG against its source; exit 4 on MISS."""
    wanted = settings(ctx, options)
    if report:
        from svgai.files import Job
        from svgai.report import place

        with refusing():
            place.check(report, (".html", ".htm"), [Job(source, svg)])
    from svgai import files, pipeline
    from svgai.measure.flaws import flaws
    from svgai.measure.judge import judge
    from svgai.measure.score import compare as score_of
    from svgai.output.render import render_stretched

    with failing(ctx, source):
        data = files.read(source)
        raster = pipeline.source(data, wanted)
    with failing(ctx, svg):
        text = files.read(svg).decode("utf-8", "replace")
        rendered = render_stretched(text, raster.width, raster.height)
        score, worst = score_of(raster, rendered), flaws(raster, rendered)
    found = pipeline.classified(raster, wanted).classification
    verdict = judge(score, worst, found.tier, wanted.targets[found.tier], seconds=0)
    if as_json:
        click.echo(json.dumps(_record(source, svg, int(found.tier), (score, worst, verdict))))
    else:
        _say(int(found.tier), score, worst, verdict)
    if report:
        judged = (score, wanted.targets[found.tier], verdict)
        compared = _compared((source, svg), (len(data), len(text.encode())), raster, found, judged)
        with failing_to_write():
            _write_page(compared, raster, text, wanted, report)
    ctx.exit(OK if verdict.passed else MISSED)


def _record(source: str, svg: str, tier: int, measured: tuple[Score, Flaws, Verdict]) -> dict[str, Any]:
    score, worst, verdict = measured
    return {"schema": SCHEMA, "source": source, "svg": svg, "tier": tier, **asdict(score),
            "structure": worst.structure, "structure_window": worst.window, "structure_gone": worst.gone,
            "seam": worst.seam, "seam_window": worst.seam_window, "verdict": verdict.word,
            "misses": verdict.misses, "looks": verdict.looks}  # fmt: skip


def _say(tier: int, score: Score, worst: Flaws, verdict: Verdict) -> None:
    click.echo(f"T{tier}  SSIM {score.ssim:.5f} (floor {score.floor:.5f})  ΔE {score.delta_e:.3f}  "
               f"alpha error {score.alpha_error:.5f}  structure {worst.structure:.2f} {verdict.text}")  # fmt: skip
    for phrase in (*verdict.misses, *verdict.looks):
        click.echo(f"  {phrase}")


def _compared(
    pair: tuple[str, str], sizes: tuple[int, int], raster: Raster, found: Classification, judged: _Judged
) -> Compared:
    (source, svg), (score, targets, verdict) = pair, judged
    return Compared(
        source=source, target=svg, width=raster.width, height=raster.height, tier=int(found.tier),
        tier_forced=found.forced, reasons=found.reasons, bytes_in=sizes[0], bytes_out=sizes[1], ssim=score.ssim,
        ssim_floor=score.floor, delta_e=score.delta_e, alpha_error=score.alpha_error, target_ssim=targets.ssim,
        target_delta_e=targets.delta_e, verdict=verdict.word, misses=verdict.misses,
    )  # fmt: skip


def _write_page(compared: Compared, raster: Raster, text: str, wanted: Settings, path: str) -> None:
    from svgai.report.card import card
    from svgai.report.page import share
    from svgai.report.pictures import original, pictures

    shown = pictures(raster, text, share(1), original(compared.source, wanted))
    write_page(path, [compared], lambda _: card(compared, shown), head_of([compared.source], wanted))
