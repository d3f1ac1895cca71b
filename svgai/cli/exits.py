"""Exit codes, by precedence: 130, 143 interrupted, 141 whoever read stdout is gone, 2 refused before work, 1 some
input failed, 4 a target missed, 3 nothing matched, 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from svgai.errors import OutputError, SvgaiError, UsageError

if TYPE_CHECKING:
    from svgai.outcome import Outcome

# USAGE is click's own, too.
OK, SOME_FAILED, USAGE, NO_MATCH, MISSED, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 3, 4, 130, 141


def code_of(outcomes: Sequence[Outcome], *, strict: bool) -> int:
    """The exit code of finished work."""
    from svgai.outcome import Converted, Failed

    missed = any(isinstance(o, Converted) and not (o.passed and o.in_time) for o in outcomes)
    return code(any(isinstance(o, Failed) for o in outcomes), missed=missed, strict=strict)


def code(failed: bool, *, missed: bool, strict: bool) -> int:
    """The exit code of finished work, from whether anything failed or missed a target."""
    if failed:
        return SOME_FAILED
    return MISSED if strict and missed else OK


class Refused(click.ClickException):
    """What the line asks for cannot be done: said without the command's usage, which the line keeps."""

    exit_code = USAGE


@contextmanager
def refusing() -> Iterator[None]:
    """What cannot be done, found before any work, ends the command with exit 2."""
    try:
        yield
    except UsageError as e:
        raise Refused(str(e)) from e


@contextmanager
def failing(ctx: click.Context, name: str) -> Iterator[None]:
    """A failure of the file with this name ends the command with exit 1."""
    try:
        yield
    except SvgaiError as e:
        click.echo(f"{click.format_filename(name)}: {e}", err=True)
        ctx.exit(SOME_FAILED)


@contextmanager
def failing_to_write() -> Iterator[None]:
    """A report that cannot be written ends the command with exit 1."""
    try:
        yield
    except OutputError as e:
        raise click.ClickException(str(e)) from e
