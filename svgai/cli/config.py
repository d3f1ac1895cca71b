"""svgai config: every setting in force and where it came from."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Any

import click

from svgai.cli.command import Command
from svgai.cli.configuration import commands_of, environment_name, file_name, load, settings_of
from svgai.config import Config
from svgai.measure.judge import TARGETS
from svgai.outcome import SCHEMA


@click.command("config", cls=Command)
@click.option("--config", "given", type=click.Path(dir_okay=False), metavar="FILE",
              help="Instead of the nearest svgai.toml or pyproject.toml.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def command(ctx: click.Context, /, given: str | None, as_json: bool) -> None:
    """Show every setting in force and where it came from."""
    found = load(ctx, given)
    rows = [(name, *_in_force(option, found)) for name, option in sorted(settings_of(commands_of(ctx)).items())]
    if as_json:
        record = {
            "schema": SCHEMA,
            "file": None if found.path is None else str(found.path),
            "settings": {name: {"value": value, "from": origin} for name, value, origin in rows},
            "tiers": {tier: asdict(t) for tier, t in found.targets.items()},
        }
        click.echo(json.dumps(record))
        return
    click.echo(f"file: {found.path or 'none'}")
    for name, value, origin in rows:
        click.echo(f"{name:20} {'-' if value is None else value!s:24} {origin}")
    for tier, t in found.targets.items():
        origin = "default" if t == TARGETS[tier] else str(found.path)
        click.echo(f"{f'tiers.{tier}':20} {f'SSIM {t.ssim:g}, ΔE {t.delta_e:g}, {t.seconds:g} s':24} {origin}")


def _in_force(option: click.Option, found: Config) -> tuple[Any, str]:
    variable = environment_name(option)
    if os.environ.get(variable):
        return os.environ[variable], f"environment {variable}"
    name = file_name(option)
    if name in found.options:
        return found.options[name], str(found.path)
    default = option.to_info_dict()["default"]
    return default, "default"
