"""svgai inspect and svgai compare: what svgai thinks of an image, and of anybody's SVG of it."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any, NoReturn

import click

from svgai.cli.configuration import configurable, targets
from svgai.cli.exits import MISSED, SOME_FAILED
from svgai.cli.options import Word
from svgai.errors import SvgaiError
from svgai.options import Background
from svgai.settings import Settings


def _failed(ctx: click.Context, source: str, error: SvgaiError) -> NoReturn:
    click.echo(f"{click.format_filename(source)}: {error}", err=True)
    ctx.exit(SOME_FAILED)


@click.command()
@click.argument("source", metavar="INPUT")
@click.option("--background", type=Word(Background()), default="keep", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def inspect(ctx: click.Context, source: str, background: str, as_json: bool) -> None:
    """Show an image's features, its tier with the reasons, and the plans that would be tried, in order."""
    from svgai import files, pipeline
    from svgai.search import strategy

    settings = Settings(background=background)
    try:
        raster = pipeline.source(files.read(source), settings)
    except SvgaiError as e:
        _failed(ctx, source, e)
    _, c = pipeline.classified(raster, settings)
    plans = strategy.candidates(c.tier, settings, raster.area)
    if as_json:
        record = {"schema": 1, "source": source, "width": raster.width, "height": raster.height, "tier": int(c.tier),
                  "reasons": c.reasons, "features": asdict(c.features),
                  "plans": [{"plan": p.name, **asdict(p)} for p in plans]}  # fmt: skip
        click.echo(json.dumps(record))
        return
    click.echo(f"{click.format_filename(source)}: {raster.width} × {raster.height} px")
    click.echo(f"T{int(c.tier)} {c.tier.name.lower()}: {'; '.join(c.reasons)}")
    for f in fields(c.features):
        click.echo(f"  {f.name:24} {_number(getattr(c.features, f.name))}")
    for k, p in enumerate(plans, 1):
        click.echo(f"plan {k}: {p.name} ({', '.join(f'{k} {v}' for k, v in asdict(p).items())})")


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@click.command()
@click.argument("source", metavar="SOURCE")
@click.argument("svg", metavar="SVG")
@click.option("--tier", type=click.Choice(["auto", "1", "2", "3"]), default="auto", show_default=True)
@click.option("--background", type=Word(Background()), default="keep", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@configurable
@click.pass_context
def compare(ctx: click.Context, source: str, svg: str, tier: str, background: str, as_json: bool) -> None:
    """Score any tool's SVG against its source; exit 4 on MISS."""
    from svgai import files, pipeline
    from svgai.measure.judge import judge
    from svgai.measure.score import compare as score_of
    from svgai.output.render import render_stretched

    settings = Settings(background=background, tier=None if tier == "auto" else int(tier), targets=targets(ctx))
    name = source
    try:
        raster = pipeline.source(files.read(source), settings)
        name = svg
        text = files.read(svg).decode("utf-8", "replace")
        score = score_of(raster, render_stretched(text, raster.width, raster.height))
    except SvgaiError as e:
        _failed(ctx, name, e)
    found = pipeline.classified(raster, settings)[1].tier
    verdict = judge(score, settings.targets[found], seconds=0)
    if as_json:
        click.echo(json.dumps({"schema": 1, "source": source, "svg": svg, "tier": int(found), **asdict(score),
                               "verdict": verdict.word, "misses": verdict.misses}))  # fmt: skip
    else:
        click.echo(f"T{int(found)}  SSIM {score.ssim:.5f} (floor {score.floor:.5f})  ΔE {score.delta_e:.3f}  "
                   f"alpha error {score.alpha_error:.5f}  {verdict.word}")  # fmt: skip
        for miss in verdict.misses:
            click.echo(f"  {miss}")
    ctx.exit(0 if verdict.passed else MISSED)
