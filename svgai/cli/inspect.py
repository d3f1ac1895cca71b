"""svgai inspect: what svgai thinks of an image."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.exits import failing
from svgai.cli.options import conversion, settings
from svgai.outcome import SCHEMA

if TYPE_CHECKING:
    from svgai.inspection import Inspection


@click.command("inspect")
@click.argument("source", metavar="INPUT")
@conversion
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def command(ctx: click.Context, /, source: str, as_json: bool, **options: Any) -> None:
    """Show an image's features, its tier with the reasons, and the plans that would be tried, in order."""
    wanted = settings(ctx, options)
    from svgai import files
    from svgai.cli.words import fitted
    from svgai.inspection import inspected

    with failing(ctx, source):
        found = inspected(files.read(source), wanted)
    click.echo(json.dumps(_record(source, found)) if as_json else fitted(_text(source, found)))


def _record(source: str, found: Inspection) -> dict[str, Any]:
    classification = found.classification
    return {
        "schema": SCHEMA, "source": source, "width": found.width, "height": found.height,
        "tier": int(classification.tier), "reasons": classification.reasons,
        "features": asdict(classification.features),
        "plans": [{"plan": plan.name, **asdict(plan)} for plan in found.plans],
    }  # fmt: skip


def _text(source: str, found: Inspection) -> str:
    tier, features = found.classification.tier, found.classification.features
    forced = " (forced)" if found.classification.forced else ""
    lines = [
        f"{click.format_filename(source)}: {found.width} × {found.height} px",
        f"T{int(tier)} {tier.name.lower()}{forced}: {'; '.join(found.classification.reasons)}",
        *(f"  {f.name:24} {_number(getattr(features, f.name))}" for f in fields(features)),
    ]
    for place, plan in enumerate(found.plans, 1):
        parameters = ", ".join(f"{name} {value}" for name, value in asdict(plan).items())
        lines.append(f"plan {place}: {plan.name} ({parameters})")
    return "\n".join(lines)


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
