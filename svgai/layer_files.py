"""The files of a drawing's layers: NAME-blue.svg beside NAME.svg."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from svgai import files
from svgai.errors import OutputError, UsageError
from svgai.files import STREAM, Job
from svgai.options import FILES
from svgai.output.color_names import NAMES

# What groups are called (drawing.Group, output.groups), as it follows a file's own name.
_LAYER = re.compile(rf"-(translucent-)?({'|'.join(NAMES)})(-gradient)?(-\d+)?(-part-\d+)?")


def path_of(target: str, layer: str) -> str:
    """Where the file of a layer of this name stands: beside the whole drawing's."""
    stem, ending = os.path.splitext(target)
    return f"{stem}-{layer}{ending}"


def check(jobs: Sequence[Job], layers: str, *, force: bool) -> None:
    """Raise UsageError where layers are wanted as files, and one might replace an input, another drawing or, without
    force, any file; or the drawing goes to stdout.

    Which colours a drawing has is not known before, so any name that a layer may have counts.
    """
    if layers != FILES:
        return
    taken = {job.target: f"the SVG of {job.source}" for job in jobs}
    taken |= {job.source: "an input" for job in jobs}
    by_folder: dict[str, dict[str, str]] = {}
    for path, what in taken.items():
        folder, name = os.path.split(os.path.realpath(path))
        by_folder.setdefault(folder, {})[name.casefold()] = what
    for job in jobs:
        if job.target == STREAM:
            raise UsageError("layers in files of their own don't fit on stdout", "give -o FILE.svg")
        folder, name = os.path.split(os.path.realpath(job.target))
        for other in _layers_among(name, by_folder[folder]):
            clash = f"{other} is {by_folder[folder][other]}, and may be a layer of {job.source}"
            raise UsageError(clash, "give another output folder")
        if not (force or job.skip):
            check_free(job.target)


def check_free(target: str) -> None:
    """Raise UsageError where a file is there that a layer of a drawing may be written to."""
    folder, name = os.path.split(os.path.realpath(target))
    there = os.listdir(folder) if os.path.isdir(folder) else []
    for other in sorted(_layers_among(name.casefold(), there)):
        raise UsageError(f"{os.path.join(folder, other)} exists already, and may be a layer", files.HINT)


def _layers_among(target: str, names: Iterable[str]) -> Iterator[str]:
    """Those names that a layer of the drawing of this name may have."""
    stem, ending = os.path.splitext(target.casefold())
    for name in names:
        start, end = os.path.splitext(name.casefold())
        if end == ending and start.startswith(stem) and _LAYER.fullmatch(start[len(stem) :]):
            yield name


def write(layers: Mapping[str, bytes], *, replace: Iterable[str], scratch: str | None = None) -> None:
    """Write files, by their paths, each whole or not at all. replace: those that may be there.

    Nothing is written where one may not be. Raises OutputError.
    """
    may_go = set(replace)
    for path in layers:
        if os.path.lexists(path) and path not in may_go:
            raise OutputError(f"{path} exists already", "move it away, or --force replaces it")
    for path, data in layers.items():
        files.write(path, data, replace=path in may_go, scratch=scratch)
