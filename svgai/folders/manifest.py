"""What an output folder's SVGs were made from, so that a later run does only what is new, changed or failed.

`.svgai/manifest.jsonl` gains a line before each SVG is moved into place: a run may be killed at any moment, and every
SVG that svgai wrote is known by its hash. `.svgai/lock` is held while a run lasts, `.svgai/run/` is its scratch.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from svgai import files
from svgai.errors import SvgaiError, UsageError
from svgai.provenance import digest

FOLDER = ".svgai"
# Links laid in an output folder are not followed (there are none to follow on Windows).
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One SVG that was written. target: its path below the home; source, svg: SHA-256 of the two files' bytes;
    made_by: `provenance.fingerprint` of what made it; record: the outcome as a JSON object. layers: the SHA-256 of the
    files of its layers, by their names beside it."""

    target: str
    source: str
    made_by: str
    svg: str
    record: dict[str, Any]
    layers: dict[str, str] = field(default_factory=dict)


def digest_of(path: str) -> str | None:
    """The digest of a file, None where it cannot be read."""
    try:
        return digest(files.read(path))
    except SvgaiError:
        return None


def layers_there(entry: Entry, target: str) -> bool:
    """Whether the files of an entry's layers are beside its target as they were written."""
    folder = os.path.dirname(target)
    return all(digest_of(os.path.join(folder, name)) == svg for name, svg in entry.layers.items())


def key(target: str, home: str) -> str:
    """The name under which a target stands in its home's manifest."""
    return os.path.relpath(target, home).replace(os.sep, "/")


def scratch(home: str) -> str:
    """The folder for a run's unfinished files; emptied when the next run begins."""
    return os.path.join(home, FOLDER, "run")


def _path(home: str) -> str:
    return os.path.join(home, FOLDER, "manifest.jsonl")


@contextmanager
def held(home: str) -> Iterator[None]:
    """An output folder made ready for one run. Raises UsageError where another run has it, OutputError."""
    with _lock(home):
        _clear(home)
        try:
            os.makedirs(scratch(home))
        except OSError as e:
            raise files.output_error(home, e) from e
        try:
            yield
        finally:
            _clear(home)


def _clear(home: str) -> None:
    shutil.rmtree(scratch(home), ignore_errors=True)


@contextmanager
def _lock(home: str) -> Iterator[None]:
    folder = os.path.join(home, FOLDER)
    if os.path.islink(folder):
        # Who can write to the folder could have what it leads to emptied.
        raise UsageError(f"{folder} is a link", "remove it, or give another output folder")
    try:
        os.makedirs(folder, exist_ok=True)
        file = os.fdopen(os.open(os.path.join(folder, "lock"), os.O_RDWR | os.O_CREAT | _NO_LINK, 0o666), "r+")
    except OSError as e:
        raise files.output_error(home, e) from e
    with file:
        if sys.platform != "win32":  # there runs on one folder are not told apart
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as e:
                raise UsageError(f"another svgai batch is writing to {home}", "wait for it, or give another -o") from e
        yield


def append(home: str, entry: Entry) -> None:
    """Add a line in one write, so that lines of several processes never mix. Raises OutputError.

    The newline comes first: a half line, left by a full disk or a kill, spoils no other.
    """
    line = b"\n" + json.dumps(asdict(entry), separators=(",", ":")).encode()
    try:
        file = os.open(_path(home), os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NO_LINK, 0o666)
        try:
            if os.write(file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(file)
    except OSError as e:
        raise files.output_error(_path(home), e) from e


def places(home: str) -> dict[str, tuple[int, ...]]:
    """Where in the manifest each target's lines begin, in the order they were written."""
    found: dict[str, tuple[int, ...]] = defaultdict(tuple)
    for place, line in _lines(home):
        entry = _entry(line)
        if entry is not None:
            found[entry.target] += (place,)
    return dict(found)


def read(home: str, at: Sequence[int]) -> list[Entry]:
    """The entries that begin at these places."""
    if not at:
        return []
    with open(_path(home), "rb") as f:
        lines = [f.readline() for place in at if f.seek(place) >= 0]
    return [e for e in map(_entry, lines) if e is not None]


def compact(home: str) -> None:
    """Of a target's several lines keep the one that its file has; the last where none has. Raises OutputError."""
    several = {target: at for target, at in places(home).items() if len(at) > 1}
    dropped: set[int] = set()
    for target, at in several.items():
        there = digest_of(os.path.join(home, target))
        fitting = [place for place, entry in zip(at, read(home, at), strict=True) if entry.svg == there]
        dropped |= set(at) - {(fitting or at)[-1]}
    if dropped:
        with files.writing(_path(home), replace=True, scratch=scratch(home)) as out:
            for place, line in _lines(home):
                if place not in dropped:
                    out.write(line)
            out.write(b"\n")


def _lines(home: str) -> Iterator[tuple[int, bytes]]:
    place = 0
    with suppress(FileNotFoundError), open(_path(home), "rb") as f:
        for line in f:
            yield place, line
            place += len(line)


def _entry(line: bytes) -> Entry | None:
    try:
        entry = Entry(**json.loads(line))
    except (ValueError, TypeError):
        return None
    words = all(isinstance(word, str) for word in (entry.target, entry.source, entry.made_by, entry.svg))
    return entry if words and isinstance(entry.record, dict) and isinstance(entry.layers, dict) else None
