"""The files by which a pool's processes know of each other, even after a death: `PID.now` says which task a worker is
at, `INDEX.done` holds an answer until it has been delivered."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the task at this place of its list: the function's value, or an SvgaiError."""

    index: int
    value: Any


@dataclass(frozen=True, slots=True)
class Running:
    """A worker at a task. since: time.monotonic() at its start, which all processes share."""

    pid: int
    index: int
    since: float


def enter(folder: str) -> None:
    """Make this process known as a worker, not yet at any task. Raises OSError."""
    _marker(folder).write_text("")


@contextmanager
def at_work(folder: str, index: int) -> Iterator[None]:
    """Say that this process is at a task. Raises OSError."""
    _marker(folder).write_text(f"{index} {time.monotonic()}\n")
    yield
    _marker(folder).write_text("")


def _marker(folder: str) -> Path:
    return Path(folder, f"{os.getpid()}.now")


def workers(folder: str) -> list[int]:
    """The ids of all processes that entered and were not dismissed."""
    return [int(p.stem) for p in Path(folder).glob("*.now")]


def running(folder: str) -> list[Running]:
    """Who is at which task."""
    found = []
    for pid in workers(folder):
        with suppress(OSError, ValueError):  # dismissed or rewritten just now
            index, since = Path(folder, f"{pid}.now").read_text().split()
            found.append(Running(pid, int(index), float(since)))
    return found


def dismiss(folder: str) -> None:
    """Forget all workers; they are dead."""
    for marker in Path(folder).glob("*.now"):
        marker.unlink(missing_ok=True)


def keep(folder: str, answer: Answer) -> None:
    """Store an answer until it is delivered. Raises OSError."""
    part = Path(folder, f"{answer.index}.{os.getpid()}")
    part.write_bytes(pickle.dumps(answer))
    part.rename(_done(folder, answer.index))


def delivered(folder: str, index: int) -> None:
    """Drop the stored copy of an answer."""
    _done(folder, index).unlink(missing_ok=True)


def undelivered(folder: str) -> list[Answer]:
    """Answers of workers that died, or were killed, before they were heard."""
    return [pickle.loads(p.read_bytes()) for p in sorted(Path(folder).glob("*.done"))]


def _done(folder: str, index: int) -> Path:
    return Path(folder, f"{index}.done")
