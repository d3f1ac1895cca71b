"""svgai config: every setting in force and where it came from."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Any

import click

from svgai.cli.command import DRAWN, Command, group_of
from svgai.cli.configuration import commands_of, environment_name, file_name, load, settings_of
from svgai.config import Config
from svgai.measure.judge import TARGETS
from svgai.outcome import SCHEMA

DEFAULT, ON, OFF, UNSET = "default", "on", "off", "unset"


@click.command("config", cls=Command)
@click.option("--config", "given", type=click.Path(dir_okay=False), metavar="FILE",
              help="Instead of the nearest svgai.toml or pyproject.toml.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def command(ctx: click.Context, /, given: str | None, as_json: bool) -> None:
    """Show the settings in force and where each came from.

    What is off or unset, and says nothing about how images are drawn, is left out; --json has it.
    """
    found = load(ctx, given)
    options = sorted(settings_of(commands_of(ctx)).items())
    rows = [(name, *_in_force(ctx, option, found)) for name, option in options]
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
    for (name, option), (_, value, origin) in zip(options, rows, strict=True):
        words = _words(ctx, option, value, origin)
        if origin != DEFAULT or group_of(option.name) == DRAWN or words not in (OFF, UNSET):
            click.echo(f"{name:20} {words:24} {origin}")
    for tier, t in found.targets.items():
        origin = DEFAULT if t == TARGETS[tier] else str(found.path)
        click.echo(f"{f'tiers.{tier}':20} {f'SSIM {t.ssim:g}, ΔE {t.delta_e:g}, {t.seconds:g} s':24} {origin}")


def _words(ctx: click.Context, option: click.Option, value: Any, origin: str) -> str:
    """A value in words; of a default, those of other commands too where theirs differ."""
    if origin != DEFAULT:
        return _word(value)
    said: dict[str, str] = {}
    for each in commands_of(ctx):
        for own in each.params:
            if isinstance(own, click.Option) and file_name(own) == file_name(option):
                default = own.show_default if isinstance(own.show_default, str) else _word(_default(own))
                said.setdefault(default, str(each.name))
    first, *others = said
    return "; ".join([first, *(f"{said[other]}: {other}" for other in others)])


def _word(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return UNSET if value is None else ON if value else OFF
    return f"{value:g}" if isinstance(value, float) else str(value)


def _default(option: click.Option) -> Any:
    return option.to_info_dict()["default"]


def _in_force(ctx: click.Context, option: click.Option, found: Config) -> tuple[Any, str]:
    variable = environment_name(option)
    if word := os.environ.get(variable):
        try:
            option.type_cast_value(ctx, [word] if option.multiple else word)
        except click.BadParameter as e:
            raise click.UsageError(f"the environment's {variable}: {e.message}") from e
        return word, f"environment {variable}"
    name = file_name(option)
    if name in found.options:
        return found.options[name], str(found.path)
    return _default(option), DEFAULT
