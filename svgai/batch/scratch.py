"""The files by which a run's processes know of each other, even after a death: `PID.now` says which job a worker is
at, `INDEX.done` holds a result until it has been delivered."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from svgai.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the job with this index. reused: by an earlier run, nothing was drawn now."""

    index: int
    outcome: Outcome
    reused: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A worker at a job. since: time.monotonic() at its start, which all processes share."""

    pid: int
    index: int
    since: float


def enter(folder: str) -> None:
    """Make this process known as a worker, not yet at any job. Raises OSError."""
    _marker(folder).write_text("")


@contextmanager
def at_work(folder: str, index: int) -> Iterator[None]:
    """Say that this process is at a job. Raises OSError."""
    _marker(folder).write_text(f"{index} {time.monotonic()}\n")
    yield
    _marker(folder).write_text("")


def _marker(folder: str) -> Path:
    return Path(folder, f"{os.getpid()}.now")


def workers(folder: str) -> list[int]:
    """The ids of all processes that entered and were not dismissed."""
    return [int(p.stem) for p in Path(folder).glob("*.now")]


def running(folder: str) -> list[Running]:
    """Who is at which job."""
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


def keep(folder: str, result: Result) -> None:
    """Store a result until it is delivered. Raises OSError."""
    part = Path(folder, f"{result.index}.{os.getpid()}")
    part.write_bytes(pickle.dumps(result))
    part.rename(_done(folder, result.index))


def delivered(folder: str, index: int) -> None:
    """Drop the stored copy of a result."""
    _done(folder, index).unlink(missing_ok=True)


def undelivered(folder: str) -> list[Result]:
    """Results of workers that died, or were killed, before they were heard."""
    return [pickle.loads(p.read_bytes()) for p in sorted(Path(folder).glob("*.done"))]


def _done(folder: str, index: int) -> Path:
    return Path(folder, f"{index}.done")
