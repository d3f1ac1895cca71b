"""svgai watch: a folder of SVGs that follows a folder of images."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from svgai.cli.command import Command
from svgai.cli.exits import refusing
from svgai.cli.extra import needed
from svgai.cli.options import conversion, record, settings
from svgai.cli.run_options import run_options
from svgai.errors import SvgaiError, UsageError
from svgai.options import FILES

if TYPE_CHECKING:
    from svgai.folders.changes import Changes
    from svgai.folders.follow import Followed, Wanted
    from svgai.folders.places import Placed
    from svgai.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `svgai watch`, by their names, but for those of the conversion."""

    output: str | None
    recursive: bool
    hidden: bool
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    jobs: int | None
    timeout: float
    memory_limit: int
    force: bool
    delete: bool


@click.command(
    "watch",
    cls=Command,
    examples=[("svgai watch icons/ -o public/icons", "until Ctrl-C")],
    codes=[("130, 143", "ended by Ctrl-C, SIGTERM")],
)
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...",
                type=click.Path(exists=True, file_okay=False))  # fmt: skip
@run_options
@click.option("--delete", is_flag=True, help="Remove the SVG of an image that is gone, if svgai wrote it.")
@click.option("--force", is_flag=True, help="Replace SVGs that svgai did not write.")
@conversion
@click.pass_context
def command(ctx: click.Context, /, folders: tuple[str, ...], **options: Any) -> None:
    """Convert what is in folders and whatever appears or changes there, until Ctrl-C. Needs svgai[watch].

    On stdout a line for each image. The output folder keeps the manifest of batch, so that --resume knows it.
    """
    wanted = settings(ctx, options)
    asked = record(Asked, options)
    if wanted.layers == FILES:
        raise click.UsageError("--layers files is for convert and batch; watch knows one file an image: give inkscape")
    with needed("watch", "watching folders"):
        from svgai.folders.changes import changes
        from svgai.folders.follow import written
    followed = _followed(folders, wanted, asked)
    with refusing(), _stopping() as stop:
        known = {os.path.abspath(each.job.source): each for each in followed.placed()}
        _convert(followed, lambda _: True, stop)
        click.echo(f"watching {', '.join(map(click.format_filename, folders))}; Ctrl-C ends it", err=True)
        for change in changes([os.path.realpath(folder) for folder in folders], stop.event):
            if asked.delete:
                _remove(known, change)
            _convert(followed, written(change), stop)
            # Not in place of the others: one that goes while others are converted is told afterwards.
            known |= {os.path.abspath(each.job.source): each for each in _placed(followed)}
    click.echo("stopped; what was finished is whole", err=True)
    ctx.exit(128 + stop.number)


def _followed(folders: Sequence[str], wanted: Settings, asked: Asked) -> Followed:
    from svgai.folders.find import Rules
    from svgai.folders.follow import Followed
    from svgai.folders.results import How
    from svgai.workers.limits import Limits
    from svgai.workers.pool import cores

    rules = Rules(asked.recursive, asked.hidden, asked.include, asked.exclude)
    how = How(asked.jobs or cores(), Limits(asked.timeout, asked.memory_limit), asked.force, resume=True)
    return Followed(tuple(folders), rules, asked.output, wanted, how)


class _Stop:
    """Set by Ctrl-C and SIGTERM. number: the signal's."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.number = int(signal.SIGINT)

    def __call__(self, number: int, _: FrameType | None) -> None:
        self.number = number
        self.event.set()


@contextmanager
def _stopping() -> Iterator[_Stop]:
    from svgai.cli.interrupt import STOPPING

    stop = _Stop()
    before = {number: signal.signal(number, stop) for number in STOPPING}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _convert(followed: Followed, wanted: Wanted, stop: _Stop) -> None:
    """Convert and say each image; a fault of the folder is said, and the next change tries again."""
    from contextlib import closing

    from svgai.cli.words import colored
    from svgai.folders.follow import convert
    from svgai.outcome import Failed
    from svgai.report.text import line

    try:
        with closing(convert(followed, wanted)) as found:
            for result in found:
                if not result.reused:
                    click.echo(colored(line(result.outcome)), err=isinstance(result.outcome, Failed))
                if stop.event.is_set():
                    return
    except (SvgaiError, UsageError) as e:
        click.echo(f"{e}; waiting for the next change", err=True)


def _placed(followed: Followed) -> list[Placed]:
    try:
        return followed.placed()
    except UsageError:  # it has been said by _convert
        return []


def _remove(known: dict[str, Placed], change: Changes) -> None:
    from svgai.folders.follow import remove
    from svgai.report.text import shown

    gone = [path for path in known if path in change.gone or os.path.realpath(path) in change.gone]
    for path in remove([known.pop(path) for path in gone]):
        click.echo(f"removed {shown(path)}")
