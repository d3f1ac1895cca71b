"""svgai doctor: is the installation sound."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from svgai.cli.command import Command
from svgai.cli.exits import MISSED, OK
from svgai.outcome import SCHEMA


@click.command("doctor", cls=Command, codes=[("4", "something is missing")])
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def command(ctx: click.Context, /, as_json: bool) -> None:
    """Check the installation: versions, machine, and one tiny picture drawn and scored; exit 4 if it is not sound."""
    import psutil

    from svgai.doctor import check
    from svgai.machine import machine
    from svgai.provenance import versions
    from svgai.report.text import size

    findings = check()
    sound = not any(finding.remedy for finding in findings)
    memory = psutil.virtual_memory().total
    if as_json:
        record = {"schema": SCHEMA, "sound": sound, "versions": versions(), **machine(), "memory": memory,
                  "checks": [asdict(finding) for finding in findings]}  # fmt: skip
        click.echo(json.dumps(record))
    else:
        facts = {**versions(), **machine(), "memory": size(memory)}
        for name, value in [*facts.items(), *((finding.name, finding.found) for finding in findings)]:
            click.echo(f"{name:24} {value}")
        for finding in findings:
            if finding.remedy:
                click.echo(f"{finding.name}: {finding.remedy}", err=True)
        click.echo("sound" if sound else "not sound")
    ctx.exit(OK if sound else MISSED)
