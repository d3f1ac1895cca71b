"""Where option values come from: command line > environment (SVGAI_*) > configuration file > default."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from svgai import config
from svgai.config import Config
from svgai.errors import UsageError
from svgai.measure.judge import TARGETS, Targets

Command = TypeVar("Command", bound=Callable[..., Any])
_TARGETS = "svgai.targets"
# Options that say where settings come from, or only print, are no settings themselves.
# Commands that write files say which file they were told so by.
_WRITERS = {"convert", "batch", "benchmark"}
_NOT_SETTINGS = {"config", "help", "version"}


def settings_of(commands: Iterable[click.Command]) -> dict[str, click.Option]:
    """Every option that can be configured, by its name in files."""
    return {file_name(o): o for command in commands for o in _settings(command)}


def _settings(command: click.Command) -> list[click.Option]:
    options = [p for p in command.params if isinstance(p, click.Option)]
    return [o for o in options if file_name(o) not in _NOT_SETTINGS]


def read_environment(commands: Iterable[click.Command]) -> None:
    """Let every option of the commands be given as SVGAI_*."""
    for option in (o for command in commands for o in _settings(command)):
        option.envvar = environment_name(option)


def file_name(option: click.Option) -> str:
    """The long option without its dashes."""
    return next(o for o in option.opts if o.startswith("--")).removeprefix("--")


def environment_name(option: click.Option) -> str:
    """What an option is called in the environment."""
    return "SVGAI_" + file_name(option).upper().replace("-", "_")


def _types(option: click.Option) -> tuple[type, ...]:
    if option.multiple:
        return (list,)
    if option.is_flag:
        return (bool,)
    if (kind := getattr(option.type, "kind", None)) is not None:
        types: tuple[type, ...] = kind.types
        return types
    if isinstance(option.type, click.types.IntParamType):
        return (int,)
    if isinstance(option.type, click.types.FloatParamType):
        return (int, float)
    return (str,)


def _types_of(commands: Iterable[click.Command]) -> dict[str, tuple[type, ...]]:
    """What the value of each option may be; where commands differ, what any of them takes."""
    types: dict[str, tuple[type, ...]] = {}
    for option in (o for command in commands for o in _settings(command)):
        types[file_name(option)] = types.get(file_name(option), ()) + _types(option)
    return types


def commands_of(ctx: click.Context) -> list[click.Command]:
    """Every command of svgai."""
    group = ctx.find_root().command
    return list(group.commands.values()) if isinstance(group, click.Group) else []


def load(ctx: click.Context, given: str | None) -> Config:
    """The configuration in force: the file given, or the nearest one. Raises click.UsageError."""
    try:
        path = Path(given) if given is not None else config.find(Path.cwd())
        if path is None:
            return config.NONE
        options = settings_of(commands_of(ctx))
        found = config.read(path, _types_of(commands_of(ctx)))
        if given is None:
            config.refuse_reach(found)
        for name, value in found.options.items():
            _cast(ctx, options[name], value, path)
    except UsageError as e:
        raise click.UsageError(str(e)) from e
    return found


def _cast(ctx: click.Context, option: click.Option, value: Any, path: Path) -> None:
    if option.multiple != isinstance(value, list):
        return
    try:
        option.type_cast_value(ctx, value)
    except click.BadParameter as e:
        raise UsageError(f"{path}: {file_name(option)}: {e.message}", "give another") from e


def _use(ctx: click.Context, _: click.Parameter, given: str | None) -> None:
    found = load(ctx, given)
    by_file_name = settings_of([ctx.command])
    own = {name: value for name, value in found.options.items() if name in by_file_name}
    for name, value in own.items():
        if isinstance(value, list) and not by_file_name[name].multiple:
            raise click.UsageError(f"{found.path}: {name}: is a list, and should be one value; correct it")
        if by_file_name[name].multiple and not isinstance(value, list):
            own[name] = [value]
    ctx.default_map = {str(by_file_name[name].name): value for name, value in own.items()}
    if found.path is not None and given is None and ctx.command.name in _WRITERS:
        click.echo(f"settings: {found.path}", err=True)
    ctx.meta[_TARGETS] = found.targets


def configurable(command: Command) -> Command:
    """Gives a command --config, read before its other options, whose defaults the file then replaces."""
    return click.option("--config", type=click.Path(dir_okay=False), metavar="FILE", is_eager=True,
                        expose_value=False, callback=_use,
                        help="Instead of the nearest svgai.toml or pyproject.toml.")(command)  # fmt: skip


def targets(ctx: click.Context) -> dict[int, Targets]:
    """What the tiers promise under the configuration in force."""
    return dict(ctx.meta.get(_TARGETS, TARGETS))
