"""Pages to look at, as the commands make them: what stands above its cards."""

from __future__ import annotations

import os
import platform
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from svgai.report.page import Head
    from svgai.report.urgency import Shown
    from svgai.settings import Settings

SUFFIXES = (".html", ".htm")
# Standard input or output among files, as svgai.files.STREAM, which is loaded too late for this.
_STREAM = "-"


def page_name(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    """The name of a page, which says what it is: a picture's name here is a slip of the shell."""
    if name is not None and os.path.splitext(name)[1].lower() not in SUFFIXES:
        raise click.BadParameter(f"{name} does not end in .html, and a page is written")
    return name


def write_page(path: str, outcomes: Sequence[Shown], card_of: Callable[[int], str], head: Head) -> None:
    """Write a page and say where it is. Raises OutputError."""
    from svgai.report.page import write
    from svgai.report.text import shown

    write(path, outcomes, card_of, head)
    click.echo(f"page: {shown(path)}", err=True)


# The name and password of a URL.
_CREDENTIALS = re.compile(r"(?<=://)[^/\s]+(?=@)")


def command_line() -> str:
    """The command line of this run, as a report keeps it: without the passwords of URLs."""
    return _CREDENTIALS.sub("…", shlex.join(["svgai", *sys.argv[1:]]))


def head_of(sources: Sequence[str], settings: Settings, seconds: float | None = None, said: str = "") -> Head:
    """What stands above the cards of a run that ends now. seconds: that it took; said: lines to be shown too."""
    from svgai.provenance import versions
    from svgai.report.page import Head

    took = "" if seconds is None else f" · {seconds:.1f} s"
    when = datetime.now().astimezone().strftime("%-d %B %Y, %H:%M" if os.name != "nt" else "%d %B %Y, %H:%M")
    said_settings: dict[str, Any] = {k: v for k, v in asdict(settings).items() if v not in (None, {}, ())}
    return Head(_title(sources), f"{when}{took} · {command_line()}", said_settings | versions() | _machine(), said)


def _title(sources: Sequence[str]) -> str:
    """The folder that all lie in, or the one file's name."""
    paths = [os.path.abspath(source) for source in sources if source != _STREAM]
    if not paths:
        return "svgai"
    if len(paths) == 1:
        return os.path.basename(paths[0])
    try:
        return os.path.basename(os.path.commonpath(paths)) or "svgai"
    except ValueError:  # several drives of Windows
        return "svgai"


def _machine() -> dict[str, str]:
    return {"machine": f"{platform.system()} {platform.machine()}"}
