"""SVGs by what they were made from: picture, options and versions. On disk, bounded; Redis is a tier behind it."""

from __future__ import annotations

import json
import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from svgai.provenance import digest
from svgai.serve import logs
from svgai.serve.database import Database, put, remove
from svgai.serve.jobs import CONVERT, Job
from svgai.serve.redis_link import RedisDownError, RedisLink
from svgai.serve.store import Store, cached, output
from svgai.serve.tables import CACHE
from svgai.serve.wanted import Wanted

# That an entry was used is noted once in so many seconds, not at each hit.
_NOTED = 3600.0
# Larger SVGs are no matter for Redis. By eye.
_LARGEST_SHARED = 4 * 2**20


def key(picture: str, kind: str, wanted: Wanted, *, squares: bool) -> str:
    """The name of what comes out of a picture (its SHA-256)."""
    return digest(f"{picture} {kind} {int(squares)} {wanted.fingerprint}".encode())


@dataclass(frozen=True, slots=True)
class Hit:
    """A record, and its SVG; none of a classification."""

    record: dict[str, Any]
    svg: bytes


class Cache:
    """bytes: of all SVGs on disk; age: seconds since an entry was last asked for. hits, misses: since the start."""

    def __init__(self, database: Database, store: Store, redis: RedisLink | None, size: int, age: float) -> None:
        self._database = database
        self.store = store
        self._redis = redis
        self._size = size
        self._age = age
        self._lock = threading.Lock()
        self.hits = 0
        self.misses = 0

    def get(self, name: str) -> Hit | None:
        """What is there under a key: on disk, else in Redis."""
        found = self._local(name) or self._shared(name)
        with self._lock:
            self.hits += found is not None
            self.misses += found is None
        return found

    def local(self, name: str) -> Hit | None:
        """What is there near by, quickly; a miss is not counted, for `get` is asked then."""
        found = self._local(name) if self.store.near else None
        with self._lock:
            self.hits += found is not None
        return found

    def _local(self, name: str) -> Hit | None:
        rows = self._database.read(select(CACHE).where(CACHE.c.key == name))
        if not rows:
            return None
        try:
            svg = self.store.read(cached(name))
        except OSError:  # somebody cleaned up
            return None
        if time.time() - rows[0]["used"] > _NOTED:
            with self._database.transaction() as connection:
                connection.execute(update(CACHE).where(CACHE.c.key == name).values(used=time.time()))
        return Hit(json.loads(rows[0]["record"]), svg)

    def _shared(self, name: str) -> Hit | None:
        if self._redis is None:
            return None
        with suppress(RedisDownError, ValueError):
            value = self._redis.ask(lambda client: client.get(f"svgai:cache:{name}"))
            if isinstance(value, bytes):
                record, _, svg = value.partition(b"\n")
                found = Hit(json.loads(record), svg)
                self.store.keep(cached(name), svg, durable=False)
                self._note(name, found)
                return found
        return None

    def put(self, name: str, job: Job, record: dict[str, Any]) -> None:
        """Keep what a job made. That it cannot be kept is no failure of the job's."""
        try:
            place = cached(name)
            if job.kind == CONVERT:
                self.store.copy(output(job.id), place)
            else:
                self.store.keep(place, b"", durable=False)
            made = Hit(record, self.store.read(place))
            self._note(name, made)
            self._share(name, made)
        except Exception as e:  # noqa: BLE001 - the disk may be full, or be cleaned at this moment
            logs.line(logging.WARNING, f"not cached: {e}", job=job.id, request=job.request)

    def _note(self, name: str, made: Hit) -> None:
        entry = {"bytes": len(made.svg), "used": time.time(), "record": json.dumps(made.record)}
        with self._database.transaction() as connection:
            put(connection, CACHE.c.key, name, entry)

    def _share(self, name: str, made: Hit) -> None:
        redis = self._redis
        if redis is not None and len(made.svg) <= _LARGEST_SHARED:
            value = json.dumps(made.record).encode() + b"\n" + made.svg
            with suppress(RedisDownError):
                redis.ask(lambda client: client.set(f"svgai:cache:{name}", value, ex=int(self._age) + 1))

    def tidy(self) -> int:
        """Drop what is too old, and the least recently used until the rest fits; how many were dropped."""
        old = self._database.read(select(CACHE.c.key).where(CACHE.c.used < time.time() - self._age))
        total = self._database.read(select(func.coalesce(func.sum(CACHE.c.bytes), 0).label("bytes")))[0]["bytes"]
        dropped = [row["key"] for row in old]
        if total > self._size:
            for row in self._database.read(select(CACHE.c.key, CACHE.c.bytes).order_by(CACHE.c.used)):
                if total <= self._size:
                    break
                total -= row["bytes"]
                dropped.append(row["key"])
        self.drop(dropped)
        return len(dropped)

    def drop(self, names: list[str]) -> None:
        """Forget entries."""
        with self._database.transaction() as connection:
            remove(connection, CACHE.c.key, names)
        self.store.drop(map(cached, names))
