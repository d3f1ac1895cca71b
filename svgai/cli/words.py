"""What is said while a batch runs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence

from svgai.outcome import Converted, Outcome
from svgai.report.text import shown
from svgai.workers import scratch


def now(folder: str, names: Sequence[str]) -> Iterator[str]:
    """What runs at this moment, the longest first. folder: the run's scratch; names: of each task by its index."""
    for task in sorted(scratch.running(folder), key=lambda task: task.since):
        yield f"{shown(os.path.basename(names[task.index]))} {time.monotonic() - task.since:.0f} s"


def missed(outcome: Outcome) -> bool:
    """Whether an SVG was written that misses a target."""
    return isinstance(outcome, Converted) and not outcome.passed
