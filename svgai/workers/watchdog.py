"""A thread that kills a pool's worker whose task takes too long or too much memory, and knows why it did."""

from __future__ import annotations

import os
import threading
import time

import psutil

from svgai.errors import SvgaiError
from svgai.workers import scratch
from svgai.workers.limits import TICK, Limits
from svgai.workers.scratch import Running


class Watchdog:
    """Watches from `with` to its end. convicted: the error of each task whose worker was killed, by index."""

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
            for task in scratch.running(self._folder):
                self._look_at(task)

    def _look_at(self, task: Running) -> None:
        try:
            process = psutil.Process(task.pid)
            if process.ppid() != os.getpid():  # dead, and its id is another's
                return
            error = self._limits.broken_by(time.monotonic() - task.since, process.memory_info().rss)
            if error is not None:
                self.convicted.setdefault(task.index, error)
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
