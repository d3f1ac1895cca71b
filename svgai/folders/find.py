"""Folders, files and globs → the images in them, each with the place it has below the folder it was found in."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from svgai import files
from svgai.errors import UnreadableError, UsageError
from svgai.outcome import Failed
from svgai.picture.formats import SUFFIXES


@dataclass(frozen=True, slots=True)
class Source:
    """An image file. path: to open it; root: the folder that was searched; inner: path below root."""

    path: str
    root: str
    inner: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Which files count. Patterns match the name or the path below the root; `*` also crosses folders.

    hidden: whether names that begin with a dot count too, and __MACOSX, which archives of a Mac hold.
    """

    recursive: bool = True
    hidden: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def hides(self, name: str) -> bool:
        """Whether a name found in a folder is passed over."""
        return not self.hidden and (name.startswith(".") or name == "__MACOSX")

    def admits(self, inner: str) -> bool:
        return not self.excludes(inner) and (not self.include or _matches(inner, self.include))

    def excludes(self, inner: str) -> bool:
        return _matches(inner, self.exclude)


def _matches(inner: str, patterns: Sequence[str]) -> bool:
    path = inner.replace(os.sep, "/")
    return any(fnmatch(path, p) or fnmatch(os.path.basename(path), p) for p in patterns)


@dataclass(slots=True)
class Found:
    """sources in a fixed order; ignored: files that are no images or not admitted; failed: what cannot be read."""

    sources: list[Source] = field(default_factory=list)
    ignored: int = 0
    failed: list[Failed] = field(default_factory=list)


def find(inputs: Sequence[str], rules: Rules) -> Found:
    """The images that the inputs mean. Each real folder is read once, so loops of symbolic links end.

    Raises UsageError on a glob that is none.
    """
    search = _Search(rules)
    for given in inputs:
        if os.path.isdir(given):
            search.walk(given, os.path.normpath(given))
        elif glob.has_magic(given) and not os.path.lexists(given):
            root = _fixed(given)
            for path in _expanded(given, root):
                search.walk(path, root) if os.path.isdir(path) else search.file(path, root)
        elif os.path.lexists(given):
            search.file(given, os.path.dirname(given) or os.curdir)
        else:
            search.found.failed.append(_failure(given, "there is no such file or folder", "check the name"))
    return search.found


def _fixed(pattern: str) -> str:
    """The folders of a glob before its first wildcard."""
    folder = os.path.dirname(pattern)
    while glob.has_magic(folder):
        folder = os.path.dirname(folder)
    return os.path.normpath(folder) if folder else os.curdir


def _expanded(pattern: str, root: str) -> list[str]:
    """What a glob matches. Not glob.glob, whose ** follows links and takes exponential time in their loops."""
    try:
        return sorted(str(path) for path in Path(root).glob(os.path.relpath(pattern, root)))
    except ValueError as e:
        raise UsageError(f"{pattern}: {e}", "give a folder, or another pattern") from e


class _Search:
    def __init__(self, rules: Rules) -> None:
        self.found = Found()
        self._rules = rules
        self._folders: set[tuple[int, int]] = set()
        self._files: set[tuple[int, int, str]] = set()

    def walk(self, top: str, root: str) -> None:
        pending = [top]
        while pending:
            folder = pending.pop()
            try:
                identity = files.identity(folder)
                if identity in self._folders:
                    continue
                self._folders.add(identity)
                with os.scandir(folder) as listing:
                    # A folder's own name goes before a link to it.
                    entries = sorted(listing, key=lambda e: (e.is_symlink(), e.name))
            except OSError as e:
                self.found.failed.append(_unreadable(folder, e))
                continue
            shown = [e for e in entries if not self._rules.hides(e.name)]
            self.found.ignored += sum(not _is_folder(e) for e in entries) - sum(not _is_folder(e) for e in shown)
            below = [e.path for e in shown if _is_folder(e) and self._may_enter(e, root)]
            for entry in shown:
                if not _is_folder(entry):
                    self._entry(entry, root, identity)
            if self._rules.recursive:
                pending += reversed(below)

    def _may_enter(self, folder: os.DirEntry[str], root: str) -> bool:
        """Whether a folder is neither excluded nor a link to outside of the root: `x -> /` is the whole disk."""
        if self._rules.excludes(_inner(folder.path, root)):
            return False
        if not folder.is_symlink():
            return True
        top = os.path.realpath(root)
        return os.path.commonpath([top, os.path.realpath(folder.path)]) == top

    def file(self, path: str, root: str) -> None:
        if os.path.exists(path) and not os.path.isfile(path):
            self.found.failed.append(_failure(path, "it is a pipe or a device", "convert it with svgai convert"))
            return
        try:
            self._admit(path, root, files.identity(os.path.dirname(path) or os.curdir))
        except OSError as e:
            self.found.failed.append(_unreadable(path, e))

    def _entry(self, entry: os.DirEntry[str], root: str, folder: tuple[int, int]) -> None:
        # A link that leads nowhere stays in, to fail by its name; pipes and devices would block.
        if os.path.isfile(entry.path) or not os.path.exists(entry.path):
            self._admit(entry.path, root, folder)
        else:
            self.found.ignored += 1

    def _admit(self, path: str, root: str, folder: tuple[int, int]) -> None:
        inner = _inner(path, root)
        if os.path.splitext(path)[1].lower() not in SUFFIXES or not self._rules.admits(inner):
            self.found.ignored += 1
            return
        key = (*folder, os.path.basename(path))
        if key not in self._files:
            self._files.add(key)
            self.found.sources.append(Source(os.path.normpath(path), root, inner))


def _inner(path: str, root: str) -> str:
    return os.path.relpath(path, root)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _unreadable(path: str, error: OSError) -> Failed:
    return _failure(path, f"it cannot be read ({error.strerror})", "check its permissions")


def _failure(path: str, cause: str, remedy: str) -> Failed:
    return Failed(source=path, target="", code=UnreadableError.code, cause=cause, remedy=remedy)
