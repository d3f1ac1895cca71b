"""Slots that stand open for tasks, one at a time each: a future for a task, and a kill that harms no other."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from svgai.workers.limits import Limits
from svgai.workers.process import Prepare, nothing
from svgai.workers.slot import PATIENCE, Slot, Stopped, Watch

Argument = TypeVar("Argument")
Value = TypeVar("Value")


def _ignored(_: Any) -> None:
    """Hears nothing."""


class Ticket(Future[Value], Generic[Value]):
    """A task that was handed in: a Future, for asyncio.wrap_future too, whose cancel() also ends what runs.

    started: time.monotonic() when its slot took it up, None before. result() raises what Slot.run raises, and
    CancelledError.
    """

    def __init__(self, call: bytes, watch: Watch) -> None:
        super().__init__()
        self.started: float | None = None
        self._call = call
        self._watch = watch

    def cancel(self) -> bool:
        """Take the task out of the line, or have its process killed at the next tick. False where it is done."""
        self._watch.stop.set()
        return super().cancel() or not self.done()

    def serve(self, slot: Slot) -> None:
        """Do the task in this slot, and set the result. For the slot's thread."""
        if not self.set_running_or_notify_cancel():
            return
        self.started = time.monotonic()
        try:
            self.set_result(slot.run(self._call, self._watch))
        except Stopped:
            self.set_exception(CancelledError())
        except BaseException as e:  # noqa: BLE001 - it is the caller's, wherever he waits
            self.set_exception(e)


class Slots:
    """`count` worker processes. Tasks wait in line, and are begun in their order.

    limits: of tasks that bring none; prepare: called in each new process; fresh: each task gets a new process;
    patience: seconds that a process may take to be ready. Processes start when they are needed. To be closed.
    """

    def __init__(
        self,
        count: int,
        *,
        limits: Limits | None = None,
        prepare: Prepare = nothing,
        fresh: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        self._count = count
        self._limits = limits or Limits()
        self._fresh = fresh
        self._prepare = prepare
        self._patience = patience
        self._line: SimpleQueue[Ticket[Any] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._running: set[Ticket[Any]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def submit(
        self,
        function: Callable[[Argument], Value],
        argument: Argument,
        *,
        limits: Limits | None = None,
        hear: Callable[[Any], None] = _ignored,
    ) -> Ticket[Value]:
        """Hand in a task. hear: told in the slot's thread what the task says by `child.say`.

        Raises what pickle raises where the function or its argument cannot be sent, RuntimeError after close().
        """
        watch = Watch(limits or self._limits, threading.Event(), hear)
        ticket: Ticket[Value] = Ticket(pickle.dumps((function, argument)), watch)
        with self._lock:
            if self._closed:
                raise RuntimeError("these slots are closed")
            if len(self._threads) < self._count:
                thread = threading.Thread(target=self._serve, name="svgai slot", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._line.put(ticket)
        return ticket

    @property
    def running(self) -> list[Ticket[Any]]:
        """The tasks that are being done, the oldest first."""
        with self._lock:
            return sorted(self._running, key=lambda ticket: ticket.started or 0.0)

    @property
    def waiting(self) -> int:
        """How many tasks wait in line, about."""
        return self._line.qsize()

    def _serve(self) -> None:
        slot = Slot(self._prepare, self._patience)
        while (ticket := self._line.get()) is not None:
            with self._lock:
                self._running.add(ticket)
                if self._closed:
                    ticket.cancel()
            ticket.serve(slot)
            if self._fresh:
                slot.close()
            with self._lock:
                self._running.discard(ticket)
        slot.close()

    def close(self) -> None:
        """Cancel every task, kill every process, and wait until all are dead."""
        with self._lock:
            self._closed = True
            given = [*self._running, *self._drained()]
        for ticket in given:
            ticket.cancel()
        for _ in self._threads:
            self._line.put(None)
        for thread in self._threads:
            thread.join()

    def _drained(self) -> list[Ticket[Any]]:
        tickets: list[Ticket[Any]] = []
        while True:
            try:
                ticket = self._line.get_nowait()
            except Empty:
                return tickets
            if ticket is not None:
                tickets.append(ticket)

    def __enter__(self) -> Slots:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
