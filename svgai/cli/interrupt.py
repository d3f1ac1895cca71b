"""Ctrl-C and SIGTERM during a batch: an orderly end, and how to go on."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """The signal that ends the run."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def signals_raise() -> Iterator[None]:
    """Ctrl-C and SIGTERM raise Stopped; one that was ignored before (nohup) stays ignored. Afterwards as before."""
    before = {number: signal.getsignal(number) for number in STOPPING}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _raise)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise(number: int, _: FrameType | None) -> None:
    raise Stopped(number)


def resuming(arguments: Sequence[str]) -> str:
    """The command line, for a shell, that goes on with the run of this one (its name first, as in sys.argv)."""
    own = list(arguments[1:])
    if "--resume" not in own and "--no-clobber" not in own:
        own.insert(own.index("batch") + 1 if "batch" in own else 0, "--resume")
    return shlex.join(["svgai", *own])
