"""A batch from tasks to results: nothing that one image does touches another's."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from svgai.errors import SvgaiError
from svgai.folders import worker
from svgai.folders.worker import Order, Task
from svgai.outcome import Outcome, failed
from svgai.workers import run as workers
from svgai.workers.limits import Limits
from svgai.workers.pool import Work
from svgai.workers.process import load_engines


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the task with this index. reused: by an earlier run, nothing was drawn now."""

    index: int
    outcome: Outcome
    reused: bool = False


def run(order: Order, tasks: Sequence[Task], *, processes: int, limits: Limits) -> Generator[Result]:
    """One result for each task, as they come; a result's index is its task's place.

    A task whose worker dies is tried once more. Closing the iterator kills what runs. Raises NoWorkersError.
    """
    work = Work(partial(worker.convert_task, order), load_engines, order.folder)
    answers = workers.run(work, tasks, processes=processes, limits=limits, again=worker.again)
    with closing(answers):
        for answer in answers:
            job = tasks[answer.index].job
            if isinstance(answer.value, SvgaiError):
                yield Result(answer.index, failed(job.source, job.target, answer.value))
            else:
                outcome, reused = answer.value
                yield Result(answer.index, outcome, reused)
