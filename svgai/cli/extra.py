"""What the service's commands share: its extra, which may be missing, and the variables that others read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from svgai.cli.configuration import environment_name, settings_of

_EXTRA = "the service needs more packages: pip install 'svgai[serve]'"


@contextmanager
def needed() -> Iterator[None]:
    """What is imported meanwhile comes with the extra: without it one line says so."""
    try:
        yield
    except ModuleNotFoundError as e:
        raise click.ClickException(f"{_EXTRA} ({e.name} is missing)") from e


def known(ctx: click.Context) -> set[str]:
    """The variables that the command line reads."""
    group = ctx.find_root().command
    commands = list(group.commands.values()) if isinstance(group, click.Group) else []
    return {environment_name(option) for option in settings_of(commands).values()}
