"""The command line: the only place that prints and exits. Engines are loaded by the commands, never by --help."""

from __future__ import annotations

import atexit
import gc
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

from svgai.cli import configuration, console
from svgai.cli.console import StdoutError
from svgai.cli.exits import INTERRUPTED, PIPE_CLOSED, SOME_FAILED
from svgai.version import __version__

# Matrices here are small: BLAS threads never pay, and starting them costs 20 ms. It is read when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# An interpreter that ends searches all objects of its modules for cycles: 25 ms of a process, for memory that the
# system takes back anyway.
atexit.register(gc.freeze)


# Each is a module of this folder.
_NAMES = (
    "batch", "benchmark", "clean", "compare", "config", "convert", "doctor", "health", "inspect", "man", "mcp",
    "samples", "serve", "watch", "worker",
)  # fmt: skip


class Commands(Mapping[str, click.Command]):
    """The commands by name, each loaded when it is first asked for: all of them take 60 ms."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in _NAMES:
            raise KeyError(name)
        command: click.Command = import_module(f"svgai.cli.{name}").command
        configuration.read_environment([command])
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


class Program(click.Group):
    """Commands, with the ends that all of them share: Ctrl-C, and a stdout that takes no more."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command line; as click.Group.main."""
        console.prepare()
        try:
            return super().main(*args, **options)
        except StdoutError as e:
            console.give_up_stdout()
            if not e.closed:
                click.echo(f"{e}; free space there, or send it elsewhere", err=True)
            sys.exit(PIPE_CLOSED if e.closed else SOME_FAILED)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that the line names."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("interrupted; what was finished is whole", err=True)
            ctx.exit(INTERRUPTED)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the line's first word; where that is a file or folder, with the command that is meant."""
        if args and self.get_command(ctx, args[0]) is None and os.path.exists(args[0]):
            meant = "batch" if os.path.isdir(args[0]) else "convert"
            ctx.fail(f"{args[0]} is no command; to convert it: {shlex.join(['svgai', meant, *args])}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Program,
    commands=Commands(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="svgai %(version)s")
def main() -> None:
    """Turn raster images into clean SVG, and say how good each one is."""
