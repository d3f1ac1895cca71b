"""Where the service keeps its files: pictures, SVGs, the cache and what is unfinished. Names are made of ids alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from svgai import files
from svgai.errors import StorageError, UsageError


@dataclass(frozen=True, slots=True)
class Folders:
    """data: of the database, the cache and what is unfinished. min_free: bytes of the disk that are left alone."""

    data: Path
    uploads: Path
    outputs: Path
    min_free: int

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

    def upload(self, job: str, suffix: str) -> Path:
        return self.uploads / f"{job}{suffix}"

    def output(self, job: str) -> Path:
        return self.outputs / f"{job}.svg"

    def cached(self, key: str) -> Path:
        return self.cache / key[:2] / f"{key}.svg"

    def free(self) -> float:
        """The share of the disk that is free."""
        usage = shutil.disk_usage(self.data)
        return usage.free / usage.total

    def check_room(self, wanted: int) -> None:
        """Raises StorageError where `wanted` more bytes would fill the disk."""
        for folder in {self.data, self.uploads, self.outputs}:
            if shutil.disk_usage(folder).free < self.min_free + wanted:
                raise StorageError("the disk is full", "try later; svgai clean --older-than 1d makes room")

    def keep(self, path: Path, data: bytes, *, durable: bool) -> None:
        """Write a file whole or not at all; durable: it survives the machine's death. Raises OutputError."""
        files.write(os.fspath(path), data, replace=True, scratch=os.fspath(self._scratch(path)))
        if durable:
            try:
                for name in (path, path.parent):
                    _sync(name)
            except OSError as e:
                raise files.output_error(path.name, e) from e

    def _scratch(self, path: Path) -> Path:
        """Where the unfinished file lies: on the same disk."""
        return self.unfinished if path.is_relative_to(self.data) else path.parent

    def link(self, path: Path, target: Path) -> None:
        """Give a file a second name, or copy it where the disk knows no links. Raises OSError."""
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileExistsError):
            try:
                os.link(path, target)
            except PermissionError:
                self.keep(target, path.read_bytes(), durable=False)

    def remove(self, job: str, suffix: str) -> None:
        """Drop what a job has."""
        self.upload(job, suffix).unlink(missing_ok=True)
        self.output(job).unlink(missing_ok=True)

    def size(self) -> int:
        """Bytes of all files, each counted once."""
        found = {}
        for folder in (self.uploads, self.outputs, self.cache):
            for path in folder.rglob("*"):
                with suppress(OSError):
                    status = path.lstat()
                    found[status.st_dev, status.st_ino] = status.st_size if path.is_file() else 0
        return sum(found.values())

    def orphans(self, before: float) -> Iterator[tuple[str, Path]]:
        """(job, file) of uploads, outputs and unfinished files that were written before a time."""
        for folder in (self.uploads, self.outputs, self.unfinished):
            for entry in os.scandir(folder):
                with suppress(OSError):
                    if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < before:
                        yield entry.name.partition(".")[0], Path(entry.path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
