"""The service put together: everything that its routes use, started and stopped as one."""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from svgai.errors import UsageError
from svgai.serve import logs, work
from svgai.serve.board import Board
from svgai.serve.dispatch import Dispatcher
from svgai.serve.environment import Configuration
from svgai.serve.limits import Limits as RateLimits
from svgai.serve.queue import Depth
from svgai.serve.redis_link import RedisLink
from svgai.serve.sweep import Ages, Sweeper, recover
from svgai.serve.uploads import Bounds as UploadBounds
from svgai.serve.wanted import Defaults
from svgai.serve.workshop import Workshop

if TYPE_CHECKING:
    from svgai.cluster.announcer import Announcer


@dataclass(frozen=True, slots=True)
class Health:
    """redis, broker: `connected`, `unavailable`, or `none` where there is none to be. converter, disk, database,
    store: `ready`, or what is wrong."""

    status: str
    redis: str
    broker: str
    converter: str
    disk: str
    database: str
    store: str
    depth: Depth


class Service(Workshop):
    """A workshop with a door. An instance is what listens on a port of a machine."""

    def __init__(self, wanted: Configuration, defaults: Defaults, convert: work.Convert = work.convert) -> None:
        self.board = Board()
        super().__init__(wanted, defaults, f"{socket.gethostname()}:{wanted.port}", convert, self.board.tell)
        self.uploads = UploadBounds(wanted.max_body, wanted.max_files)
        self.dispatcher = Dispatcher(self.queue, self.drawer, wanted.slots)
        ages = Ages(wanted.keep, wanted.stuck)
        self.sweeper = Sweeper(self.queue, self.folders, self.cache, self.ending, ages, self.drawer.stop_job)
        self.limits = RateLimits(wanted, self.redis)
        self.began = time.time()

    def start(self) -> None:
        """Take up what an earlier process left, and begin to draw. From within the event loop."""
        self.board.attach()
        super().start()
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
        super().stop()

    def health(self) -> Health:
        """healthy; degraded where it works with less than it was given; unhealthy where it cannot work."""
        redis, broker = _state(self.redis), _state(self.announcer)
        try:
            self.folders.check_room(0)
            disk = "ready"
        except Exception:  # noqa: BLE001 - full, or gone
            disk = "full"
        depth = self.depth()
        database = "unavailable" if depth is None else "ready"
        converter = "ready" if self.drawer.healthy else "unavailable"
        store = "ready" if self.store.up else "unavailable"
        if {converter, disk, database, store} != {"ready"}:
            status = "unhealthy"
        else:
            status = "degraded" if "unavailable" in (redis, broker) else "healthy"
        return Health(status, redis, broker, converter, disk, database, store, depth or Depth(0, 0, None))


def _state(link: RedisLink | Announcer | None) -> str:
    return "none" if link is None else "connected" if link.up else "unavailable"


def check_redis(wanted: Configuration) -> None:
    """Raises UsageError where REDIS_URL cannot be understood."""
    if wanted.redis_url:
        try:
            RedisLink(wanted.redis_url)
        except ValueError as e:
            raise UsageError(f"REDIS_URL: {e}", "as redis://localhost:6379/0") from e
