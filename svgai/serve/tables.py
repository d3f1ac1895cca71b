"""The tables of the database, alike in SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Integer, MetaData, Table, Text

METADATA = MetaData()
# SQLite counts its rows in a column that is exactly INTEGER PRIMARY KEY.
_COUNTED = BigInteger().with_variant(Integer, "sqlite")

# A row is a jobs.Job. rowid: the order in which jobs came, by SQLite's own name for it.
JOBS = Table(
    "jobs",
    METADATA,
    Column("rowid", _COUNTED, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("batch", Text, index=True),
    Column("state", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("suffix", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("squares", Integer, nullable=False),
    Column("client", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("webhook", Text),
    Column("created", Double, nullable=False, index=True),
    Column("started", Double),
    Column("finished", Double),
    Column("owner", Text),
    Column("lease", Double),
    Column("tries", Integer, nullable=False),
    Column("progress", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("cached", Integer, nullable=False),
    Column("record", Text),
    Column("error", Text),
)
CACHE = Table(
    "cache",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("used", Double, nullable=False, index=True),
    Column("record", Text, nullable=False),
)
TOTALS = Table(
    "totals",
    METADATA,
    Column("instance", Text, primary_key=True),
    Column("state", Text, nullable=False),
)
WEBHOOKS = Table(
    "webhooks",
    METADATA,
    Column("id", _COUNTED, primary_key=True),
    Column("url", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("due", Double, nullable=False),
    Column("tries", Integer, nullable=False),
)
