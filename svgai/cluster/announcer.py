"""The service's side of the broker: a message says that a job waits, and carries only its id; the row is the truth."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress

from celery import Celery
from kombu import Connection

from svgai.cluster import app as apps

# Seconds after which a job that waits, while no message does, is announced again: its message was lost.
_LOST = 5.0
# Seconds between two looks for such jobs, and until a broker that is gone is tried again.
_LOOK, _AGAIN = 2.0, 1.0


class Announcer:
    """A thread from start() to stop(), which alone waits for the broker. up: whether that answered when last asked.

    waiting: the ids of the jobs that have waited for longer than so many seconds; None where this cannot be known.
    tell: told whether it is there, where it goes or comes back.
    """

    def __init__(
        self, broker: str, waiting: Callable[[float], Collection[str] | None], tell: Callable[[bool], object]
    ) -> None:
        self._app: Celery = apps.application(broker)
        self._gone = apps.gone(self._app)
        self._queue = apps.jobs_queue()
        self._waiting = waiting
        self._tell = tell
        self._connection: Connection | None = None
        self._ids: deque[str] = deque()
        self._more = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="svgai announcer", daemon=True)
        self.up = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Send what is to be sent, where the broker answers."""
        self._ended = True
        self._more.set()
        self._thread.join()

    def announce(self, jobs: Collection[str]) -> None:
        """Say that jobs wait: at once, or when the broker is there again."""
        self._ids.extend(jobs)
        self._more.set()

    def _run(self) -> None:
        looked, told = 0.0, False
        while not self._ended or self._ids:
            try:
                self._publish_all()
                if time.monotonic() - looked > _LOOK:
                    looked = time.monotonic()
                    self._look_after()
                if told or not self.up:
                    self._tell(True)
                self.up, told = True, False
                self._more.wait(_LOOK)
                self._more.clear()
            except self._gone:
                self._disconnect()
                if self._ended:
                    return
                if not told:
                    self._tell(False)
                self.up, told = False, True
                time.sleep(_AGAIN)
        self._disconnect()

    def _publish_all(self) -> None:
        connection = self._connection = self._connection or self._app.connection_for_write()
        connection.ensure_connection(max_retries=1, timeout=_AGAIN)
        while self._ids:
            self._app.send_task(apps.JOB, (self._ids[0],), queue=self._queue, retry=False,
                                producer=self._app.amqp.Producer(connection))  # fmt: skip
            self._ids.popleft()

    def _look_after(self) -> None:
        assert self._connection is not None
        found = self._connection.default_channel.queue_declare(queue=self._queue.name, durable=True, auto_delete=False)
        if not found.message_count:
            self._ids.extend(self._waiting(_LOST) or ())
            self._publish_all()

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(*self._gone):
                self._connection.release()
        self._connection = None
