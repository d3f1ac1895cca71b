"""svgai inspect: what svgai thinks of an image."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.command import Command
from svgai.cli.exits import OK, SOME_FAILED
from svgai.cli.options import conversion, settings
from svgai.errors import SvgaiError

if TYPE_CHECKING:
    from svgai.inspection import Inspection


@click.command(
    "inspect",
    cls=Command,
    examples=[
        ("svgai inspect icons/*.png", "why each is of its tier"),
        ("svgai inspect logo.png --json | jq .features", "for programs"),
    ],
    codes=[("1", "one cannot be read")],
)
@click.argument("images", nargs=-1, required=True, metavar="INPUT...", type=click.Path(allow_dash=True))
@conversion
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on stdout.")
@click.pass_context
def command(ctx: click.Context, /, images: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Show images' features, their tiers with the reasons, and the plans that would be tried, in order."""
    wanted = settings(ctx, options)
    from svgai import files
    from svgai.cli.words import fitted
    from svgai.inspection import inspected

    failed = False
    for image in images:
        try:
            found = inspected(files.read(image), wanted)
        except SvgaiError as e:
            failed = True
            click.echo(f"{click.format_filename(image)}: {e}", err=True)
        else:
            click.echo(json.dumps(found.record(image)) if as_json else fitted(_text(image, found)))
    ctx.exit(SOME_FAILED if failed else OK)


def _text(source: str, found: Inspection) -> str:
    tier, features = found.classification.tier, found.classification.features
    forced = " (forced)" if found.classification.forced else ""
    lines = [
        f"{click.format_filename(source)}: {found.width} × {found.height} px",
        f"T{int(tier)} {tier.name.lower()}{forced}: {'; '.join(found.classification.reasons)}",
        f"found: {', '.join(found.degradation.words) or 'nothing that a clean picture has not'}",
        *(f"  {f.name:24} {_number(getattr(features, f.name))}" for f in fields(features)),
    ]
    for place, plan in enumerate(found.plans, 1):
        parameters = ", ".join(f"{name} {value}" for name, value in asdict(plan).items())
        lines.append(f"plan {place}: {plan.name} ({parameters})")
    return "\n".join(lines)


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
