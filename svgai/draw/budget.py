"""What a conversion may cost, counted in work and not in time, so that every machine draws a picture alike.

Work is what is done, pixels, points and segments, each at its price: the CPU seconds that it takes on the machine that
the engines were calibrated on (`benchmarks/work.py` holds the prices against the clock). Whoever is about to do more
than a picture needs asks whether that is affordable, and draws coarser where it is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Budget:
    """The work that one conversion may do, and has done. Mutable: `spend` and `affords` write it.

    work, spent: seconds of the calibrated machine. deadline: of `clock`, in real seconds, from which on nothing is
    affordable; infinite where nothing may depend on the clock. work_limited, time_limited: whether something was left
    out for want of work, and for want of time.
    """

    work: float = math.inf
    deadline: float = math.inf
    clock: Callable[[], float] = field(default=lambda: 0.0)
    spent: float = 0.0
    work_limited: bool = False
    time_limited: bool = False

    def spend(self, work: float) -> None:
        """Count work that is done, or about to be."""
        self.spent += work

    def allows(self, work: float) -> bool:
        """Whether there is as much left; a clock that has run out leaves nothing, and is remembered."""
        if self.spent + work > self.work:
            return False
        self.time_limited |= math.isfinite(self.deadline) and self.clock() > self.deadline
        return not self.time_limited

    def affords(self, work: float) -> bool:
        """As `allows`; that a drawing has to do without is remembered."""
        enough = self.allows(work)
        self.work_limited |= not (enough or self.time_limited)
        return enough


_current: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def spending(budget: Budget) -> Iterator[None]:
    """All that is drawn within spends this budget; without one everything is affordable."""
    token = _current.set(budget)
    try:
        yield
    finally:
        _current.reset(token)


def spend(work: float) -> None:
    """Count work, in seconds of the calibrated machine, that is done or about to be."""
    budget = _current.get()
    if budget is not None:
        budget.spend(work)


def spent() -> float:
    """The work that is counted so far, in seconds of the calibrated machine; 0 where nobody counts."""
    budget = _current.get()
    return 0.0 if budget is None else budget.spent


def left() -> float:
    """The work that is left, in seconds of the calibrated machine, 0 or more."""
    budget = _current.get()
    return math.inf if budget is None else max(0.0, budget.work - budget.spent)


def affords(work: float) -> bool:
    """Whether so much more work is affordable; a caller that hears no draws coarser."""
    budget = _current.get()
    return budget is None or budget.affords(work)
