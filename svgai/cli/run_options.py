"""Options of the commands that run over folders: where SVGs go, what is found, what a worker may take."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

from svgai.option_kinds import size_of

Command = TypeVar("Command", bound=Callable[..., Any])

# A worker with its engines loaded takes 80 MB.
LEAST_LIMIT, MOST_LIMIT = 10**8, 10**15
# More processes than this are a slip of the finger.
MOST_JOBS = 1024


class Size(click.ParamType[int]):
    """Bytes, with a unit: 500MB, 1.5GB."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        size = size_of(str(value))
        if not LEAST_LIMIT <= size <= MOST_LIMIT:
            self.fail(f"{str(value)[:40]!r} is no size like 500MB or 1.5GB, from 100MB to 1000TB", param, ctx)
        return size


class Seconds(click.FloatRange):
    """A number of seconds; nan lies in no range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; click's own range lets nan pass."""
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(f"{value!r} is no number of seconds", param, ctx)
        return seconds


_OPTIONS = (
    click.option("-o", "--output", metavar="FOLDER", type=click.Path(),
                 help="Where the SVGs go; else FOLDER-svg beside each FOLDER."),
    click.option("--recursive/--no-recursive", default=True, show_default=True, help="Sub-folders too."),
    click.option("--hidden", is_flag=True, help="Also names that begin with a dot, and __MACOSX."),
    click.option("--include", multiple=True, metavar="GLOB", help="Only images whose name or path matches."),
    click.option("--exclude", multiple=True, metavar="GLOB", help="No images or folders whose name or path matches."),
    click.option("--jobs", type=click.IntRange(1, MOST_JOBS), metavar="N", show_default="one a core",
                 help="Worker processes."),
    click.option("--timeout", type=Seconds(0, 10**9, min_open=True), default=300.0, show_default=True,
                 metavar="SECONDS", help="An image that takes longer fails."),
    click.option("--memory-limit", type=Size(), default="1GB", show_default=True, metavar="SIZE",
                 help="An image whose worker grows larger fails."),
)  # fmt: skip


def run_options(command: Command) -> Command:
    """Gives a command these options, in this order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
