"""A batch from tasks to results: nothing that one image does touches another's."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from svgai.batch import manifest, pool, scratch, watchdog
from svgai.batch.pool import WorkerDiedError
from svgai.batch.scratch import Result
from svgai.batch.watchdog import Limits, Watchdog
from svgai.batch.worker import Order, Task
from svgai.errors import EngineError, NoWorkersError, SvgaiError
from svgai.outcome import failed

# This many pools may die one after another without any of their workers at a job.
BARREN = 3


class CrashError(EngineError):
    """A worker died at a job, twice."""

    code = "crash"


def run(order: Order, tasks: Sequence[Task], *, processes: int, limits: Limits) -> Generator[Result]:
    """One result for each task, as they come; a result's index is its task's place.

    A worker's death ends its whole pool. Who was in flight then is run again alone, once, unless the watchdog knows
    it guilty; the rest goes on in a new pool. Closing the iterator kills what runs. Raises NoWorkersError.
    """
    batch = _Batch(order, tasks, processes)
    with Watchdog(order.folder, limits) as dog:
        try:
            while batch.left:
                yield from batch.round(dog)
        finally:
            batch.stop()


class _Batch:
    def __init__(self, order: Order, tasks: Sequence[Task], processes: int) -> None:
        self.left = len(tasks)
        self._order = order
        self._tasks = tasks
        self._processes = processes
        self._settled = bytearray(len(tasks))
        self._suspects: list[int] = []
        self._barren = 0

    def round(self, dog: Watchdog) -> Iterator[Result]:
        """The results of one pool: of a suspect alone, or of all others until a worker dies."""
        alone = self._suspects.pop() if self._suspects else None
        indices = [alone] if alone is not None else range(len(self._tasks))
        todo = ((i, self._task(i, again=alone is not None)) for i in indices if not self._settled[i])
        try:
            with closing(pool.results(self._order, todo, 1 if alone is not None else self._processes)) as stream:
                for result in stream:
                    yield from self._settle(result)
        except WorkerDiedError as death:
            yield from self._after(death, dog, alone)

    def _task(self, index: int, *, again: bool) -> Task:
        task = self._tasks[index]
        if not again:
            return task
        known = manifest.places(task.home).get(manifest.key(task.job.target, task.home), ())
        return replace(task, known=known, again=True)

    def _settle(self, result: Result) -> Iterator[Result]:
        scratch.delivered(self._order.folder, result.index)
        if not self._settled[result.index]:
            self._settled[result.index] = True
            self.left -= 1
            self._barren = 0
            yield result

    def _after(self, death: WorkerDiedError, dog: Watchdog, alone: int | None) -> Iterator[Result]:
        folder = self._order.folder
        self.stop()
        for result in scratch.undelivered(folder):
            yield from self._settle(result)
        in_flight = [job.index for job in scratch.running(folder) if not self._settled[job.index]]
        scratch.dismiss(folder)
        self._barren += 1
        for index in in_flight:
            self._barren = 0
            error = dog.convicted.get(index) or (crash(death.signals) if alone is not None else None)
            if error is None:
                self._suspects.append(index)
            else:
                job = self._tasks[index].job
                yield from self._settle(Result(index, failed(job.source, job.target, error)))
        if self._barren == BARREN:
            raise NoWorkersError(f"worker processes die before they begin ({death or 'no signal known'})")

    def stop(self) -> None:
        """Kill every worker, and wait until all are dead."""
        watchdog.kill(scratch.workers(self._order.folder))


def crash(signals: Sequence[str]) -> SvgaiError:
    """The error of a job that killed its worker."""
    if "SIGKILL" in signals:
        return CrashError("its worker was killed by SIGKILL, perhaps out of memory", "lower --jobs, or free memory")
    by = f"was killed by {signals[0]}" if signals else "ended by itself"
    return CrashError(f"its worker {by}", "try another --plan, and report it")
