"""svgai inspect: what svgai thinks of an image."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.exits import failing
from svgai.cli.options import conversion, settings
from svgai.outcome import inspected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svgai.draw.engines import Plan
    from svgai.pipeline import Classified


@click.command("inspect")
@click.argument("source", metavar="INPUT")
@conversion
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def command(ctx: click.Context, /, source: str, as_json: bool, **options: Any) -> None:
    """Show an image's features, its tier with the reasons, and the plans that would be tried, in order."""
    wanted = settings(ctx, options)
    from svgai import files, pipeline
    from svgai.search import strategy

    with failing(ctx, source):
        raster = pipeline.source(files.read(source), wanted)
    found = pipeline.classified(raster, wanted)
    plans = strategy.candidates(found.classification.tier, wanted, raster.area)
    if as_json:
        click.echo(json.dumps(inspected(source, found, plans)))
    else:
        click.echo(_text(source, found, plans))


def _text(source: str, classified: Classified, plans: Sequence[Plan]) -> str:
    raster, found = classified.raster, classified.classification
    forced = " (forced)" if found.forced else ""
    lines = [
        f"{click.format_filename(source)}: {raster.width} × {raster.height} px",
        f"T{int(found.tier)} {found.tier.name.lower()}{forced}: {'; '.join(found.reasons)}",
        f"found: {', '.join(classified.degradation.words) or 'nothing that a clean picture has not'}",
        *(f"  {f.name:24} {_number(getattr(found.features, f.name))}" for f in fields(found.features)),
    ]
    for place, plan in enumerate(plans, 1):
        parameters = ", ".join(f"{name} {value}" for name, value in asdict(plan).items())
        lines.append(f"plan {place}: {plan.name} ({parameters})")
    return "\n".join(lines)


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
