"""The SQLite database of the jobs. The only module that imports sqlite3."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from svgai.errors import StorageError

Row: TypeAlias = sqlite3.Row

# Seconds that a writer waits for another process's transaction. By eye: each lasts milliseconds.
_PATIENCE = 10.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, batch TEXT, state TEXT NOT NULL, name TEXT NOT NULL,
    suffix TEXT NOT NULL, bytes INTEGER NOT NULL, digest TEXT NOT NULL, words TEXT NOT NULL, squares INTEGER NOT NULL,
    client TEXT NOT NULL, request TEXT NOT NULL, webhook TEXT, created REAL NOT NULL, started REAL, finished REAL,
    owner TEXT, lease REAL, tries INTEGER NOT NULL DEFAULT 0, progress INTEGER NOT NULL DEFAULT 0,
    stage TEXT NOT NULL DEFAULT 'queued', cached INTEGER NOT NULL DEFAULT 0, record TEXT, error TEXT
);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state);
CREATE INDEX IF NOT EXISTS jobs_by_batch ON jobs (batch);
CREATE INDEX IF NOT EXISTS jobs_by_age ON jobs (created);
CREATE TABLE IF NOT EXISTS cache (
    key TEXT PRIMARY KEY, bytes INTEGER NOT NULL, used REAL NOT NULL, record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS cache_by_use ON cache (used);
CREATE TABLE IF NOT EXISTS totals (instance TEXT PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS webhooks (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, body TEXT NOT NULL, due REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0
);
"""


class Database:
    """Connections, one a thread. Reading never waits for writing (WAL); writers take turns."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._own = threading.local()
        self._writing = threading.Lock()
        connection = self._connection()
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if found is None:
            found = sqlite3.connect(os.fspath(self._path), timeout=_PATIENCE, isolation_level=None)
            found.row_factory = sqlite3.Row
            self._own.connection = found
        return found

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query. Raises StorageError."""
        with _explained():
            return self._connection().execute(sql, values).fetchall()

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """What is written meanwhile counts as a whole, or not at all. Raises StorageError.

        durable: it has reached the disk at the end; else it survives this process's death, not the machine's.
        """
        with self._writing, _explained():
            connection = self._connection()
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK") if connection.in_transaction else None
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close this thread's connection."""
        self._connection().close()
        del self._own.connection


@contextmanager
def _explained() -> Iterator[None]:
    """A full or broken disk in our words."""
    try:
        yield
    except sqlite3.OperationalError as e:
        raise StorageError(f"the jobs cannot be stored ({e})", "free space on the disk of the data folder") from e
