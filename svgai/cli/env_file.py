"""A file of NAME=VALUE lines, read into the environment."""

from __future__ import annotations

import os
from pathlib import Path

import click

DEFAULT = ".env"


def use(_: click.Context, __: click.Parameter, name: str | None) -> None:
    """Read the file named, else `.env` where there is one; what the environment says already stays."""
    path = Path(name or DEFAULT)
    if name is None and not path.is_file():
        return
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise click.BadParameter(f"{path} cannot be read ({e})") from e
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip().removeprefix("export ")
        if stripped and not stripped.startswith("#"):
            variable, equals, value = stripped.partition("=")
            if not equals:
                raise click.BadParameter(f"{path}:{number}: this is no NAME=VALUE")
            os.environ.setdefault(variable.strip(), _unquoted(value.strip()))


def _unquoted(value: str) -> str:
    for quote in "\"'":
        if len(value) >= 2 and value[0] == value[-1] == quote:
            return value[1:-1]
    return value.partition(" #")[0].strip()
