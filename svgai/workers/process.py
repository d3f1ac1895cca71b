"""What makes a process a worker, and what it makes of a task."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any, TypeAlias

from svgai.errors import SvgaiError, internal

# Called once in a new worker, before its first task: loads what takes long.
Prepare: TypeAlias = Callable[[], None]

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Each library of native code reads its own; they do so when they are loaded.
_THREADS = ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR", "RAYON")


def nothing() -> None:
    """No preparation."""


def load_engines() -> None:
    """Load all that a conversion needs, so that no image's time counts it, with one thread in OpenCV."""
    import cv2

    import svgai.pipeline  # noqa: F401 - loaded, not used

    cv2.setNumThreads(1)


def become_worker(parent: int) -> None:
    """Make this process a worker: one native thread, silent, deaf to Ctrl-C, and never outliving its parent.

    parent: the parent's process id. On Linux the worker dies with the thread that started it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(parent)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.environ.update({f"{library}_NUM_THREADS": "1" for library in _THREADS})


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def attempt(function: Callable[[Any], Any], argument: Any) -> Any:
    """The function's value, or the SvgaiError that it raised; any other fault, a Rust panic too, as InternalError.

    The words of a fault are taken here: a panic's own exception cannot be sent to another process.
    """
    try:
        return function(argument)
    except SvgaiError as e:
        return e
    except BaseException as e:  # noqa: BLE001 - the boundary: one task's fault, of any kind, ends only that task
        return internal(e)


@contextmanager
def born_deaf() -> Iterator[None]:
    """Processes started by this thread meanwhile never hear Ctrl-C, which a terminal sends to all of a group."""
    if sys.platform == "win32":
        yield
        return
    # Python starts its tracker with the first process, and lets this thread hear Ctrl-C again when it has.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
