"""A list of tasks is answered whoever dies: what runs again, what is given up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from svgai.errors import NoWorkersError, SvgaiError
from svgai.workers import pool, scratch
from svgai.workers.limits import Limits, crash
from svgai.workers.pool import Work, WorkerDiedError
from svgai.workers.process import nothing
from svgai.workers.run import BARREN, run
from svgai.workers.scratch import Answer

LIMITS = Limits(seconds=6, memory=700_000_000)


class Pools:
    """pool.answers with deaths to order, in this process."""

    def __init__(self, work: Work, *rounds: Callable[[Work, list[tuple[int, Any]]], list[Answer]]) -> None:
        self._rounds = list(rounds)
        self.asked: list[list[int]] = []
        self.processes: list[int] = []

    def __call__(self, work: Work, tasks: object, processes: int) -> object:
        todo = list(tasks)  # type: ignore[call-overload]
        self.processes.append(processes)
        self.asked.append([index for index, _ in todo])
        yield from self._rounds.pop(0)(work, todo)


def answer(index: int) -> Answer:
    return Answer(index, "any")


def in_flight(work: Work, pid: int, index: int) -> None:
    Path(work.folder, f"{pid}.now").write_text(f"{index} 0\n")


def died_delivering(work: Work, todo: list[tuple[int, Any]]) -> list[Answer]:
    """Job 0 is finished but not heard of; 1 and 2 are in flight; 3 was not begun."""
    scratch.keep(work.folder, answer(0))
    in_flight(work, 999_999_001, 1)
    in_flight(work, 999_999_002, 2)
    raise WorkerDiedError(("SIGSEGV",))


def died_again(work: Work, todo: list[tuple[int, Any]]) -> list[Answer]:
    in_flight(work, 999_999_003, todo[0][0])
    raise WorkerDiedError(("SIGBUS",))


def answered(work: Work, todo: list[tuple[int, Any]]) -> list[Answer]:
    return [answer(index) for index, _ in todo]


def died_at_once(work: Work, todo: list[tuple[int, Any]]) -> list[Answer]:
    raise WorkerDiedError(())


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(len, nothing, str(tmp_path))


TASKS = ["a", "b", "c", "d"]


def test_there_are_no_more_workers_than_tasks(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """64 processes for two pictures took 68 s to start."""
    for tasks, most in ((TASKS, 4), (TASKS[:1], 1), ([], 1)):
        pools = Pools(work, answered)
        monkeypatch.setattr(pool, "answers", pools)
        list(run(work, tasks, processes=64, limits=LIMITS))
        assert all(processes <= most for processes in pools.processes)
        assert len(pools.processes) == bool(tasks)


def test_after_a_death_only_what_was_in_flight_runs_again(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    pools = Pools(work, died_delivering, died_again, answered, answered)
    monkeypatch.setattr(pool, "answers", pools)
    results = list(run(work, TASKS, processes=2, limits=LIMITS))
    first, *alone, last = pools.asked
    assert first == [0, 1, 2, 3]
    assert sorted(alone) == [[1], [2]]
    assert last == [3]
    found = {a.index: a.value for a in results}
    died = found.pop(alone[0][0])
    assert isinstance(died, SvgaiError)
    assert died.code == "crash"
    assert found == {0: "any", alone[1][0]: "any", 3: "any"}


def test_workers_that_cannot_start_end_the_run(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    pools = Pools(work, *[died_at_once] * BARREN)
    monkeypatch.setattr(pool, "answers", pools)
    with pytest.raises(NoWorkersError):
        list(run(work, TASKS, processes=2, limits=LIMITS))


def test_what_a_crash_is_called() -> None:
    assert "SIGABRT" in crash(("SIGABRT",)).cause
    assert "out of memory" in crash(("SIGKILL",)).cause
    assert "ended by itself" in crash(()).cause
    assert crash(()).code == "crash"


def test_limits() -> None:
    limits = Limits(seconds=2, memory=100)
    assert limits.broken_by(1.9, 100) is None
    assert limits.broken_by(2.1, 0).code == "timeout"  # type: ignore[union-attr]
    assert limits.broken_by(0, 101).code == "memory"  # type: ignore[union-attr]
    assert Limits(seconds=None).broken_by(1e9, 0) is None
