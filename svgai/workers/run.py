"""A list of tasks, done by one pool after another until each has its answer, whoever dies."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

from svgai.errors import NoWorkersError
from svgai.workers import pool, scratch, watchdog
from svgai.workers.limits import Limits, crash
from svgai.workers.pool import Work, WorkerDiedError
from svgai.workers.scratch import Answer
from svgai.workers.watchdog import Watchdog

# This many pools may die one after another without any of their workers at a task.
BARREN = 3


def _unchanged(argument: Any) -> Any:
    return argument


def run(
    work: Work,
    arguments: Sequence[Any],
    *,
    processes: int,
    limits: Limits,
    again: Callable[[Any], Any] = _unchanged,
) -> Generator[Answer]:
    """One answer for each argument, as they come; an answer's index is its argument's place.

    A worker's death ends its whole pool. Who was in flight then is run again alone, once, with again(argument),
    unless the watchdog knows it guilty; the rest goes on in a new pool. Closing the iterator kills what runs.
    Raises NoWorkersError.
    """
    rounds = _Rounds(work, arguments, min(processes, max(len(arguments), 1)), again)
    with Watchdog(work.folder, limits) as dog:
        try:
            while rounds.left:
                yield from rounds.round(dog)
        finally:
            rounds.stop()


class _Rounds:
    def __init__(self, work: Work, arguments: Sequence[Any], processes: int, again: Callable[[Any], Any]) -> None:
        self.left = len(arguments)
        self._work = work
        self._arguments = arguments
        self._processes = processes
        self._again = again
        self._answered = bytearray(len(arguments))
        self._suspects: list[int] = []
        self._barren = 0

    def round(self, dog: Watchdog) -> Iterator[Answer]:
        """The answers of one pool: of a suspect alone, or of all others until a worker dies."""
        alone = self._suspects.pop() if self._suspects else None
        tasks = self._all() if alone is None else iter([(alone, self._again(self._arguments[alone]))])
        try:
            with closing(pool.answers(self._work, tasks, self._processes if alone is None else 1)) as stream:
                for answer in stream:
                    yield from self._delivered(answer)
        except WorkerDiedError as death:
            yield from self._after(death, dog, alone)

    def _all(self) -> Iterator[tuple[int, Any]]:
        return ((k, argument) for k, argument in enumerate(self._arguments) if not self._answered[k])

    def _delivered(self, answer: Answer) -> Iterator[Answer]:
        scratch.delivered(self._work.folder, answer.index)
        if not self._answered[answer.index]:
            self._answered[answer.index] = True
            self.left -= 1
            self._barren = 0
            yield answer

    def _after(self, death: WorkerDiedError, dog: Watchdog, alone: int | None) -> Iterator[Answer]:
        folder = self._work.folder
        self.stop()
        for answer in scratch.undelivered(folder):
            yield from self._delivered(answer)
        in_flight = [task.index for task in scratch.running(folder) if not self._answered[task.index]]
        scratch.dismiss(folder)
        self._barren += 1
        for index in in_flight:
            self._barren = 0
            error = dog.convicted.get(index) or (crash(death.signals) if alone is not None else None)
            if error is None:
                self._suspects.append(index)
            else:
                yield from self._delivered(Answer(index, error))
        if self._barren == BARREN:
            cause = f"worker processes die before they begin ({death or 'no signal known'})"
            raise NoWorkersError(cause, "run svgai doctor")

    def stop(self) -> None:
        """Kill every worker, and wait until all are dead."""
        watchdog.kill(scratch.workers(self._work.folder))
