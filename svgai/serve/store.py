"""Where pictures, SVGs and the cache lie, by names that are made of ids alone: on a disk, or in an object store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from svgai.errors import StorageError
from svgai.serve.jobs import Job

UPLOADS, OUTPUTS, CACHE = "uploads", "outputs", "cache"


class StoreDownError(StorageError):
    """The object store does not answer."""

    code = "store"


def upload(job: str, suffix: str) -> str:
    """The name of a job's picture."""
    return f"{UPLOADS}/{job}{suffix}"


def output(job: str) -> str:
    """The name of a job's SVG."""
    return f"{OUTPUTS}/{job}.svg"


def cached(key: str) -> str:
    """The name of an SVG of the cache."""
    return f"{CACHE}/{key[:2]}/{key}.svg"


def files_of(job: Job) -> tuple[str, str]:
    """The names of what a job has."""
    return upload(job.id, job.suffix), output(job.id)


class Store(Protocol):
    """What is kept under a name is there whole or not at all. Everything may raise StorageError."""

    @property
    def near(self) -> bool:
        """Whether reading takes no longer than from a disk."""

    @property
    def up(self) -> bool:
        """Whether it answered when last asked."""

    def keep(self, name: str, data: bytes, *, durable: bool) -> None:
        """Have this under a name. durable: it survives the machine's death. Raises OutputError."""

    def read(self, name: str) -> bytes:
        """What is under a name. Raises FileNotFoundError."""

    def copy(self, name: str, target: str) -> None:
        """Have the same under another name, where nothing is yet. Raises FileNotFoundError."""

    def drop(self, names: Iterable[str]) -> None:
        """Have nothing under some names any more."""

    def orphans(self, before: float) -> Iterator[tuple[str, str]]:
        """(job, name) of uploads and outputs that were written before a time."""

    def look(self) -> None:
        """See whether it answers."""

    def size(self) -> int:
        """Bytes of all."""

    def shown(self, name: str) -> str:
        """A name as the log says it."""

    def fetched(self, name: str) -> AbstractContextManager[Path]:
        """A file to be read meanwhile, with what is under a name. Raises SvgaiError where that is nothing."""

    def written(self, name: str) -> AbstractContextManager[Path]:
        """A file to be written meanwhile: what is in it is then under the name."""
