"""What a task may take, and the errors of one that takes more, or whose process dies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from svgai.errors import EngineError, SvgaiError
from svgai.report.text import size

# Seconds between two looks at a running task. By eye: a worker fills about 0.2 GB meanwhile.
TICK = 0.1


class TimedOutError(SvgaiError):
    """A task took longer than it may."""

    code = "timeout"


class MemoryLimitError(SvgaiError):
    """A task's process grew larger than it may."""

    code = "memory"


class CrashError(EngineError):
    """A task's process died at it."""

    code = "crash"


@dataclass(frozen=True, slots=True)
class Limits:
    """seconds: of wall time for one task; memory: resident bytes of its process; None is without end."""

    seconds: float | None = 300
    memory: int | None = 10**9

    def broken_by(self, seconds: float, memory: int) -> SvgaiError | None:
        """The error of a task at these figures."""
        if self.seconds is not None and seconds > self.seconds:
            return TimedOutError(f"it took longer than {self.seconds:g} s", "--timeout gives more")
        if self.memory is not None and memory > self.memory:
            return MemoryLimitError(f"it took more than {size(self.memory)} of memory", "--memory-limit gives more")
        return None


def crash(signals: Sequence[str]) -> CrashError:
    """The error of a task that killed its process. signals: names of what ended it, none where it left by itself."""
    if "SIGKILL" in signals:
        return CrashError("its worker was killed by SIGKILL, perhaps out of memory", "lower --jobs, or free memory")
    by = f"was killed by {signals[0]}" if signals else "ended by itself"
    return CrashError(f"its worker {by}", "try another --plan, and report it")
