"""What draws the service's jobs, wherever it runs: the table, the files, the cache, the figures, the broker."""

from __future__ import annotations

import logging
import os
import tempfile
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from svgai.errors import StorageError
from svgai.serve import logs, memory, work
from svgai.serve.cache import Cache
from svgai.serve.database import Database, url_of
from svgai.serve.drawing import Drawer, Rules
from svgai.serve.ending import Ending
from svgai.serve.environment import Configuration
from svgai.serve.folders import Folders
from svgai.serve.metrics import Gauges, Metrics
from svgai.serve.queue import Bounds, Depth, Queue
from svgai.serve.redis_link import RedisLink
from svgai.serve.store import Store
from svgai.serve.totals import Totals
from svgai.serve.wanted import Defaults
from svgai.serve.webhooks import Webhooks
from svgai.workers.limits import Limits

if TYPE_CHECKING:
    from svgai.cluster.announcer import Announcer

# Seconds that a figure of the machine is good for: looking at each process takes a millisecond.
_FRESH = 1.0


def folders(wanted: Configuration) -> Folders:
    """The folders of a configuration."""
    data = wanted.data.absolute()
    uploads, outputs = wanted.uploads or data / "uploads", wanted.outputs or data / "outputs"
    return Folders(data, uploads.absolute(), outputs.absolute(), wanted.min_free)


def store_of(wanted: Configuration, places: Folders) -> Store:
    """Where a configuration keeps its files: in its folders, where no URL is given. Raises UsageError."""
    if wanted.storage_url is None:
        return places
    from svgai.serve.bucket import Bucket

    return Bucket(wanted.storage_url, places.unfinished)


class Workshop:
    """From start() to stop(). convert: turns bytes into a Conversion, in the workers. told: called with a job's id
    when it has ended here, from any thread. draining: it begins nothing more.

    instance: a name whose figures go on where an earlier process of it left off.
    """

    def __init__(
        self,
        wanted: Configuration,
        defaults: Defaults,
        instance: str,
        convert: work.Convert,
        told: Callable[[str], None],
    ) -> None:
        os.umask(0o077)
        self.wanted = wanted
        self.defaults = defaults
        self.folders = folders(wanted)
        self.folders.make()
        self.store = store_of(wanted, self.folders)
        tempfile.tempdir = str(self.folders.unfinished)
        self.database = Database(url_of(wanted.database_url, self.folders.database))
        self.redis = RedisLink(wanted.redis_url) if wanted.redis_url else None
        self.announcer = self._announcer(wanted.broker_url) if wanted.broker_url else None
        self.queue = Queue(
            self.database,
            Bounds(wanted.max_pending, wanted.client_jobs),
            f"{instance}:{uuid.uuid4().hex}",
            self.announcer.announce if self.announcer is not None else None,
        )
        self.cache = Cache(self.database, self.store, self.redis, wanted.cache_bytes, wanted.cache_age)
        self.webhooks = Webhooks(self.database, wanted.webhooks, wanted.secret)
        self.totals = Totals(self.database, instance)
        self.ending = Ending(self.queue, self.store, self.totals, self.webhooks, told)
        rules = Rules(Limits(wanted.timeout, wanted.memory_limit), wanted.max_pixels, convert)
        self.drawer = Drawer(self.queue, self.store, self.cache, self.ending, defaults, rules)
        self.metrics = Metrics(self.totals, self.gauges)
        self.draining = False
        self._memory = (0.0, (0, [0]))

    def _announcer(self, broker: str) -> Announcer:
        from svgai.cluster.announcer import Announcer

        return Announcer(broker, self._late, _log_broker)

    def _late(self, seconds: float) -> list[str]:
        """Jobs that have waited for longer; none where the database does not answer."""
        try:
            return self.queue.waiting(seconds)
        except StorageError:
            return []

    def start(self) -> None:
        """Connect, and be ready to draw."""
        for link in (self.redis, self.announcer, self.drawer):
            if link is not None:
                link.start()

    def stop(self) -> None:
        """Let go of everything; nothing is drawn any more."""
        self.drawer.stop()
        if self.announcer is not None:
            self.announcer.stop()
        if self.redis is not None:
            self.redis.close()

    def memory(self) -> tuple[int, list[int]]:
        """Resident bytes of the service and of each worker, a second old at most."""
        now = time.monotonic()
        if now - self._memory[0] > _FRESH:
            self._memory = (now, memory.used())
        return self._memory[1]

    def depth(self) -> Depth | None:
        """What waits and runs; None where the database does not answer."""
        try:
            return self.queue.depth()
        except StorageError:
            return None

    def gauges(self) -> Gauges:
        """What metrics say of this moment."""
        depth = self.depth() or Depth(0, 0, None)
        own, workers = self.memory()
        return Gauges(
            active=depth.processing,
            queued=depth.queued,
            oldest=time.time() - depth.oldest if depth.oldest is not None else 0.0,
            cache_hits=self.cache.hits,
            cache_misses=self.cache.misses,
            disk_free=self.folders.free(),
            memory=own + sum(workers),
            memory_limit=memory.limit(),
            redis=None if self.redis is None else self.redis.up,
            broker=None if self.announcer is None else self.announcer.up,
            draining=self.draining,
            healthy=self.drawer.healthy,
        )


def _log_broker(up: bool) -> None:
    if up:
        logs.line(logging.INFO, "the broker is connected")
    else:
        logs.line(logging.WARNING, "the broker does not answer: jobs wait for it")
