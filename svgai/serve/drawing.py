"""From a claimed job to its end: drawn in a killable process, looked after meanwhile, written down once."""

from __future__ import annotations

import logging
import pickle
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from svgai.errors import NoWorkersError, StorageError, SvgaiError
from svgai.report.text import shown
from svgai.serve import logs, work
from svgai.serve.cache import Cache, Hit, key
from svgai.serve.ending import Ending
from svgai.serve.jobs import CONVERT, Job
from svgai.serve.queue import RENEWAL, Queue
from svgai.serve.store import Store, StoreDownError, cached, output, upload
from svgai.serve.wanted import Defaults
from svgai.workers.limits import CrashError, Limits
from svgai.workers.slot import Slot, Stopped, Watch

# Between two notes of a job's progress. By eye: a bar that moves ten times a second looks smooth.
_NOTED = 0.1
# A drawing is not known to be the last: each stage takes this share of what is left to 95 %.
_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Rules:
    """How jobs are drawn. limits: of one picture; max_pixels: of one; convert: see work."""

    limits: Limits
    max_pixels: int
    convert: work.Convert = work.convert


class Drawer:
    """Draws from start() to stop(), in the threads that call run(). healthy: whether worker processes come up."""

    def __init__(
        self, queue: Queue, store: Store, cache: Cache, ending: Ending, defaults: Defaults, rules: Rules
    ) -> None:
        self._queue = queue
        self._store = store
        self._cache = cache
        self._ending = ending
        self._defaults = defaults
        self._rules = rules
        self._running: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._renewal = threading.Thread(target=self._renew, name="svgai leases", daemon=True)
        self.healthy = True

    def start(self) -> None:
        self._renewal.start()

    def stop(self) -> None:
        """Nothing runs any more."""
        self._ended.set()
        self._renewal.join()

    @property
    def active(self) -> int:
        """How many jobs run here."""
        return len(self._running)

    def stop_job(self, job: str) -> None:
        """Kill the worker of a job that was deleted or ended elsewhere, if it runs here."""
        with self._lock:
            if job in self._running:
                self._running[job].set()

    def stop_jobs(self) -> None:
        """Give what runs back to the queue."""
        with self._lock:
            for stop in self._running.values():
                stop.set()

    def _renew(self) -> None:
        while not self._ended.wait(RENEWAL):
            try:
                with self._lock:
                    before = set(self._running)
                for lost in before - self._queue.renew(before):
                    self.stop_job(lost)
            except StorageError as e:
                logs.line(logging.ERROR, str(e))

    def run(self, slot: Slot, job: Job) -> None:
        """Draw a job that is ours: it ends, or goes back to the queue. Raises NoWorkersError, StorageError."""
        stop = threading.Event()
        with self._lock:
            self._running[job.id] = stop
        try:
            self._do(slot, job, stop)
        except Stopped:
            # Where it was deleted or ended by somebody else, there is nothing to release.
            self._queue.release(job, tried=False)
        except (NoWorkersError, StoreDownError):
            self._queue.release(job, tried=False)
            raise
        except CrashError as e:
            if job.tries < self._queue.tries:
                text = f"{e.cause}; retry {job.tries} of {self._queue.tries - 1}"
                logs.line(logging.WARNING, text, job=job.id, request=job.request)
                self._queue.release(job, tried=True)
            else:
                self._ending.failed(job, e)
        except SvgaiError as e:
            self._ending.failed(job, e)
        finally:
            with self._lock:
                del self._running[job.id]

    def _do(self, slot: Slot, job: Job, stop: threading.Event) -> None:
        wanted = self._defaults.wanted(job.words)
        name = key(job.digest, job.kind, wanted, squares=job.squares)
        hit = self._cache.get(name)
        if hit is not None:
            self._reuse(job, name, hit)
            return
        with ExitStack() as stack:
            source = stack.enter_context(self._store.fetched(upload(job.id, job.suffix)))
            target = stack.enter_context(self._store.written(output(job.id))) if job.kind == CONVERT else None
            order = work.Order(source, target, shown(job.name), wanted.settings, self._rules.max_pixels, job.squares,
                               self._rules.convert)  # fmt: skip
            hear = _Hearer(self._queue, job)
            record = slot.run(pickle.dumps((work.do, order)), Watch(self._rules.limits, stop, hear))
        self.healthy = True
        # Before anybody hears of it: who has asked for the SVG may then delete the job.
        self._cache.put(name, job, record)
        self._ending.completed(job, record, cached=False)

    def _reuse(self, job: Job, name: str, hit: Hit) -> None:
        if job.kind == CONVERT:
            try:
                self._store.copy(cached(name), output(job.id))
            except FileNotFoundError:  # it came from Redis, or somebody cleaned up
                self._store.keep(output(job.id), hit.svg, durable=False)
        self._ending.completed(job, hit.record, cached=True)


class _Hearer:
    """Hears what a job's worker says: its stages move the progress, its tracebacks go to the log."""

    def __init__(self, queue: Queue, job: Job) -> None:
        self._queue = queue
        self._job = job
        self._progress = 0.0
        self._noted = 0.0

    def __call__(self, said: Any) -> None:
        kind, text = said
        if kind == work.TRACEBACK:
            logs.traceback(text, job=self._job.id, request=self._job.request)
            return
        self._progress += _SHARE * (95 - self._progress)
        if time.monotonic() - self._noted > _NOTED:
            self._noted = time.monotonic()
            self._queue.advance(self._job, text, int(self._progress))
