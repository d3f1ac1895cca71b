"""What commands with an extra share: it may be missing; and the variables that the command line reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from svgai.cli.configuration import commands_of, environment_name, settings_of


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
    return {environment_name(option) for option in settings_of(commands_of(ctx)).values()}
