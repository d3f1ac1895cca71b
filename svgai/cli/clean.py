"""svgai clean: the service's old jobs and files go."""

from __future__ import annotations

import os
from pathlib import Path

import click

from svgai.cli.command import Command
from svgai.cli.extra import known, needed
from svgai.errors import UsageError


@click.command("clean", cls=Command, examples=[("svgai clean --older-than 7d", "drop old results of the service")])
@click.option("--data", type=click.Path(file_okay=False), metavar="DIR", help="The service's data folder.")
@click.option("--older-than", "age", default="7d", show_default=True, metavar="AGE", help="As 12h, 7d.")
@click.option("--cache", is_flag=True, help="The cache's SVGs that were not asked for since, too.")
@click.pass_context
def command(ctx: click.Context, /, data: str | None, age: str, cache: bool) -> None:
    """Drop the service's ended jobs of that age with their files; it may run meanwhile."""
    with needed():
        from svgai.serve import cleaning
        from svgai.serve.environment import configuration
        from svgai.serve.values import duration
    try:
        found = configuration(os.environ, known(ctx), data=Path(data) if data is not None else None)
        count = cleaning.clean(found, duration(age), cache=cache)
    except (UsageError, ValueError) as e:
        raise click.UsageError(str(e)) from e
    click.echo(f"{count.jobs} jobs dropped, {count.cached} SVGs of the cache; {count.bytes / 1e6:.1f} MB freed")
