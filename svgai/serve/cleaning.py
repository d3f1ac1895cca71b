"""`svgai clean`: what the sweeper does, at once and from outside."""

from __future__ import annotations

import time
from dataclasses import dataclass

from svgai.errors import UsageError
from svgai.serve.cache import Cache
from svgai.serve.database import Database, url_of
from svgai.serve.environment import Configuration
from svgai.serve.queue import Bounds, Queue
from svgai.serve.sweep import clean as clean_jobs
from svgai.serve.workshop import folders, store_of


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How many jobs and SVGs of the cache went, and the bytes that are free now and were not."""

    jobs: int
    cached: int
    bytes: int


def clean(wanted: Configuration, age: float, *, cache: bool) -> Cleaned:
    """Drop jobs that ended `age` seconds ago or earlier. Raises UsageError where there is no data folder."""
    places = folders(wanted)
    store = store_of(wanted, places)
    if wanted.database_url is None and not places.database.exists():
        raise UsageError(f"{places.data} is no data folder of a service", "give --data, as to svgai serve")
    database = Database(url_of(wanted.database_url, places.database))
    queue = Queue(database, Bounds(wanted.max_pending, wanted.client_jobs), "clean:")
    before = store.size()
    jobs = clean_jobs(queue, store, time.time() - age)
    cached = Cache(database, store, None, wanted.cache_bytes, age).tidy() if cache else 0
    return Cleaned(jobs, cached, max(0, before - store.size()))
