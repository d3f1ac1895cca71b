"""Conversions that go wrong in every way a native engine can: a file that begins with FAULT says how.

After the kind and a blank comes the picture, for faults that let it be converted.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import time

from svgai.errors import EngineError
from svgai.pipeline import Conversion
from svgai.pipeline import convert as pipeline_convert
from svgai.settings import Settings
from svgai.workers import scratch

FAULT = b"fault: "


class PanicException(BaseException):
    """What a Rust panic looks like from Python."""


def convert(data: bytes, settings: Settings) -> Conversion:
    """pipeline.convert, except for the files that ask for a fault."""
    if data.startswith(FAULT):
        kind, data = data.removeprefix(FAULT).split(b" ", 1)
        _FAULTS[kind.decode()]()
    return pipeline_convert(data, settings)


def _panic() -> None:
    raise PanicException("attempt to add with overflow")


def _declared() -> None:
    raise EngineError("vtracer failed", "try another --plan")


def _exception() -> None:
    raise ZeroDivisionError("division by zero")


def _leave() -> None:
    raise SystemExit(7)


def _hog() -> None:
    held = []
    while True:
        held.append(b"x" * (1 << 26))
        time.sleep(0.01)


_leaked: list[bytes] = []


def _grow() -> None:
    _leaked.append(b"x" * 350_000_000)
    # joblib looks at a worker's size once a second.
    time.sleep(1.1)


def _full() -> None:
    def replace(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for name in ("link", "replace"):
        setattr(os, name, replace)


def _hang() -> None:
    # PyDLL keeps the GIL: no Python timer or signal handler can run.
    ctypes.PyDLL(None).sleep(600)


def _slow() -> None:
    time.sleep(0.4)


def _segv() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _late() -> None:
    """Die when the SVG is in place, and nobody has heard of it yet."""

    def keep(*_: object) -> None:
        _kill()

    scratch.keep = keep  # type: ignore[assignment]


def _exit() -> None:
    os._exit(3)


_FAULTS = {
    "panic": _panic, "declared": _declared, "exception": _exception, "leave": _leave, "hog": _hog,
    "grow": _grow, "hang": _hang, "segv": _segv, "kill": _kill, "exit": _exit,
    "full": _full, "late": _late, "slow": _slow,
}  # fmt: skip
