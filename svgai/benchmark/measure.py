"""One image measured beside plain vtracer."""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from svgai.arrays import Pixels
from svgai.outcome import Converted, Outcome
from svgai.settings import Settings


@dataclass(frozen=True, slots=True)
class Request:
    """What to measure: an image, how it is converted, and how often."""

    source: str
    settings: Settings
    repeat: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one image.

    seconds: wall time of the pipeline with scoring, median of the repeats. peak_mb: peak resident memory of the
    process, imports included. vtracer_seconds: of one plain vtracer call on the same pixels, median; None where it
    fails on them.
    """

    outcome: Outcome
    seconds: float | None = None
    peak_mb: float | None = None
    vtracer_seconds: float | None = None

    @property
    def ratio(self) -> float | None:
        """svgai's time as a multiple of plain vtracer's: the figure that holds from machine to machine."""
        if not self.seconds or not self.vtracer_seconds:
            return None
        return self.seconds / self.vtracer_seconds


def measure(request: Request) -> Measured:
    """Convert an image `repeat` times, each beside one plain vtracer call."""
    import cv2

    from svgai import files, job
    from svgai.files import Job
    from svgai.picture.load import load

    cv2.setNumThreads(1)
    plain, peak = [], None
    records: list[Converted] = []
    for _ in range(request.repeat):
        outcome = job.run(Job(request.source, files.STREAM), request.settings, lambda *_: None)
        if not isinstance(outcome, Converted):
            return Measured(outcome)
        # Read before the first plain call, whose memory is not ours.
        peak = peak or _peak_mb()
        records.append(outcome)
        plain.append(_plain_vtracer(load(files.read(request.source)).pixels))
    known = [s for s in plain if s is not None]
    middle = statistics.median(o.seconds["total"] for o in records)
    return Measured(_timed(records[-1], middle), middle, peak, statistics.median(known) if known else None)


def _timed(outcome: Converted, seconds: float) -> Converted:
    """The record with the median time in place of its own."""
    return replace(outcome, in_time=seconds <= outcome.target_seconds, seconds={**outcome.seconds, "total": seconds})


def _plain_vtracer(pixels: Pixels) -> float | None:
    from svgai.draw.vtracer.binding import trace
    from svgai.draw.vtracer.plan import PLAIN
    from svgai.errors import EngineError

    start = time.perf_counter()
    try:
        trace(pixels, PLAIN)
    except EngineError:
        return None
    return time.perf_counter() - start


def _peak_mb() -> float:
    """Peak resident memory. VmHWM, where there is one, begins anew with the program; ru_maxrss keeps its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / 2**20
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)
