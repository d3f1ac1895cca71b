"""Worker processes that share a list of tasks, through joblib and loky. The only module that imports joblib."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import joblib

from svgai import files
from svgai.workers import scratch
from svgai.workers.process import Prepare, attempt, become_worker, born_deaf
from svgai.workers.scratch import Answer


class WorkerDiedError(Exception):
    """A worker has died, and all others of its pool were killed. signals: names of what killed it, where known."""

    def __init__(self, signals: tuple[str, ...]) -> None:
        super().__init__(", ".join(signals))
        self.signals = signals


@dataclass(frozen=True, slots=True)
class Work:
    """What all tasks of a run share: the function called with each task's argument, what is called once in each new
    worker, and the run's scratch folder. The function and its arguments must be picklable."""

    function: Callable[[Any], Any]
    prepare: Prepare
    folder: str


def cores() -> int:
    """The cores that this process may use: affinity and container limits count."""
    return int(joblib.cpu_count())


def answers(work: Work, tasks: Iterable[tuple[int, Any]], processes: int) -> Generator[Answer]:
    """Answers as they come, not in work. tasks, (index, argument), are taken as workers get free.

    joblib runs one process's work in the parent: so there are always two, and with processes = 1 they take turns.
    Raises WorkerDiedError.
    """
    with joblib.parallel_config("loky", inner_max_num_threads=1):
        parallel = joblib.Parallel(
            n_jobs=max(2, processes),
            batch_size=1,
            pre_dispatch=1 if processes == 1 else "2*n_jobs",
            return_as="generator_unordered",
            max_nbytes=None,
            initializer=_enter,
            initargs=(work.folder, os.getpid(), work.prepare),
        )
    try:
        with _quiet():
            with born_deaf():
                stream = parallel(joblib.delayed(_answer)(work, index, argument) for index, argument in tasks)
            with closing(stream):
                yield from stream
    except BrokenProcessPool as e:
        raise WorkerDiedError(tuple(re.findall(r"\b(SIG[A-Z0-9]+)\(-\d+\)", str(e)))) from e


def _enter(folder: str, parent: int, prepare: Prepare) -> None:
    become_worker(parent)
    scratch.enter(folder)
    prepare()


def _answer(work: Work, index: int, argument: Any) -> Answer:
    try:
        with scratch.at_work(work.folder, index):
            answer = Answer(index, attempt(work.function, argument))
            # Without its copy an answer is lost only if the pool dies too, and the task is then done again.
            with suppress(OSError):
                scratch.keep(work.folder, answer)
        return answer
    except OSError as e:
        return Answer(index, files.output_error(work.folder, e))


@contextmanager
def _quiet() -> Iterator[None]:
    """joblib warns where it replaces a worker that has grown, and where its results are not all taken."""
    with warnings.catch_warnings():
        for message in ("A worker stopped while", r"\d+ tasks (have been|which were)"):
            warnings.filterwarnings("ignore", message=message, category=UserWarning)
        yield
