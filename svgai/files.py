"""Paths: which file becomes which, reading with limits, writing whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from svgai.errors import OutputError, StorageError, TooLargeError, UnreadableError, UsageError
from svgai.picture.formats import MAX_BYTES, SUFFIXES
from svgai.records import Value

STREAM = "-"  # stdin as a source, stdout as a target


class Job(Value):
    """One image to convert: source and target are paths or STREAM. skip: the target is there already and stays."""

    source: str
    target: str
    skip: bool = False


def plan(sources: Sequence[str], out: str | None, *, force: bool = False, no_clobber: bool = False) -> list[Job]:
    """Decide every target before any work.

    out: None is beside each source (stdout for stdin); STREAM is stdout; a name that ends in one of KINDS with one
    source is a file; anything else is a folder. A source named twice is converted once.
    Raises UsageError where a target would replace a source, or a file that is there without force or no_clobber.
    """
    sources = _distinct(sources)
    if out == STREAM or (out is None and list(sources) == [STREAM]):
        if len(sources) > 1:
            raise UsageError("only one SVG fits on stdout", "give one input, or -o FOLDER")
        return [Job(sources[0], STREAM)]
    if out is not None:
        check_folder(out)
    if out is not None and _names_a_file(out):
        if len(sources) > 1:
            raise UsageError(f"{out} is one file, and there are {len(sources)} inputs", "give -o FOLDER")
        targets = [out]
    else:
        targets = _targets(sources, out)
    return check(zip(sources, targets, strict=True), force=force, no_clobber=no_clobber)


# Kinds that a drawing is written as; export.kinds has them in a table.
KINDS = (".svg", ".svgz", ".png", ".pdf", ".eps", ".dxf")
# Names that people give who want another kind of file.
_OTHER_KINDS = {".ps", ".ai", ".emf", ".html", ".json", *SUFFIXES}


def _names_a_file(out: str) -> bool:
    return out.lower().endswith(KINDS) and not os.path.isdir(out)


def check_folder(out: str) -> None:
    """Raise UsageError where what is to be a folder (or an .svg file) is called or is something else."""
    ending = os.path.splitext(out)[1].lower()
    if os.path.isdir(out) or ending in KINDS:
        return
    if ending in _OTHER_KINDS and not out.endswith(os.sep):
        raise UsageError(f"{out}: svgai writes {', '.join(KINDS)}", "give one of them, or -o FOLDER/")
    if os.path.lexists(out):
        raise UsageError(f"{out} is a file, and would be a folder", "give another output")


def _distinct(sources: Sequence[str]) -> list[str]:
    seen: dict[str, str] = {}
    for s in sources:
        seen.setdefault(s if s == STREAM else os.path.realpath(s), s)
    return list(seen.values())


def _targets(sources: Sequence[str], folder: str | None) -> list[str]:
    if STREAM in sources and folder is None:
        raise UsageError("stdin has no folder to write beside", "give -o")
    folders = [os.path.dirname(s) if folder is None else folder for s in sources]
    names = [os.path.basename(s) if s != STREAM else "stdin" for s in sources]
    return distinct_targets(list(zip(folders, names, strict=True)))


def distinct_targets(places: Sequence[tuple[str, str]]) -> list[str]:
    """The SVG's path for each (folder, file name), whatever their order.

    `a.png` becomes `a.svg`; where that name is wanted twice (letter case apart, for file systems that ignore it)
    all who want it keep their suffix: `a.png.svg`, `a.jpg.svg`. Raises UsageError where even those are equal.
    """
    whole = [False] * len(places)
    while True:
        targets = [
            os.path.join(folder, (name if full else os.path.splitext(name)[0]) + ".svg")
            for (folder, name), full in zip(places, whole, strict=True)
        ]
        wanted = defaultdict(list)
        for k, target in enumerate(targets):
            wanted[target.casefold()].append(k)
        clashes = [group for group in wanted.values() if len(group) > 1]
        if not clashes:
            return targets
        if all(whole[k] for group in clashes for k in group):
            raise UsageError(f"two inputs would become {targets[clashes[0][0]]}", "convert them to separate folders")
        for k in (k for group in clashes for k in group):
            whole[k] = True


HINT = "--force replaces it, --no-clobber keeps it"


def check(pairs: Iterable[tuple[str, str]], *, force: bool, no_clobber: bool, hint: str = HINT) -> list[Job]:
    """Jobs whose targets replace no source, and no other file unasked. Raises UsageError, with the hint."""
    pairs = list(pairs)
    sources = {os.path.realpath(source): source for source, _ in pairs if source != STREAM}
    inodes = {id_: source for source in sources.values() if (id_ := _identity(source))}
    jobs = []
    for source, target in pairs:
        clash = sources.get(os.path.realpath(target)) or inodes.get(_identity(target) or (-1, -1))
        if clash is not None:
            raise UsageError(f"{target} would replace the input {clash}", "give another output")
        there = os.path.lexists(target)
        if there and os.path.isdir(target):
            raise UsageError(f"{target} is a folder, and would be an SVG", "give another output")
        if there and not (force or no_clobber):
            raise UsageError(f"{target} exists already", hint)
        jobs.append(Job(source, target, skip=there and not force))
    return jobs


def identity(path: str) -> tuple[int, int]:
    """The device and the inode that all names of one file or folder share. Raises OSError, ValueError."""
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _identity(path: str) -> tuple[int, int] | None:
    with suppress(OSError, ValueError):
        return identity(path)
    return None


def read(source: str) -> bytes:
    """The bytes of a file, or of stdin. Raises UnreadableError, TooLargeError."""
    if source == STREAM:
        try:
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        except (OSError, ValueError) as e:
            raise UnreadableError(f"stdin cannot be read ({e})", "give a file, or pipe one in") from e
    else:
        try:
            status = os.stat(source)
            if stat.S_ISDIR(status.st_mode):
                raise UnreadableError("this is a folder", "convert its images with svgai batch")
            with open(source, "rb") as f:
                data = f.read(MAX_BYTES + 1)
        except FileNotFoundError as e:
            raise UnreadableError("there is no such file", "check the name") from e
        except (OSError, ValueError) as e:
            cause = e.strerror if isinstance(e, OSError) else str(e)
            raise UnreadableError(f"it cannot be opened ({cause})", "check its name and permissions") from e
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"the file has more than {MAX_BYTES >> 20} MB", "scale the picture down")
    return data


def write(target: str, data: bytes, *, replace: bool, scratch: str | None = None) -> None:
    """Write a file whole or not at all, as `writing` does. Raises OutputError."""
    with writing(target, replace=replace, scratch=scratch) as f:
        f.write(data)


@contextmanager
def writing(target: str, *, replace: bool, scratch: str | None = None) -> Iterator[BinaryIO]:
    """A file that appears when it is whole, or not at all; its folder is made where it is missing.

    replace: whether a file that is there may go. scratch: a folder for the unfinished file, on the same file system;
    None is the target's own. Raises OutputError, or StorageError where no other file could be written either.
    """
    path = Path(target)
    part = Path(scratch or path.parent, f".{path.name[:60]}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not tempfile: the file must have the mode that the user's umask gives.
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), "wb") as f:
            yield f
        if replace:
            os.replace(part, path)
        else:
            _move_to_free(part, path)
    except OSError as e:
        raise output_error(target, e) from e
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


# What holds for every file of a folder or disk: full, over quota, read-only, forbidden, broken.
_STORAGE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}


def output_error(target: str, error: OSError) -> OutputError:
    """The error that a failed write of target is."""
    kind = StorageError if error.errno in _STORAGE else OutputError
    return kind(f"{target} cannot be written ({error.strerror or error})", "check the folder and its free space")


def _move_to_free(scratch: Path, path: Path) -> None:
    """Move without replacing a file that appeared meanwhile."""
    try:
        os.link(scratch, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if path.exists():
            raise FileExistsError(17, "it exists by now", str(path)) from None
        os.replace(scratch, path)
