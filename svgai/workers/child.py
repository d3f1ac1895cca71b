"""A slot's process: it serves one pickled call after another until its pipe is closed."""

from __future__ import annotations

import pickle
from multiprocessing.connection import Connection
from typing import Any

from svgai.errors import TooLargeError, internal
from svgai.report.text import size
from svgai.workers.process import Prepare, attempt, become_worker

# Kinds of messages to the parent: prepared; something said during a task; a task's value or error.
READY, SAID, DONE = "ready", "said", "done"
# A value of more bytes is an error. By eye: the largest SVG of the corpus has 12 MB.
LARGEST = 1 << 28

_pipe: Connection | None = None


def serve(pipe: Connection, parent: int, prepare: Prepare) -> None:
    """Be a worker until the parent closes the pipe."""
    global _pipe  # noqa: PLW0603 - `say` is called from the depths of a task
    become_worker(parent)
    _pipe = pipe
    pipe.send_bytes(_packed(READY, attempt(_prepared, prepare)))
    while True:
        try:
            call = pipe.recv_bytes()
        except EOFError:
            return
        pipe.send_bytes(_packed(DONE, attempt(_called, call)))


def _prepared(prepare: Prepare) -> None:
    prepare()


def _called(call: bytes) -> Any:
    function, argument = pickle.loads(call)
    return function(argument)


def say(value: Any) -> None:
    """Tell the slot's owner something picklable about the running task; heard by nobody outside of a slot."""
    if _pipe is not None:
        _pipe.send_bytes(pickle.dumps((SAID, value)))


def _packed(kind: str, value: Any) -> bytes:
    """The message of a value, or of the error that it cannot be sent."""
    try:
        message = pickle.dumps((kind, value))
    except Exception as e:  # noqa: BLE001 - whatever a value's own pickling raises
        return pickle.dumps((kind, internal(e)))
    if len(message) <= LARGEST:
        return message
    error = TooLargeError(f"its result has more than {size(LARGEST)}", "scale the picture down")
    return pickle.dumps((kind, error))
