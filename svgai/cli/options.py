"""Options that several commands share, and Settings from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from svgai import palettes
from svgai.cli.configuration import configurable, targets
from svgai.draw import engines
from svgai.draw.vtracer.plan import PARAMETERS, VtracerPlan
from svgai.option_kinds import Choice, Colors, Kind, Switch
from svgai.options import Option, assignment, words_of
from svgai.options import options as every_option
from svgai.settings import Settings, from_words

Command = TypeVar("Command", bound=Callable[..., Any])


class Word(click.ParamType[str]):
    """A word for a setting, checked as soon as it is read; it stays a word, for from_words."""

    def __init__(self, kind: Kind) -> None:
        self.kind, self.name = kind, kind.metavar

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        word = str(value)
        try:
            if isinstance(self.kind, Colors) and os.path.isfile(word):
                word = ",".join(palettes.read(Path(word).read_bytes()))
            self.kind.parse(word)
        except (ValueError, OSError) as e:
            self.fail(f"{value}: {e}" if word != str(value) or os.path.isfile(str(value)) else str(e), param, ctx)
        return word

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """The words that begin like this."""
        words = self.kind.words if isinstance(self.kind, Choice) else ()
        return [CompletionItem(word) for word in words if word.startswith(incomplete)]


class Assignment(click.ParamType[str]):
    """ENGINE.PARAMETER=VALUE."""

    name = "ENGINE.PARAMETER=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            from_words(dict([assignment(str(value))]))
        except ValueError as e:
            self.fail(str(e), param, ctx)
        return str(value)


def _setting(option: Option) -> Callable[[Command], Command]:
    if isinstance(option.kind, Switch):
        return click.option(f"--{option.name}/--no-{option.name}", option.field, default=option.default == "true",
                            show_default=True, help=option.help)  # fmt: skip
    names = [f"--{name}" for name in (option.name, option.also) if name]
    return click.option(*names, option.field, type=Word(option.kind), default=option.default,
                        metavar=option.kind.metavar, show_default=option.default is not None,
                        help=option.help)  # fmt: skip


def _vtracer_option(name: str, default: Any) -> Callable[[Command], Command]:
    flag = "--" + name.replace("_", "-")
    words, what = PARAMETERS[name]
    help_ = f"vtracer: {what}."
    if isinstance(default, bool):
        return click.option(f"{flag}/--no-{flag[2:]}", name, default=None, help=help_)
    return click.option(flag, name, type=click.Choice(words) if words else type(default), help=help_)


def configured(*names: str) -> Callable[[Command], Command]:
    """The settings of these names as options of a command, and --config."""

    def with_options(command: Command) -> Command:
        for option in reversed(every_option(engines.names())):
            if option.name in names:
                command = _setting(option)(command)
        return configurable(command)

    return with_options


def conversion(command: Command) -> Command:
    """The options that say how an image is converted."""
    options = [
        click.option("--set", "assignments", type=Assignment(), multiple=True,
                     help="A parameter of an engine, which is then tried first; may be repeated."),
        *(_vtracer_option(f.name, f.default) for f in fields(VtracerPlan)),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return configured(*(option.name for option in every_option(engines.names())))(command)


def words(values: Mapping[str, Any]) -> dict[str, str]:
    """What the values of the `conversion` options, or of some, say, as words for from_words."""
    names = {option.field for option in every_option(engines.names())}
    given = {name: value for name, value in values.items() if name in names and value is not None}
    pinned = {f"vtracer.{f.name}": values[f.name] for f in fields(VtracerPlan) if values.get(f.name) is not None}
    return words_of({**given, **pinned}) | dict(map(assignment, values.get("assignments", ())))


def settings(ctx: click.Context, values: Mapping[str, Any]) -> Settings:
    """Settings from the values of the `conversion` options, or of some, and the configured tiers.

    Raises click.UsageError.
    """
    try:
        return from_words(words(values), targets(ctx))
    except ValueError as e:
        raise click.UsageError(str(e)) from e


Record = TypeVar("Record")


def record(kind: type[Record], values: Mapping[str, Any]) -> Record:
    """A dataclass whose fields are named as a command's options, from their values."""
    return kind(**{f.name: values[f.name] for f in fields(kind)})  # type: ignore[arg-type]
