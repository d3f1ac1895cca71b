"""svgai doctor and svgai samples: the installation."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import click

from svgai.cli.exits import MISSED
from svgai.errors import UsageError


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def doctor(ctx: click.Context, /, as_json: bool) -> None:
    """Check the installation: versions, machine, and one tiny picture drawn and scored; exit 4 if it is not sound."""
    import psutil

    from svgai.doctor import check
    from svgai.report.text import size
    from svgai.versions import machine, versions

    findings = check()
    sound = not any(f.remedy for f in findings)
    memory = psutil.virtual_memory().total
    if as_json:
        record = {"schema": 1, "sound": sound, "versions": versions(), **machine(), "memory": memory,
                  "checks": [asdict(f) for f in findings]}  # fmt: skip
        click.echo(json.dumps(record))
    else:
        facts = {**versions(), **machine(), "memory": size(memory)}
        for name, value in [*facts.items(), *((f.name, f.found) for f in findings)]:
            click.echo(f"{name:24} {value}")
        for f in findings:
            if f.remedy:
                click.echo(f"{f.name}: {f.remedy}", err=True)
        click.echo("sound" if sound else "not sound")
    ctx.exit(0 if sound else MISSED)


@click.command()
@click.option("--copy", "folder", type=click.Path(file_okay=False), metavar="DIR", help="Copy them there.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
def samples(folder: str | None, force: bool) -> None:
    """List the bundled sample images, or copy them to a folder."""
    from svgai import samples as bundled

    try:
        paths = bundled.paths()
    except UsageError as e:
        raise click.ClickException(str(e)) from e
    if folder is None:
        for path in paths:
            click.echo(path)
        return
    there = [p.name for p in paths if (Path(folder) / p.name).exists()]
    if there and not force:
        raise click.UsageError(f"{folder} has {there[0]} already; --force replaces it")
    Path(folder).mkdir(parents=True, exist_ok=True)
    for path in paths:
        shutil.copyfile(path, Path(folder) / path.name)
    click.echo(f"{len(paths)} images in {folder}")
