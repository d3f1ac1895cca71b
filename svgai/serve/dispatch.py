"""From waiting jobs to ended ones: a thread for each worker process claims, draws, and writes down what came out."""

from __future__ import annotations

import logging
import pickle
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from svgai.errors import NoWorkersError, StorageError, SvgaiError
from svgai.report.text import shown
from svgai.serve import logs, work
from svgai.serve.cache import Cache, Hit, key
from svgai.serve.ending import Ending
from svgai.serve.folders import Folders
from svgai.serve.jobs import CONVERT, Job
from svgai.serve.queue import RENEWAL, TRIES, Queue
from svgai.serve.wanted import Defaults
from svgai.workers.limits import CrashError, Limits
from svgai.workers.process import load_engines
from svgai.workers.slot import Slot, Stopped, Watch

# Seconds between two looks for jobs that another process has taken in.
_LOOK = 0.5
# Seconds after which workers that die before they begin are tried again.
_RECOVERY = 5.0
# Between two notes of a job's progress. By eye: a bar that moves ten times a second looks smooth.
_NOTED = 0.1
# A drawing is not known to be the last: each stage takes this share of what is left to 95 %.
_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Rules:
    """How jobs are run. slots: worker processes; limits: of one picture; max_pixels: of one; convert: see work."""

    slots: int
    limits: Limits
    max_pixels: int
    convert: work.Convert = work.convert


class Dispatcher:
    """Threads from start() to stop(). healthy: whether worker processes come up."""

    def __init__(
        self, queue: Queue, folders: Folders, cache: Cache, ending: Ending, defaults: Defaults, rules: Rules
    ) -> None:
        self._queue = queue
        self._folders = folders
        self._cache = cache
        self._ending = ending
        self._defaults = defaults
        self._rules = rules
        self._running: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._draining = threading.Event()
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._serve, args=(k,), name=f"svgai worker {k + 1}", daemon=True)
            for k in range(rules.slots)
        ]
        self._renewal = threading.Thread(target=self._renew, name="svgai leases", daemon=True)
        self.healthy = True

    def start(self) -> None:
        for thread in (*self._threads, self._renewal):
            thread.start()

    @property
    def active(self) -> int:
        """How many jobs run here."""
        return len(self._running)

    def stop_job(self, job: str) -> None:
        """Kill the worker of a job that was deleted or ended elsewhere, if it runs here."""
        with self._lock:
            if job in self._running:
                self._running[job].set()

    def drain(self) -> None:
        """Begin no further job."""
        self._draining.set()
        with self._queue.arrived:
            self._queue.arrived.notify_all()

    def stop(self, grace: float) -> None:
        """Let running jobs end for so many seconds; then give them back to the queue, and end every worker."""
        self.drain()
        deadline = time.monotonic() + grace
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        with self._lock:
            for stop in self._running.values():
                stop.set()
        for thread in self._threads:
            thread.join()
        self._ended.set()
        self._renewal.join()

    def _renew(self) -> None:
        while not self._ended.wait(RENEWAL):
            try:
                with self._lock:
                    before = set(self._running)
                for lost in before - self._queue.renew(before):
                    self.stop_job(lost)
            except StorageError as e:
                logs.line(logging.ERROR, str(e))

    def _serve(self, number: int) -> None:
        slot = Slot(load_engines)
        try:
            self._load(slot, number)
            while not self._draining.is_set():
                self._next(slot)
        finally:
            slot.close()

    def _load(self, slot: Slot, number: int) -> None:
        """Start the process before the first job comes, and say what it has loaded."""
        try:
            found = slot.run(pickle.dumps((work.engines, None)), Watch(Limits(None, None), self._draining, _unheard))
        except Stopped:
            return
        except (SvgaiError, NoWorkersError) as e:
            self.healthy = False
            logs.line(logging.CRITICAL, f"worker {number + 1} does not start: {e}")
            return
        if number == 0:
            rust = f"vtracer {found['vtracer']}, resvg (svg2png-py {found['svg2png-py']})"
            logs.line(logging.INFO, f"[RUST] {rust} loaded")
            others = ", ".join(f"{name} {found[name]}" for name in ("opencv-python-headless", "numpy", "pillow"))
            logs.line(logging.INFO, f"[NATIVE] {others} loaded")

    def _next(self, slot: Slot) -> None:
        try:
            job = self._queue.claim()
            if job is None:
                self._queue.wait(_LOOK)
            else:
                self._run(slot, job)
        except NoWorkersError as e:
            self.healthy = False
            logs.line(logging.CRITICAL, f"no worker processes: {e}")
            self._draining.wait(_RECOVERY)
        except StorageError as e:
            logs.line(logging.CRITICAL, str(e))
            self._draining.wait(_RECOVERY)
        except Exception:  # noqa: BLE001 - a fault of ours in one job must not end the thread
            logs.LOGGER.exception("a fault of the dispatcher")
            self._draining.wait(_RECOVERY)

    def _run(self, slot: Slot, job: Job) -> None:
        stop = threading.Event()
        with self._lock:
            self._running[job.id] = stop
        try:
            self._do(slot, job, stop)
        except Stopped:
            # Where it was deleted or ended by somebody else, there is nothing to release.
            self._queue.release(job, tried=False)
        except NoWorkersError:
            self._queue.release(job, tried=False)
            raise
        except CrashError as e:
            if job.tries < TRIES:
                text = f"{e.cause}; retry {job.tries} of {TRIES - 1}"
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
        target = str(self._folders.output(job.id)) if job.kind == CONVERT else None
        source = str(self._folders.upload(job.id, job.suffix))
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
            with suppress(FileNotFoundError):
                self._folders.link(self._folders.cached(name), self._folders.output(job.id))
            if not self._folders.output(job.id).exists():
                self._folders.keep(self._folders.output(job.id), hit.svg, durable=False)
        self._ending.completed(job, hit.record, cached=True)


def _unheard(_: Any) -> None:
    """Nobody listens."""


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
