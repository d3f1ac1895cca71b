"""What commands with an extra share: it may be missing; and the variables that the command line reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from svgai.cli.configuration import environment_name, settings_of


@contextmanager
def needed(extra: str = "serve", what: str = "the service") -> Iterator[None]:
    """What is imported meanwhile comes with the extra: without it one line says what needs it."""
    try:
        yield
    except ModuleNotFoundError as e:
        words = f"{what} needs more packages: pip install 'svgai[{extra}]'"
        raise click.ClickException(f"{words} ({e.name} is missing)") from e


def known(ctx: click.Context) -> set[str]:
    """The variables that the command line reads."""
    group = ctx.find_root().command
    commands = list(group.commands.values()) if isinstance(group, click.Group) else []
    return {environment_name(option) for option in settings_of(commands).values()}
