"""One image measured beside plain vtracer."""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from svgai.arrays import Pixels
from svgai.errors import EngineError, SvgaiError
from svgai.outcome import Converted, Outcome
from svgai.settings import Settings

if TYPE_CHECKING:
    from svgai.pipeline import Conversion
    from svgai.report.held import Pictures


@dataclass(frozen=True, slots=True)
class Request:
    """What to measure: an image, how it is converted, and how often. room: bytes for its pictures on a page, 0 for
    none."""

    source: str
    settings: Settings
    repeat: int
    room: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one image.

    seconds: wall time of the pipeline with scoring, median of the repeats. peak_mb: peak resident memory of the
    process, imports included. vtracer_seconds: of one plain vtracer call on the same pixels, median; None where it
    fails on them. pictures: for a page; the reason where there are none; None where none were wanted.
    """

    outcome: Outcome
    seconds: float | None = None
    peak_mb: float | None = None
    vtracer_seconds: float | None = None
    pictures: Pictures | SvgaiError | None = None

    @property
    def ratio(self) -> float | None:
        """svgai's time as a multiple of plain vtracer's: the figure that holds from machine to machine."""
        if not self.seconds or not self.vtracer_seconds:
            return None
        return self.seconds / self.vtracer_seconds


def measure(request: Request) -> Measured:
    """Convert an image `repeat` times, each beside one plain vtracer call."""
    from svgai import files, job
    from svgai.files import Job
    from svgai.picture.load import load

    wanted = Job(request.source, files.STREAM)
    peak: float | None = None
    records: list[Converted] = []
    plain: list[float | None] = []
    made: list[Conversion] = []
    for _ in range(request.repeat):
        made.clear()
        outcome = job.run(wanted, request.settings, lambda _, conversion: made.append(conversion))
        if not isinstance(outcome, Converted):
            return Measured(outcome)
        # Read before the first plain call, whose memory is not ours.
        peak = peak or _peak_mb()
        records.append(outcome)
        plain.append(_plain_vtracer(load(files.read(request.source)).pixels))
    known = [seconds for seconds in plain if seconds is not None]
    middle = statistics.median(record.seconds["total"] for record in records)
    return Measured(
        outcome=_timed(records[-1], middle),
        seconds=middle,
        peak_mb=peak,
        vtracer_seconds=statistics.median(known) if known else None,
        pictures=_pictures(request, made[-1]) if request.room else None,
    )


def _pictures(request: Request, conversion: Conversion) -> Pictures | SvgaiError:
    from svgai.report.pictures import original, pictures

    try:
        file = original(request.source, request.settings)
        return pictures(conversion.raster, conversion.svg.text, request.room, file)
    except SvgaiError as e:
        return e


def _timed(outcome: Converted, seconds: float) -> Converted:
    """The record with the median time in place of its own."""
    return replace(outcome, in_time=seconds <= outcome.target_seconds, seconds={**outcome.seconds, "total": seconds})


def _plain_vtracer(pixels: Pixels) -> float | None:
    from svgai.draw.vtracer.binding import trace
    from svgai.draw.vtracer.plan import PLAIN

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
