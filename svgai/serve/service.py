"""The service put together: everything that its routes use, started and stopped as one."""

from __future__ import annotations

import logging
import os
import socket
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from svgai.errors import StorageError, UsageError
from svgai.serve import logs, memory, work
from svgai.serve.board import Board
from svgai.serve.cache import Cache
from svgai.serve.database import Database, url_of
from svgai.serve.dispatch import Dispatcher, Rules
from svgai.serve.ending import Ending
from svgai.serve.environment import Configuration
from svgai.serve.folders import Folders
from svgai.serve.limits import Limits as RateLimits
from svgai.serve.metrics import Gauges, Metrics
from svgai.serve.queue import Bounds, Depth, Queue
from svgai.serve.redis_link import RedisLink
from svgai.serve.sweep import Ages, Sweeper, recover
from svgai.serve.totals import Totals
from svgai.serve.uploads import Bounds as UploadBounds
from svgai.serve.wanted import Defaults
from svgai.serve.webhooks import Webhooks
from svgai.workers.limits import Limits

# Seconds that a figure of the machine is good for: looking at each process takes a millisecond.
_FRESH = 1.0


@dataclass(frozen=True, slots=True)
class Health:
    """redis: `connected`, `unavailable`, or `none` where there is none to be. converter, disk, database: `ready`, or
    what is wrong."""

    status: str
    redis: str
    converter: str
    disk: str
    database: str
    depth: Depth


def folders(wanted: Configuration) -> Folders:
    """The folders of a configuration."""
    data = wanted.data.absolute()
    uploads, outputs = wanted.uploads or data / "uploads", wanted.outputs or data / "outputs"
    return Folders(data, uploads.absolute(), outputs.absolute(), wanted.min_free)


class Service:
    """From start() to stop(). convert: turns bytes into a Conversion, in the workers.

    An instance is what listens on a port of a machine: its figures go on where an earlier process of it left off.
    """

    def __init__(self, wanted: Configuration, defaults: Defaults, convert: work.Convert = work.convert) -> None:
        os.umask(0o077)
        self.wanted = wanted
        self.defaults = defaults
        self.folders = folders(wanted)
        self.folders.make()
        tempfile.tempdir = str(self.folders.unfinished)
        self.uploads = UploadBounds(wanted.max_body, wanted.max_files)
        instance = f"{socket.gethostname()}:{wanted.port}"
        self.database = Database(url_of(wanted.database_url, self.folders.database))
        self.redis = RedisLink(wanted.redis_url) if wanted.redis_url else None
        self.board = Board()
        self.queue = Queue(
            self.database, Bounds(wanted.max_pending, wanted.client_jobs), f"{instance}:{uuid.uuid4().hex}"
        )
        self.cache = Cache(self.database, self.folders, self.redis, wanted.cache_bytes, wanted.cache_age)
        self.webhooks = Webhooks(self.database, wanted.webhooks, wanted.secret)
        self.totals = Totals(self.database, instance)
        self.ending = Ending(self.queue, self.folders, self.totals, self.webhooks, self.board.tell)
        rules = Rules(wanted.slots, Limits(wanted.timeout, wanted.memory_limit), wanted.max_pixels, convert)
        self.dispatcher = Dispatcher(self.queue, self.folders, self.cache, self.ending, defaults, rules)
        ages = Ages(wanted.keep, wanted.stuck)
        self.sweeper = Sweeper(self.queue, self.cache, self.ending, ages, self.dispatcher.stop_job)
        self.limits = RateLimits(wanted, self.redis)
        self.metrics = Metrics(self.totals, self.gauges)
        self.began = time.time()
        self.draining = False
        self._memory = (0.0, (0, [0]))

    def start(self) -> None:
        """Take up what an earlier process left, and begin to draw. From within the event loop."""
        self.board.attach()
        if self.redis is not None:
            self.redis.start()
        found = recover(self.queue, self.ending, restarted=True)
        if found:
            logs.line(logging.WARNING, f"{found} jobs were interrupted by the end of an earlier process")
        self.dispatcher.start()
        self.sweeper.start()
        self.webhooks.start()

    def drain(self) -> None:
        """Take nothing more in, and begin nothing more."""
        if not self.draining:
            self.draining = True
            logs.line(logging.INFO, "stopping: running jobs end, waiting ones wait for the next start")
            self.dispatcher.drain()

    def stop(self) -> None:
        """End everything; a job that has not ended within the grace goes back to the queue."""
        self.drain()
        self.dispatcher.stop(self.wanted.grace)
        self.sweeper.stop()
        self.webhooks.close()
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
            draining=self.draining,
            healthy=self.dispatcher.healthy,
        )

    def health(self) -> Health:
        """healthy; degraded where it works with less than it was given; unhealthy where it cannot work."""
        redis = "none" if self.redis is None else "connected" if self.redis.up else "unavailable"
        try:
            self.folders.check_room(0)
            disk = "ready"
        except Exception:  # noqa: BLE001 - full, or gone
            disk = "full"
        depth = self.depth()
        database = "unavailable" if depth is None else "ready"
        converter = "ready" if self.dispatcher.healthy else "unavailable"
        if {converter, disk, database} != {"ready"}:
            status = "unhealthy"
        else:
            status = "degraded" if redis == "unavailable" else "healthy"
        return Health(status, redis, converter, disk, database, depth or Depth(0, 0, None))

    def shown(self, path: Path) -> str:
        """A picture's place for the log, as the manual writes it: from the folder that holds its own."""
        base = self.folders.uploads.parent
        return f"./{path.relative_to(base)}" if path.is_relative_to(base) else str(path)


def check_redis(wanted: Configuration) -> None:
    """Raises UsageError where REDIS_URL cannot be understood."""
    if wanted.redis_url:
        try:
            RedisLink(wanted.redis_url)
        except ValueError as e:
            raise UsageError(f"REDIS_URL: {e}", "as redis://localhost:6379/0") from e
