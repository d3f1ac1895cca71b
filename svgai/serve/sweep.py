"""What the service does by itself, now and then: lost jobs go back, stuck ones end, old files go."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from svgai.errors import StorageError
from svgai.serve import logs
from svgai.serve.cache import Cache
from svgai.serve.ending import Ending
from svgai.serve.folders import Folders
from svgai.serve.jobs import Job
from svgai.serve.queue import Queue
from svgai.serve.store import Store, files_of
from svgai.workers.limits import CrashError, TimedOutError

# Seconds between two looks at the jobs, between two at the files, and where these are listed by a request.
_LOOK, _TIDY, _TIDY_FAR = 2.0, 60.0, 3600.0
# A file without a job may belong to a request that is being taken in.
_UNCLAIMED = 3600.0


def recover(queue: Queue, ending: Ending, *, restarted: bool) -> int:
    """Give jobs whose worker's service died back to the queue, and fail those at which it did so too often.

    restarted: see Queue.abandoned. Returns how many there were.
    """
    lost = queue.abandoned(restarted=restarted)
    for job in lost:
        if job.tries < queue.tries:
            logs.line(logging.WARNING, "its service died; back in the queue", job=job.id, request=job.request)
            queue.release(job, tried=True)
        else:
            ending.failed(
                job, CrashError(f"the service died {job.tries} times at it", "try another plan, and report it")
            )
    return len(lost)


def end_stuck(queue: Queue, ending: Ending, seconds: float, stop: Callable[[str], None]) -> None:
    """Fail jobs that have been processing for longer. stop: kills the worker of a job, if it is one of ours."""
    for job in queue.overdue(seconds):
        error = TimedOutError(f"it was processing for more than {seconds:g} s", "SVGAI_STUCK gives more")
        ending.failed(job, error)
        stop(job.id)


def clean(queue: Queue, store: Store, before: float) -> int:
    """Drop jobs that ended before a time with their files, and files that belong to no job; how many jobs went."""
    count = 0
    while jobs := queue.older(before):
        _forget(queue, store, jobs)
        count += len(jobs)
    for job, name in store.orphans(unclaimed(before)):
        if queue.get(job) is None:
            store.drop([name])
    return count


def unclaimed(before: float) -> float:
    """A time from before which a file without a job is nobody's."""
    return min(before, time.time() - _UNCLAIMED)


def _forget(queue: Queue, store: Store, jobs: list[Job]) -> None:
    queue.delete(job.id for job in jobs)
    for job in jobs:
        store.drop(files_of(job))


@dataclass(frozen=True, slots=True)
class Ages:
    """Seconds: that ended jobs and their files are kept; after which a job that is processing is stuck."""

    keep: float
    stuck: float


class Sweeper:
    """A thread from start() to stop(). stop_job: see end_stuck."""

    def __init__(
        self, queue: Queue, folders: Folders, cache: Cache, ending: Ending, ages: Ages, stop_job: Callable[[str], None]
    ) -> None:
        self._queue = queue
        self._folders = folders
        self._cache = cache
        self._store = cache.store
        self._ending = ending
        self._ages = ages
        self._stop_job = stop_job
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sweep, name="svgai sweeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _sweep(self) -> None:
        tidied, pause = 0.0, _TIDY if self._store.near else _TIDY_FAR
        while not self._ended.wait(_LOOK):
            try:
                recover(self._queue, self._ending, restarted=False)
                end_stuck(self._queue, self._ending, self._ages.stuck, self._stop_job)
                if not self._store.up:
                    self._store.look()
                if time.monotonic() - tidied > pause:
                    tidied = time.monotonic()
                    self._tidy()
            except (StorageError, OSError) as e:
                logs.line(logging.ERROR, f"sweeping: {e}")
            except Exception:  # noqa: BLE001 - a fault of ours must not end the thread
                logs.LOGGER.exception("a fault of the sweeper")

    def _tidy(self) -> None:
        before = time.time() - self._ages.keep
        count = clean(self._queue, self._store, before)
        self._folders.tidy(unclaimed(before))
        dropped = self._cache.tidy()
        if count or dropped:
            logs.line(logging.INFO, f"cleaned: {count} jobs, {dropped} SVGs of the cache")
