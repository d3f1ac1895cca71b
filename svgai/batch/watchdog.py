"""A thread that kills a worker whose job takes too long or too much memory, and knows why it did."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass

import psutil

from svgai.batch import scratch
from svgai.batch.scratch import Running
from svgai.errors import SvgaiError
from svgai.report.text import size

# Seconds between two looks. A worker fills about 0.2 GB meanwhile.
TICK = 0.1


class TimedOutError(SvgaiError):
    """A job took longer than it may."""

    code = "timeout"


class MemoryLimitError(SvgaiError):
    """A job's worker grew larger than it may."""

    code = "memory"


@dataclass(frozen=True, slots=True)
class Limits:
    """seconds: of wall time for one image, None without end; memory: resident bytes of one worker."""

    seconds: float | None = 300
    memory: int = 10**9

    def broken_by(self, seconds: float, memory: int) -> SvgaiError | None:
        """The error of a job at these figures."""
        if self.seconds is not None and seconds > self.seconds:
            return TimedOutError(f"it took longer than {self.seconds:g} s", "--timeout gives more")
        if memory > self.memory:
            return MemoryLimitError(f"it took more than {size(self.memory)} of memory", "--memory-limit gives more")
        return None


class Watchdog:
    """Watches from `with` to its end. convicted: the error of each job whose worker was killed, by index."""

    def __init__(self, folder: str, limits: Limits) -> None:
        self.convicted: dict[int, SvgaiError] = {}
        self._folder = folder
        self._limits = limits
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="svgai watchdog", daemon=True)

    def __enter__(self) -> Watchdog:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(TICK):
            for job in scratch.running(self._folder):
                self._look_at(job)

    def _look_at(self, job: Running) -> None:
        try:
            process = psutil.Process(job.pid)
            if process.ppid() != os.getpid():  # dead, and its id is another's
                return
            error = self._limits.broken_by(time.monotonic() - job.since, process.memory_info().rss)
            if error is not None:
                self.convicted.setdefault(job.index, error)
                process.kill()
        except psutil.Error:  # it has ended
            return


def kill(pids: list[int]) -> None:
    """Kill these children of this process, and wait until they are dead; who reaps them is not our business."""
    for process in (p for p in psutil.Process().children() if p.pid in pids):
        try:
            process.kill()
            while process.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.002)
        except psutil.Error:  # it has ended
            continue
