"""The service's own worker processes: a thread for each claims the jobs that are to be drawn here."""

from __future__ import annotations

import logging
import pickle
import threading
import time
from typing import Any

from svgai.errors import NoWorkersError, StorageError, SvgaiError
from svgai.serve import logs, work
from svgai.serve.drawing import Drawer
from svgai.serve.queue import Queue
from svgai.workers.limits import Limits
from svgai.workers.process import load_engines
from svgai.workers.slot import Slot, Stopped, Watch

# Seconds between two looks for jobs that another process has taken in.
_LOOK = 0.5
# Seconds after which workers that die before they begin are tried again.
_RECOVERY = 5.0


class Dispatcher:
    """Threads from start() to stop(), one for each of the slots."""

    def __init__(self, queue: Queue, drawer: Drawer, slots: int) -> None:
        self._queue = queue
        self._drawer = drawer
        self._draining = threading.Event()
        self._threads = [
            threading.Thread(target=self._serve, args=(k,), name=f"svgai worker {k + 1}", daemon=True)
            for k in range(slots)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

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
        self._drawer.stop_jobs()
        for thread in self._threads:
            thread.join()

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
            self._drawer.healthy = False
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
                self._drawer.run(slot, job)
        except NoWorkersError as e:
            self._drawer.healthy = False
            logs.line(logging.CRITICAL, f"no worker processes: {e}")
            self._draining.wait(_RECOVERY)
        except StorageError as e:
            logs.line(logging.CRITICAL, str(e))
            self._draining.wait(_RECOVERY)
        except Exception:  # noqa: BLE001 - a fault of ours in one job must not end the thread
            logs.LOGGER.exception("a fault of the dispatcher")
            self._draining.wait(_RECOVERY)


def _unheard(_: Any) -> None:
    """Nobody listens."""
