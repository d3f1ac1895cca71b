"""What a worker process does: prepare itself once, then convert one image after another, each on its own."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from svgai import files
from svgai.batch import manifest, scratch
from svgai.batch.manifest import Entry
from svgai.batch.scratch import Result
from svgai.errors import OutputError, SvgaiError
from svgai.files import Job
from svgai.outcome import Converted, Skipped, as_json, failed, from_json, internal
from svgai.settings import Settings

if TYPE_CHECKING:
    from svgai.pipeline import Conversion


def convert(data: bytes, settings: Settings) -> Conversion:
    """pipeline.convert, loaded when it is called: the parent never draws."""
    from svgai import pipeline

    return pipeline.convert(data, settings)


@dataclass(frozen=True, slots=True)
class Order:
    """What all jobs of a run share.

    made_by: the settings' fingerprint; folder: the run's scratch; force: replace any file that is there; resume:
    reuse what an earlier run made; convert: turns bytes into a Conversion, in the worker.
    """

    settings: Settings
    made_by: str
    folder: str
    force: bool = False
    resume: bool = False
    convert: Callable[[bytes, Settings], Conversion] = convert


@dataclass(frozen=True, slots=True)
class Task:
    """One job of a run. home: the output folder that keeps its manifest; known: where in that its entries begin.

    again: its worker died, perhaps after the SVG was in place.
    """

    job: Job
    home: str
    known: tuple[int, ...] = ()
    again: bool = False


def prepare(folder: str, parent: int) -> None:
    """Make this process a worker: one native thread, silent, deaf to Ctrl-C, and never outliving its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(parent)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.environ["RAYON_NUM_THREADS"] = "1"
    scratch.enter(folder)
    import cv2

    from svgai import pipeline  # noqa: F401 - loaded before the first image is timed

    cv2.setNumThreads(1)


_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def work(order: Order, index: int, task: Task) -> Result:
    """Convert one image. Whatever happens in Python is a result."""
    try:
        with scratch.at_work(order.folder, index):
            result = _attempt(order, index, task)
            # Without its copy a result is lost only if the pool dies too, and the job is then run again.
            with suppress(OSError):
                scratch.keep(order.folder, result)
        return result
    except OSError as e:
        error = files.output_error(order.folder, e)
        return Result(index, failed(task.job.source, task.job.target, error))


def _attempt(order: Order, index: int, task: Task) -> Result:
    job = task.job
    if job.skip:
        return Result(index, Skipped(source=job.source, target=job.target))
    try:
        return _made(order, index, task)
    except SvgaiError as e:
        return Result(index, failed(job.source, job.target, e))
    except BaseException as e:  # noqa: BLE001 - the boundary: one image's fault, of any kind, ends only that image
        return Result(index, internal(job.source, job.target, e))


def _made(order: Order, index: int, task: Task) -> Result:
    from svgai import job as jobs

    job, home = task.job, task.home
    data = files.read(job.source)
    source = manifest.digest(data)
    ours = False
    if (order.resume or task.again) and os.path.lexists(job.target):
        there = manifest.digest_of(job.target)
        entries = [e for e in manifest.read(home, task.known) if e.svg == there]
        ours = bool(entries)
        for entry in entries:
            if (entry.source, entry.made_by) == (source, order.made_by):
                # The paths may be spelt in another way by now.
                record = {**entry.record, "source": job.source, "target": job.target}
                return Result(index, from_json(record), reused=not task.again)
        if not ours and not order.force:
            raise OutputError(f"{job.target} is not what svgai wrote", "move it away, or --force replaces it")

    def write(outcome: Converted, svg: bytes) -> None:
        name = manifest.key(job.target, home)
        manifest.append(home, Entry(name, source, order.made_by, manifest.digest(svg), as_json(outcome)))
        files.write(job.target, svg, replace=order.force or ours, scratch=manifest.scratch(home))

    return Result(index, jobs.finish(job, data, order.settings, write, order.convert))
