"""Whether what a run writes beside its SVGs may be written where the user says, found before any work."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

from svgai.errors import UsageError
from svgai.files import Job, identity

# How the reports and sprites begin that svgai itself writes: these, and no other files, are replaced without being
# asked.
_OWN = (
    b'{\n "schema":',
    b'{\n "environment":',
    b"source,target,status",
    b'{"schema":',
    b"<?xml version='1.0' encoding='utf-8'?>\n<testsuites name=\"svgai\">",
    b"# svgai: ",
    b"<!-- symbols by svgai batch -->",
)
# How its pages begin, and what names their maker within the first 2,000 bytes.
_PAGE, _GENERATOR = b"<!doctype html>", b'content="svgai"'


def check(path: str, suffixes: tuple[str, ...], jobs: Iterable[Job], *, force: bool = False) -> None:
    """Raise UsageError where the name ends otherwise, or would replace an input, an SVG or a foreign file."""
    if os.path.splitext(path)[1].lower() not in suffixes:
        raise UsageError(f"{path} ends in none of {', '.join(suffixes)}", "give another name")
    if os.path.isdir(path):
        raise UsageError(f"{path} is a folder", "give a file")
    taken = {os.path.realpath(name) for job in jobs for name in (job.source, job.target)}
    if os.path.realpath(path) in taken or _same_as_an_input(path, jobs):
        raise UsageError(f"{path} is an input or its SVG", "give it another name")
    folder = os.path.dirname(os.path.abspath(path))
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    if not (os.path.isdir(folder) and os.access(folder, os.W_OK)):
        raise UsageError(f"{path} cannot be written: {folder} is no folder, or not yours", "give another name")
    if os.path.lexists(path) and not force and not _is_own(path):
        raise UsageError(f"{path} exists already, and is none that svgai wrote", "--force replaces it")


def _same_as_an_input(path: str, jobs: Iterable[Job]) -> bool:
    """Whether a hard link leads to an input."""
    identities = set()
    for job in jobs:
        with suppress(OSError, ValueError):
            identities.add(identity(job.source))
    try:
        return identity(path) in identities
    except (OSError, ValueError):
        return False


def _is_own(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            start = file.read(2000)
    except OSError:
        return False
    return not start or start.startswith(_OWN) or (start.startswith(_PAGE) and _GENERATOR in start)
