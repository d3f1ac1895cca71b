"""svgai samples: the sample images that come with svgai."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from svgai.cli.command import Command
from svgai.cli.exits import refusing


@click.command("samples", cls=Command, examples=[("svgai samples --copy pictures/", "the samples, to try things on")])
@click.option("--copy", "folder", type=click.Path(file_okay=False), metavar="DIR", help="Copy them there.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
def command(folder: str | None, force: bool) -> None:
    """List the bundled sample images, or copy them to a folder."""
    from svgai import samples

    with refusing():
        paths = samples.paths()
    if folder is None:
        for path in paths:
            click.echo(path)
        return
    there = [path.name for path in paths if (Path(folder) / path.name).exists()]
    if there and not force:
        raise click.UsageError(f"{folder} has {there[0]} already; --force replaces it")
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path in paths:
            shutil.copyfile(path, Path(folder) / path.name)
    except OSError as e:
        raise click.ClickException(f"{folder} cannot be written ({e.strerror}); give another folder") from e
    click.echo(f"{len(paths)} images in {folder}")
