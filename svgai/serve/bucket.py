"""An object store by its URL: what the service keeps where no disk is shared. The only module that imports fsspec."""

from __future__ import annotations

import posixpath
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec

from svgai.errors import UnreadableError, UsageError
from svgai.serve.store import CACHE, OUTPUTS, UPLOADS, StoreDownError

# memory: is gone with the process, and for tests.
SCHEMES = ("s3", "file", "memory")
# Seconds that a server may take to be reached and to answer, and tries: a request waits meanwhile. By eye.
_CONNECT, _READ, _TRIES = 2, 20, 2
# Of each driver. What another machine has put must be seen at once.
_OPTIONS: dict[str, dict[str, Any]] = {
    "s3": {
        "use_listings_cache": False,
        "config_kwargs": {"connect_timeout": _CONNECT, "read_timeout": _READ, "retries": {"max_attempts": _TRIES}},
    },
    "file": {"auto_mkdir": True},
    "memory": {},
}


class Bucket:
    """A store.Store. url: of a folder, as s3://bucket/svgai; unfinished: where files lie while they are drawn.

    An object is put whole by one request; on a disk a file is written beside its place, and then moved to it.
    """

    near = False

    def __init__(self, url: str, unfinished: Path) -> None:
        scheme = urlsplit(url).scheme
        if scheme not in SCHEMES:
            raise UsageError("SVGAI_STORAGE_URL begins with s3:// or file://", "as s3://bucket/svgai")
        self._moves = scheme == "file"
        self._files, self._root = fsspec.url_to_fs(url, **_OPTIONS[scheme])
        self._files.retries = _TRIES
        self._scheme = scheme
        self._unfinished = unfinished
        self.up = True

    def keep(self, name: str, data: bytes, *, durable: bool) -> None:  # noqa: ARG002 - a store answers when it is
        with self._asked():
            path = self._path(name)
            if self._moves:
                beside = f"{path}.{uuid.uuid4().hex}"
                self._files.pipe_file(beside, data)
                self._files.mv(beside, path)
            else:
                self._files.pipe_file(path, data)

    def read(self, name: str) -> bytes:
        with self._asked():
            data: bytes = self._files.cat_file(self._path(name))
            return data

    def copy(self, name: str, target: str) -> None:
        with self._asked():
            self._files.cp_file(self._path(name), self._path(target))

    def drop(self, names: Iterable[str]) -> None:
        with self._asked():
            for name in names:
                with suppress(FileNotFoundError):
                    self._files.rm_file(self._path(name))

    def orphans(self, before: float) -> Iterator[tuple[str, str]]:
        for folder in (UPLOADS, OUTPUTS):
            for path, facts in self._found(folder).items():
                if _written(facts) < before:
                    base = posixpath.basename(path)
                    yield base.partition(".")[0], f"{folder}/{base}"

    def size(self) -> int:
        return sum(
            int(facts["size"]) for folder in (UPLOADS, OUTPUTS, CACHE) for facts in self._found(folder).values()
        )

    def shown(self, name: str) -> str:
        return f"{self._scheme}://{self._path(name).lstrip('/')}"

    @contextmanager
    def fetched(self, name: str) -> Iterator[Path]:
        path = self._unfinished / f"{uuid.uuid4().hex}{posixpath.splitext(name)[1]}"
        try:
            path.write_bytes(self.read(name))
            yield path
        except FileNotFoundError as e:
            raise UnreadableError("its picture is gone from the store", "send it again") from e
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def written(self, name: str) -> Iterator[Path]:
        path = self._unfinished / f"{uuid.uuid4().hex}{posixpath.splitext(name)[1]}"
        try:
            yield path
            self.keep(name, path.read_bytes(), durable=False)
        finally:
            path.unlink(missing_ok=True)

    def look(self) -> None:
        """See whether it answers again. Raises StoreDownError."""
        with self._asked():
            self._files.exists(self._path("look"))

    def _path(self, name: str) -> str:
        return posixpath.join(self._root, name)

    def _found(self, folder: str) -> dict[str, dict[str, Any]]:
        with self._asked():
            found: dict[str, dict[str, Any]] = self._files.find(self._path(folder), detail=True)
            return found

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Whatever a driver raises, in our words; that there is no such file is an answer."""
        try:
            yield
        except FileNotFoundError:
            self.up = True
            raise
        except Exception as e:
            self.up = False
            cause = f"the object store does not answer ({type(e).__name__}: {e})"
            raise StoreDownError(cause, "see SVGAI_STORAGE_URL, and that its bucket is there") from e
        self.up = True


def _written(facts: dict[str, Any]) -> float:
    """When a file was, in seconds since 1970; now where its store does not say."""
    found = facts.get("LastModified") or facts.get("mtime") or facts.get("created")
    if isinstance(found, datetime):
        return found.timestamp()
    return float(found) if found is not None else time.time()
