"""A batch whose pictures are drawn on other machines; what is read, reused and written stays here."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from svgai import files
from svgai.cluster import messages
from svgai.cluster.messages import Drawn, Errand
from svgai.cluster.sender import Sender
from svgai.errors import InternalError, SvgaiError, TooLargeError
from svgai.folders import worker
from svgai.folders.run import Result
from svgai.folders.worker import Begun, Order, Task
from svgai.outcome import Converted, Outcome, failed, from_json
from svgai.report.text import size

# Seconds between two looks at what has come back.
_LOOK = 0.5
# Bytes of a picture in a message: RabbitMQ 3.8 takes 128 MiB, and base64 adds a third.
LARGEST = 64 * 2**20


def run(order: Order, tasks: Sequence[Task], sender: Sender, *, shared: bool) -> Generator[Result]:
    """One result for each task, as they come; as run.run, which draws here. shared: all machines see the same files
    under the same paths, so that these go out and not the bytes."""
    waiting = iter(enumerate(tasks))
    begun: dict[int, Begun] = {}
    more = True
    while more or sender.out:
        while more and sender.room:
            index, task = next(waiting, (-1, None))
            if task is None:
                more = False
                break
            found = _begin(order, task)
            if isinstance(found, Begun):
                begun[index] = replace(found, data=b"")
                sender.send(index, partial(_errand, order, task, index, shared))
            else:
                yield Result(index, *found)
        for index, value in _answers(sender):
            yield Result(index, _ended(order, tasks[index], index, begun.pop(index), value))


def _begin(order: Order, task: Task) -> Begun | tuple[Outcome, bool]:
    try:
        return worker.begin(order, task)
    except SvgaiError as e:
        return failed(task.job.source, task.job.target, e), False


def _answers(sender: Sender) -> Iterator[tuple[int, Drawn | SvgaiError]]:
    return sender.answers(_LOOK) if sender.out else iter(())


def _target(order: Order, index: int) -> str:
    """Where another machine writes a picture's SVG."""
    return os.path.abspath(os.path.join(order.folder, f"{index}.svg"))


def _errand(order: Order, task: Task, index: int, shared: bool, run: messages.Order) -> Errand:
    """What goes out for a task. Raises SvgaiError."""
    source = task.job.source
    if shared:
        return Errand(order=run, index=index, name=source, path=os.path.abspath(source), target=_target(order, index))
    data = files.read(source)
    if len(data) > LARGEST:
        raise TooLargeError(f"it has more than {size(LARGEST)}", "--shared sends paths, where all see the same files")
    return Errand(order=run, index=index, name=os.path.basename(source), data=data)


def _ended(order: Order, task: Task, index: int, begun: Begun, value: Drawn | SvgaiError) -> Outcome:
    job = task.job
    try:
        if isinstance(value, SvgaiError):
            raise value
        outcome = from_json({**value.record, "source": job.source, "target": job.target})
        if not isinstance(outcome, Converted):
            raise InternalError("a worker's reply is no drawing", "install the same svgai on all machines")
        worker.end(order, task, begun, outcome, _svg(order, index, value))
        return outcome
    except SvgaiError as e:
        return failed(job.source, job.target, e)


def _svg(order: Order, index: int, drawn: Drawn) -> bytes:
    if drawn.svg is not None:
        return drawn.svg
    path = Path(_target(order, index))
    data = files.read(str(path))
    with suppress(OSError):
        path.unlink()
    return data
