"""What a worker process does for each image: read it, reuse what an earlier run made, or convert and write."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from svgai import files
from svgai.batch import manifest
from svgai.batch.manifest import Entry
from svgai.errors import OutputError
from svgai.files import Job
from svgai.outcome import Converted, Outcome, Skipped, as_json, from_json
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


def again(task: Task) -> Task:
    """The task, whose worker died, for its second try."""
    known = manifest.places(task.home).get(manifest.key(task.job.target, task.home), ())
    return replace(task, known=known, again=True)


def convert_task(order: Order, task: Task) -> tuple[Outcome, bool]:
    """Convert one image: its outcome, and whether that is an earlier run's. Raises SvgaiError."""
    job = task.job
    if job.skip:
        return Skipped(source=job.source, target=job.target), False
    return _made(order, task)


def _made(order: Order, task: Task) -> tuple[Outcome, bool]:
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
                return from_json(record), not task.again
        if not ours and not order.force:
            raise OutputError(f"{job.target} is not what svgai wrote", "move it away, or --force replaces it")

    def write(outcome: Converted, svg: bytes) -> None:
        name = manifest.key(job.target, home)
        manifest.append(home, Entry(name, source, order.made_by, manifest.digest(svg), as_json(outcome)))
        files.write(job.target, svg, replace=order.force or ours, scratch=manifest.scratch(home))

    return jobs.finish(job, data, order.settings, write, order.convert), False
