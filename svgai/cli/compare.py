"""svgai compare: how good anybody's SVG of an image is."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from svgai.cli.exits import MISSED, OK, failing
from svgai.cli.options import configured, settings
from svgai.outcome import SCHEMA


@click.command("compare")
@click.argument("source", metavar="SOURCE")
@click.argument("svg", metavar="SVG")
@configured("tier", "background")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def command(ctx: click.Context, /, source: str, svg: str, as_json: bool, **options: Any) -> None:
    """Score any tool's SVG against its source; exit 4 on MISS."""
    wanted = settings(ctx, options)
    from svgai import files, pipeline
    from svgai.measure.flaws import flaws
    from svgai.measure.judge import judge
    from svgai.measure.score import compare as score_of
    from svgai.output.render import render_stretched

    with failing(ctx, source):
        raster = pipeline.source(files.read(source), wanted)
    with failing(ctx, svg):
        text = files.read(svg).decode("utf-8", "replace")
        rendered = render_stretched(text, raster.width, raster.height)
        score, worst = score_of(raster, rendered), flaws(raster, rendered)
    tier = pipeline.classified(raster, wanted)[1].tier
    verdict = judge(score, worst, tier, wanted.targets[tier], seconds=0)
    if as_json:
        record = {"schema": SCHEMA, "source": source, "svg": svg, "tier": int(tier), **asdict(score),
                  "structure": worst.structure, "structure_window": worst.window, "structure_gone": worst.gone,
                  "seam": worst.seam, "seam_window": worst.seam_window, "verdict": verdict.word,
                  "misses": verdict.misses, "looks": verdict.looks}  # fmt: skip
        click.echo(json.dumps(record))
    else:
        click.echo(f"T{int(tier)}  SSIM {score.ssim:.5f} (floor {score.floor:.5f})  ΔE {score.delta_e:.3f}  "
                   f"alpha error {score.alpha_error:.4f}  structure {worst.structure:.2f} {verdict.text}")  # fmt: skip
        for phrase in (*verdict.misses, *verdict.looks):
            click.echo(f"  {phrase}")
    ctx.exit(OK if verdict.passed else MISSED)
