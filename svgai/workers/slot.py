"""One process that does one task at a time at the other end of a pipe. It may be killed at any moment."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

import psutil

from svgai.errors import NoWorkersError, SvgaiError, internal
from svgai.workers import child
from svgai.workers.limits import TICK, CrashError, Limits, crash
from svgai.workers.process import Prepare, born_deaf

# This many processes of a slot may die or hang one after another before they are ready.
BARREN = 3
# Seconds until a process is ready. By eye: it takes 0.7 on an idle machine, and 20 with a cold disk at work.
PATIENCE = 60.0

# multiprocessing waits for any of its children wherever one is started: two that wait for one child confuse it.
_REAPING = threading.Lock()


class Stopped(Exception):  # noqa: N818 - no error: it was asked for
    """The task was cancelled, and its process killed."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How a task is looked after. stop: set from anywhere, it kills the task's process; hear: told what the task says
    with `child.say`, in the slot's thread."""

    limits: Limits
    stop: threading.Event
    hear: Callable[[Any], None]


class Slot:
    """A process, started when it is needed, and again after it was killed or has grown to half of its limit.

    To be used by one thread, which lives as long as the slot: on Linux a worker dies with the thread it was started
    by. prepare: called in each new process; patience: seconds that it may take to be ready.
    """

    def __init__(self, prepare: Prepare, patience: float = PATIENCE) -> None:
        self._prepare = prepare
        self._patience = patience
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def run(self, call: bytes, watch: Watch) -> Any:
        """The value of a pickled (function, argument).

        Raises the SvgaiError that the function raised, InternalError for its other faults; TimedOutError,
        MemoryLimitError and CrashError, after which the process is gone; Stopped; NoWorkersError.
        """
        self._ready(watch)
        try:
            found = self._answer(call, watch)
        except BaseException:
            self.close()
            raise
        if watch.limits.memory is not None and self._memory() > watch.limits.memory / 2:
            self.close()
        if isinstance(found, SvgaiError):
            raise found
        return found

    def _ready(self, watch: Watch) -> None:
        if self._alive():
            return
        waiting = Watch(Limits(self._patience, None), watch.stop, watch.hear)
        for _ in range(BARREN):
            self._start()
            try:
                fault = self._heard(child.READY, waiting)
            except SvgaiError as e:
                fault = e
            except BaseException:
                self.close()
                raise
            if fault is None:
                return
            self.close()
        raise NoWorkersError(f"worker processes die before they begin ({fault.cause})", "run svgai doctor")

    def _alive(self) -> bool:
        """Whether there is a process; an idle one says nothing until it dies, which ends the pipe."""
        try:
            return self._pipe is not None and not self._pipe.poll()
        except OSError:
            return False

    def _start(self) -> None:
        self.close()
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        process = context.Process(
            target=child.serve, args=(theirs, os.getpid(), self._prepare), name="svgai worker", daemon=True
        )
        with _REAPING, born_deaf():
            process.start()
        theirs.close()
        self._process = process

    def _answer(self, call: bytes, watch: Watch) -> Any:
        assert self._pipe is not None
        try:
            self._pipe.send_bytes(call)
        except OSError as e:
            raise self._death() from e
        return self._heard(child.DONE, watch)

    def _heard(self, kind: str, watch: Watch) -> Any:
        """Wait for a message of this kind."""
        assert self._pipe is not None
        start = time.monotonic()
        while True:
            try:
                message = self._pipe.recv_bytes() if self._pipe.poll(TICK) else None
            except (EOFError, OSError) as e:
                raise self._death() from e
            if message is not None:
                said, value = _unpacked(message)
                if said == kind:
                    return value
                watch.hear(value)
            if watch.stop.is_set():
                raise Stopped
            error = watch.limits.broken_by(time.monotonic() - start, self._memory())
            if error is not None:
                raise error

    def _memory(self) -> int:
        """Resident bytes of the process."""
        assert self._process is not None
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:  # it has ended, and the pipe will say so
            return 0

    def _death(self) -> CrashError:
        """The error of a process that has closed its end of the pipe."""
        assert self._process is not None
        with _REAPING:
            self._process.join(1)
        code = self._process.exitcode
        return crash([signal.Signals(-code).name] if code is not None and code < 0 else [])

    def close(self) -> None:
        """Kill the process, if there is one, and wait until it is dead."""
        if self._process is not None:
            with _REAPING:
                self._process.kill()
                self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _unpacked(message: bytes) -> tuple[str, Any]:
    try:
        kind, value = pickle.loads(message)
    except Exception as e:
        raise internal(e) from e
    return kind, value
