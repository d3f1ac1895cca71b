"""A command whose help has its options in groups, and examples at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import click

from svgai.draw import engines
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.options import options as every_option

OWN, DRAWN, VTRACER = "Options", "How it is drawn", "Parameters of vtracer, as --set vtracer.NAME=VALUE"


def group_of(name: str | None) -> str:
    """The heading under which an option stands, by its parameter's name."""
    if name in {f.name for f in fields(VtracerPlan)}:
        return VTRACER
    drawn = {option.field for option in every_option(engines.names())} | {"assignments"}
    return DRAWN if name in drawn else OWN


class Command(click.Command):
    """examples: command lines, each with what it does. codes: the exit codes beside 0, each with its meaning."""

    def __init__(
        self, *args: Any, examples: Sequence[tuple[str, str]] = (), codes: Sequence[tuple[str, str]] = (), **given: Any
    ) -> None:
        super().__init__(*args, **given)
        self.examples, self.codes = examples, codes

    def grouped(self, ctx: click.Context) -> dict[str, list[tuple[str, str]]]:
        """The records of the options' help, by heading."""
        groups: dict[str, list[tuple[str, str]]] = {OWN: [], DRAWN: [], VTRACER: []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                groups[group_of(parameter.name)].append(record)
        return {heading: records for heading, records in groups.items() if records}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, a heading a group; as click.Command.format_options."""
        for heading, records in self.grouped(ctx).items():
            with formatter.section(heading):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the examples and the exit codes; as click.Command.format_epilog."""
        for heading, rows in (("Examples", self.examples), ("Exit codes", self.codes)):
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows, col_max=48)
