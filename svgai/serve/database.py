"""The database of the jobs, through SQLAlchemy: SQLite in the data folder, or PostgreSQL for several machines."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Executable,
    RowMapping,
    bindparam,
    create_engine,
    delete,
    event,
    exc,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite

from svgai.errors import StorageError, UsageError
from svgai.serve.tables import METADATA

Row: TypeAlias = RowMapping

# Seconds that a writer waits for another process's transaction. By eye: each lasts milliseconds.
_PATIENCE = 10.0
# Connections of a process at once: one a thread, and uvicorn's pool of threads has 40.
_CONNECTIONS = 48
# PostgreSQL's lock by which writers take turns, as SQLite's do. Any number; this spells svgai.
_TURN = 0x7376676169


class DatabaseDownError(StorageError):
    """The database server does not answer."""

    code = "database"


def url_of(text: str | None, file: Path) -> URL:
    """Where the jobs are: in PostgreSQL where its URL is given, else in a file. Raises UsageError."""
    if text is None:
        return URL.create("sqlite", database=str(file))
    try:
        found = make_url(text)
    except exc.ArgumentError as e:
        raise UsageError("SVGAI_DATABASE_URL is no URL", "as postgresql://svgai@localhost/svgai") from e
    if found.drivername not in ("postgresql", "postgresql+psycopg"):
        raise UsageError("SVGAI_DATABASE_URL begins with postgresql://", "leave it away for SQLite in the data folder")
    return found.set(drivername="postgresql+psycopg")


class Database:
    """Reading never waits for writing; writers take turns, so that what one has read still holds when it writes."""

    def __init__(self, url: URL) -> None:
        self._local = url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"connect_args": {"timeout": _PATIENCE}} if self._local else {"pool_pre_ping": True}
        self._engine = create_engine(url, pool_size=_CONNECTIONS, max_overflow=0, pool_timeout=_PATIENCE, **options)
        self._writing = threading.Lock()
        if self._local:
            _let_us_begin(self._engine)
        # Without BEGIN and ROLLBACK around each; SQLite has none where we begin none.
        self._reading = self._engine if self._local else self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with self.transaction() as connection:
            METADATA.create_all(connection)

    def read(self, query: Executable) -> list[Row]:
        """The rows of a query. Raises StorageError."""
        with self._explained(), self._reading.connect() as connection:
            return list(connection.execute(query).mappings())

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[Connection]:
        """What is written meanwhile counts as a whole, or not at all. Raises StorageError.

        durable: it has reached the disk at the end; else it survives this process's death, not the machine's.
        """
        with self._writing, self._explained(), self._engine.connect() as connection:
            if self._local:
                connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.exec_driver_sql(f"SET LOCAL synchronous_commit = {'on' if durable else 'off'}")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
            yield connection
            connection.commit()

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """A full or broken disk, or a server that is gone, in our words."""
        try:
            yield
        except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as e:
            cause = str(getattr(e, "orig", None) or e).strip().partition("\n")[0]
            if self._local:
                remedy = "free space on the disk of the data folder"
                raise StorageError(f"the jobs cannot be stored ({cause})", remedy) from e
            remedy = "see that PostgreSQL runs at SVGAI_DATABASE_URL"
            raise DatabaseDownError(f"the database does not answer ({cause})", remedy) from e


def put(connection: Connection, key: Column[str], name: str, values: Mapping[str, Any]) -> None:
    """Have the row with this key hold these values, whether there was one or not."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    query = dialect.insert(key.table).values({key.name: name, **values})
    connection.execute(query.on_conflict_do_update(index_elements=[key], set_=values))


def remove(connection: Connection, key: Column[str], names: Iterable[str]) -> None:
    """Drop the rows with these keys."""
    rows = [{"name": name} for name in names]
    if rows:
        connection.execute(delete(key.table).where(key == bindparam("name")), rows)


def _let_us_begin(engine: Engine) -> None:
    """sqlite3 begins transactions by itself, too late for us: this is how it is told not to."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
