"""Worker processes, through joblib and loky. The only module that imports joblib."""

from __future__ import annotations

import os
import re
import signal
import threading
import warnings
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager

import joblib

from svgai.batch import worker
from svgai.batch.scratch import Result
from svgai.batch.worker import Order, Task


class WorkerDiedError(Exception):
    """A worker has died, and all others of its pool were killed. signals: names of what killed it, where known."""

    def __init__(self, signals: tuple[str, ...]) -> None:
        super().__init__(", ".join(signals))
        self.signals = signals


def cores() -> int:
    """The cores that this process may use: affinity and container limits count."""
    return int(joblib.cpu_count())


def results(order: Order, tasks: Iterable[tuple[int, Task]], processes: int) -> Generator[Result]:
    """Results as they come, not in order. tasks are taken as workers get free. Raises WorkerDiedError.

    joblib runs one process's work in the parent: so there are always two, and with processes = 1 they take turns.
    """
    with joblib.parallel_config("loky", inner_max_num_threads=1):
        parallel = joblib.Parallel(
            n_jobs=max(2, processes),
            batch_size=1,
            pre_dispatch=1 if processes == 1 else "2*n_jobs",
            return_as="generator_unordered",
            max_nbytes=None,
            initializer=worker.prepare,
            initargs=(order.folder, os.getpid()),
        )
    try:
        with _quiet():
            with _born_deaf():
                stream = parallel(joblib.delayed(worker.work)(order, index, task) for index, task in tasks)
            with closing(stream):
                yield from stream
    except BrokenProcessPool as e:
        raise WorkerDiedError(tuple(re.findall(r"\b(SIG[A-Z0-9]+)\(-\d+\)", str(e)))) from e


@contextmanager
def _quiet() -> Iterator[None]:
    """joblib warns where it replaces a worker that has grown, and where its results are not all taken."""
    with warnings.catch_warnings():
        for message in ("A worker stopped while", r"\d+ tasks (have been|which were)"):
            warnings.filterwarnings("ignore", message=message, category=UserWarning)
        yield


@contextmanager
def _born_deaf() -> Iterator[None]:
    """Processes started meanwhile ignore Ctrl-C from their first instruction on: the terminal sends it to all."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
