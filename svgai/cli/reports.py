"""Reports of a run: the option that names them, where they may be, and those that are no page, written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from svgai.cli.pages import SUFFIXES as PAGES
from svgai.cli.pages import command_line
from svgai.outcome import SCHEMA

if TYPE_CHECKING:
    from svgai.files import Job
    from svgai.report.summary import Summary
    from svgai.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

STREAM = ".jsonl"
SUFFIXES = (".json", STREAM, ".csv", ".xml", ".md", *PAGES)


def _names(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of reports, which say their kinds: a picture's name here is a slip of the shell."""
    for name in names:
        if _suffix(name) not in SUFFIXES:
            raise click.BadParameter(f"{name} ends in none of {', '.join(SUFFIXES)}")
    return names


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def reports_option(command: Command) -> Command:
    """Gives a command --report, whose values it gets as `reports`."""
    return click.option(
        "--report", "--sheet", "reports", multiple=True, callback=_names, type=click.Path(), metavar="FILE",
        help="A page to look at as .html; every image's record as .json, .csv or .jsonl (a line as each is done); "
        "JUnit as .xml; a summary as .md. May be repeated.",
    )(command)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports that were asked for, by their paths."""

    paths: tuple[str, ...]

    @property
    def pages(self) -> list[str]:
        """Those to look at."""
        return [path for path in self.paths if _suffix(path) in PAGES]

    @property
    def streams(self) -> list[str]:
        """Those that are written while the run lasts."""
        return [path for path in self.paths if _suffix(path) == STREAM]

    @property
    def tables(self) -> list[str]:
        """Those that are written at its end, and are no pages."""
        return [path for path in self.paths if _suffix(path) not in (*PAGES, STREAM)]

    def check(self, jobs: Sequence[Job], *, force: bool) -> None:
        """Raise UsageError where one may not be written."""
        from svgai.report import place

        for path in self.paths:
            place.check(path, SUFFIXES, jobs, force=force)

    def write_tables(
        self, rows: Iterable[Mapping[str, Any]], summary: Summary, seconds: float, wanted: Settings
    ) -> None:
        """Write the tables. rows: an image's record each, read once a table. Raises OutputError."""
        from svgai.machine import machine
        from svgai.provenance import versions
        from svgai.report.rows import write

        head = {
            "schema": SCHEMA, "date": datetime.now().astimezone().isoformat(timespec="seconds"),
            "command": command_line(), "machine": machine(), "versions": versions(),
            "settings": asdict(wanted), "totals": summary.as_json(seconds),
        }  # fmt: skip
        for path in self.tables:
            write(path, rows, head)

    def say(self) -> None:
        """Where they are, in words; a page is said when it is written."""
        from svgai.report.text import shown

        for path in self.streams + self.tables:
            click.echo(f"report: {shown(path)}", err=True)
