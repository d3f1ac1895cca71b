"""Slots: whatever one task does to its process, its error says so, and the others never notice."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import psutil
import pytest

from svgai.errors import NoWorkersError, SvgaiError
from svgai.workers import child
from svgai.workers.limits import Limits
from svgai.workers.slots import Slots, Ticket
from tests.workers import tasks

LIMITS = Limits(seconds=60, memory=300_000_000)
LONG = 60  # seconds that a test waits before it fails
ROOT = str(Path(__file__).parent.parent.parent)


@pytest.fixture(scope="module")
def slots() -> Iterator[Slots]:
    with Slots(1, limits=LIMITS) as open_slots:
        yield open_slots


def error(ticket: Ticket[Any]) -> SvgaiError:
    found = ticket.exception(LONG)
    assert isinstance(found, SvgaiError), found
    return found


def test_values_come_back_and_the_process_stays(slots: Slots) -> None:
    tickets = [slots.submit(tasks.double, k) for k in range(20)]
    assert [t.result(LONG) for t in tickets] == [2 * k for k in range(20)]
    assert slots.submit(tasks.pid, None).result(LONG) == slots.submit(tasks.pid, None).result(LONG) != os.getpid()
    assert slots.submit(tasks.environment, None).result(LONG) == ("1", 1)


@pytest.mark.parametrize(
    ("function", "argument", "code", "cause"),
    [
        (tasks.die, signal.SIGSEGV, "crash", "its worker was killed by SIGSEGV"),
        (tasks.die, signal.SIGKILL, "crash", "its worker was killed by SIGKILL, perhaps out of memory"),
        (tasks.leave, 3, "crash", "its worker ended by itself"),
        (tasks.leave, 0, "crash", "its worker ended by itself"),
        (tasks.hog, None, "memory", "it took more than 300.0 MB of memory"),
        (tasks.panic, None, "internal", "a fault of svgai: PanicException: attempt to add with overflow (tasks.py:"),
        (tasks.exit_, None, "internal", "a fault of svgai: SystemExit: 7 (tasks.py:"),
        (tasks.declared, None, "engine", "vtracer failed"),
        (tasks.unsendable, None, "internal", "a fault of svgai: TypeError: cannot pickle '_thread.lock' object"),
    ],
)
def test_a_fault_is_its_tasks_error_and_the_next_task_is_done(
    slots: Slots, function: Any, argument: Any, code: str, cause: str
) -> None:
    ticket, following = slots.submit(function, argument), slots.submit(tasks.double, 4)
    assert error(ticket).code == code
    assert error(ticket).cause.startswith(cause)
    assert following.result(LONG) == 8


def test_what_hangs_in_native_code_is_killed_at_its_deadline(slots: Slots) -> None:
    ticket = slots.submit(tasks.hang, None, limits=Limits(seconds=0.3))
    assert (error(ticket).code, error(ticket).cause) == ("timeout", "it took longer than 0.3 s")
    assert slots.submit(tasks.double, 4).result(LONG) == 8


def test_a_task_is_cancelled_in_the_line_or_at_work(slots: Slots) -> None:
    begun = threading.Event()
    running = slots.submit(tasks.hang, None, hear=lambda _: begun.set())
    waiting = slots.submit(tasks.hang, None)
    assert begun.wait(LONG)
    assert slots.running == [running]
    assert running.started is not None
    assert slots.waiting == 1
    assert waiting.cancel()
    assert running.cancel()
    for ticket in (running, waiting):
        with pytest.raises(CancelledError):
            ticket.result(LONG)
    done = slots.submit(tasks.double, 4)
    assert done.result(LONG) == 8
    assert not done.cancel()


def test_one_is_killed_and_the_other_lives() -> None:
    with Slots(2, limits=LIMITS) as slots:
        begun = threading.Event()
        doomed = slots.submit(tasks.hang, None, hear=lambda _: begun.set())
        assert begun.wait(LONG)
        other = slots.submit(tasks.pid, None)
        before = other.result(LONG)
        doomed.cancel()
        with pytest.raises(CancelledError):
            doomed.result(LONG)
        after = {slots.submit(tasks.pid, None).result(LONG) for _ in range(4)}
    assert before in after


def test_what_a_task_says_is_heard_in_its_order(slots: Slots) -> None:
    heard: list[int] = []
    assert slots.submit(tasks.chatty, 100, hear=heard.append).result(LONG) == 100
    assert heard == list(range(100))
    child.say("nobody hears this, and it is no error")


def test_a_large_value_comes_whole_and_a_huge_one_is_an_error(slots: Slots) -> None:
    limits = Limits(seconds=60, memory=None)
    assert slots.submit(tasks.large, 50_000_000, limits=limits).result(LONG) == b"x" * 50_000_000
    huge = error(slots.submit(tasks.large, child.LARGEST + 1, limits=limits))
    assert (huge.code, huge.cause) == ("too-large", "its result has more than 268.4 MB")


def test_a_process_that_has_grown_is_replaced(slots: Slots) -> None:
    before = slots.submit(tasks.grow, 1).result(LONG)
    assert slots.submit(tasks.grow, 160_000_000).result(LONG) == before
    assert slots.submit(tasks.grow, 1).result(LONG) != before


def test_fresh_processes_and_their_preparation() -> None:
    with Slots(1, prepare=tasks.prepared, fresh=True) as slots:
        assert slots.submit(tasks.was_prepared, None).result(LONG)
        assert slots.submit(tasks.pid, None).result(LONG) != slots.submit(tasks.pid, None).result(LONG)


def test_processes_that_cannot_begin_are_an_error_with_its_reason() -> None:
    for prepare, words in ((tasks.cannot_begin, "ended by itself"), (tasks.cannot_load, "no module named cv2")):
        with Slots(1, prepare=prepare) as slots, pytest.raises(NoWorkersError, match=words):
            slots.submit(tasks.double, 1).result(LONG)


def test_a_process_that_dies_idle_is_replaced(slots: Slots) -> None:
    idle = slots.submit(tasks.pid, None).result(LONG)
    os.kill(idle, signal.SIGKILL)
    assert psutil.Process(idle).wait(LONG) is not None
    assert slots.submit(tasks.double, 4).result(LONG) == 8


def test_what_cannot_be_sent_is_refused_at_once(slots: Slots) -> None:
    with pytest.raises(AttributeError):
        slots.submit(lambda _: None, None)
    with pytest.raises(TypeError):
        slots.submit(tasks.double, threading.Lock())  # type: ignore[arg-type]


def test_closing_ends_every_task_and_every_process() -> None:
    slots = Slots(2, limits=LIMITS)
    begun = threading.Semaphore(0)
    tickets = [slots.submit(tasks.hang, None, hear=lambda _: begun.release()) for _ in range(5)]
    assert begun.acquire(timeout=LONG)
    assert begun.acquire(timeout=LONG)
    mine = [p for p in psutil.Process().children() if "spawn_main" in " ".join(p.cmdline())]
    slots.close()
    for ticket in tickets:
        with pytest.raises(CancelledError):
            ticket.result(LONG)
    assert len(mine) >= 2
    left = [p for p in psutil.Process().children() if p in mine]
    assert len(left) == len(mine) - 2  # the module's own slot may have one
    with pytest.raises(RuntimeError, match="closed"):
        slots.submit(tasks.double, 1)


def test_asyncio_waits_and_cancels(slots: Slots) -> None:
    async def main() -> int:
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        def hear(_: object) -> None:
            loop.call_soon_threadsafe(begun.set)

        ticket = slots.submit(tasks.hang, None, hear=hear)
        waiting = asyncio.wrap_future(ticket)
        await begun.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return await asyncio.wrap_future(slots.submit(tasks.double, 4))

    assert asyncio.run(asyncio.wait_for(main(), LONG)) == 8


ORPHANS = """
import os, threading
from svgai.workers.slots import Slots
from tests.workers import tasks
begun = threading.Event()
slots = Slots(1)
slots.submit(tasks.hang, None, hear=lambda _: begun.set())
begun.wait()
print(*[p.pid for p in __import__("psutil").Process().children()], flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a worker at work ends its task first")
def test_no_worker_outlives_its_parent() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ORPHANS], capture_output=True, text=True, check=False, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ROOT},
    )  # fmt: skip
    pids = [int(word) for word in done.stdout.split()]
    assert pids, done.stderr
    _, alive = psutil.wait_procs([psutil.Process(p) for p in pids if psutil.pid_exists(p)], timeout=LONG)
    assert not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]
