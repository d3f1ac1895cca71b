"""Tasks that go wrong in every way a process can. In a module of their own: workers import it."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from typing import Any

from svgai.errors import EngineError
from svgai.workers import child


def double(number: int) -> int:
    return 2 * number


def pid(_: None) -> int:
    return os.getpid()


def environment(_: None) -> tuple[str | None, int]:
    """The native threads that are allowed, and what Ctrl-C does."""
    return os.environ.get("OMP_NUM_THREADS"), int(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)


def hang(_: None) -> None:
    child.say("hanging")
    # PyDLL keeps the GIL: no Python timer or signal handler can run.
    ctypes.PyDLL(None).sleep(600)


def die(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(600)


def leave(code: int) -> None:
    os._exit(code)


def hog(_: None) -> None:
    held = []
    while True:
        held.append(b"x" * (1 << 25))
        time.sleep(0.01)


def grow(size: int) -> int:
    grown.append(b"x" * size)
    return os.getpid()


grown: list[bytes] = []


class PanicException(BaseException):
    """What a Rust panic looks like from Python; it cannot be pickled."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.lock = threading.Lock()


def panic(_: None) -> None:
    raise PanicException("attempt to add with overflow")


def declared(_: None) -> None:
    raise EngineError("vtracer failed", "try another --plan")


def exit_(_: None) -> None:
    raise SystemExit(7)


def large(size: int) -> bytes:
    return b"x" * size


def unsendable(_: None) -> Any:
    return threading.Lock()


def chatty(count: int) -> int:
    for k in range(count):
        child.say(k)
    return count


def prepared() -> None:
    grown.append(b"prepared")


def was_prepared(_: None) -> bool:
    return grown == [b"prepared"]


def cannot_begin() -> None:
    os._exit(1)


def cannot_load() -> None:
    raise ImportError("no module named cv2")
