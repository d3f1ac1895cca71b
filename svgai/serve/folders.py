"""The service's folders on a disk: of the database and what is unfinished, and a store.Store of the rest."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from svgai import files
from svgai.errors import StorageError, UsageError
from svgai.serve.store import CACHE, OUTPUTS, UPLOADS


@dataclass(frozen=True, slots=True)
class Folders:
    """data: of the database, the cache and what is unfinished. min_free: bytes of the disk that are left alone."""

    data: Path
    uploads: Path
    outputs: Path
    min_free: int
    near: bool = True
    up: bool = True

    @property
    def database(self) -> Path:
        return self.data / "jobs.sqlite"

    @property
    def cache(self) -> Path:
        return self.data / "cache"

    @property
    def unfinished(self) -> Path:
        return self.data / "tmp"

    def make(self) -> None:
        """Make what is missing, for this user alone. Raises UsageError."""
        for folder in (self.data, self.uploads, self.outputs, self.cache, self.unfinished):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as e:
                raise UsageError(f"{folder} cannot be made ({e.strerror})", "give --data a folder to write to") from e
            if not os.access(folder, os.W_OK | os.X_OK):
                raise UsageError(f"{folder} cannot be written to", "give --data another folder, or chown this one")

    def path(self, name: str) -> Path:
        """Where a name of the store is."""
        folder, _, rest = name.partition("/")
        return {UPLOADS: self.uploads, OUTPUTS: self.outputs, CACHE: self.cache}[folder] / rest

    def free(self) -> float:
        """The share of the disk that is free."""
        usage = shutil.disk_usage(self.data)
        return usage.free / usage.total

    def check_room(self, wanted: int) -> None:
        """Raises StorageError where `wanted` more bytes would fill the disk."""
        for folder in {self.data, self.uploads, self.outputs}:
            if shutil.disk_usage(folder).free < self.min_free + wanted:
                raise StorageError("the disk is full", "try later; svgai clean --older-than 1d makes room")

    def keep(self, name: str, data: bytes, *, durable: bool) -> None:
        path = self.path(name)
        files.write(os.fspath(path), data, replace=True, scratch=os.fspath(self._scratch(path)))
        if durable:
            try:
                for each in (path, path.parent):
                    _sync(each)
            except OSError as e:
                raise files.output_error(path.name, e) from e

    def _scratch(self, path: Path) -> Path:
        """Where the unfinished file lies: on the same disk."""
        return self.unfinished if path.is_relative_to(self.data) else path.parent

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def copy(self, name: str, target: str) -> None:
        """By a second name of the file, where the disk knows links."""
        path = self.path(target)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileExistsError):
            try:
                os.link(self.path(name), path)
            except PermissionError:
                self.keep(target, self.read(name), durable=False)

    def drop(self, names: Iterable[str]) -> None:
        for name in names:
            self.path(name).unlink(missing_ok=True)

    @contextmanager
    def fetched(self, name: str) -> Iterator[Path]:
        yield self.path(name)

    @contextmanager
    def written(self, name: str) -> Iterator[Path]:
        yield self.path(name)

    def shown(self, name: str) -> str:
        """As the manual writes it: from the folder that holds the pictures' own."""
        path, base = self.path(name), self.uploads.parent
        return f"./{path.relative_to(base)}" if path.is_relative_to(base) else str(path)

    def look(self) -> None:
        """It is there: see check_room."""

    def size(self) -> int:
        """Each file counted once, whatever its names."""
        found = {}
        for folder in (self.uploads, self.outputs, self.cache):
            for path in folder.rglob("*"):
                with suppress(OSError):
                    status = path.lstat()
                    found[status.st_dev, status.st_ino] = status.st_size if path.is_file() else 0
        return sum(found.values())

    def orphans(self, before: float) -> Iterator[tuple[str, str]]:
        for folder, place in ((UPLOADS, self.uploads), (OUTPUTS, self.outputs)):
            for entry in _older(place, before):
                yield entry.name.partition(".")[0], f"{folder}/{entry.name}"

    def tidy(self, before: float) -> None:
        """Drop unfinished files that were written before a time: whoever wrote them has died."""
        for entry in _older(self.unfinished, before):
            Path(entry.path).unlink(missing_ok=True)


def _older(folder: Path, before: float) -> Iterator[os.DirEntry[str]]:
    """The files of a folder that were written before a time."""
    for entry in os.scandir(folder):
        with suppress(OSError):
            if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < before:
                yield entry


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
