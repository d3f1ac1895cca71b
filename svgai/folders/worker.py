"""What a worker process does for each image: read it, reuse what an earlier run made, or convert and write."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from svgai import files, layer_files
from svgai.errors import OutputError
from svgai.files import Job
from svgai.folders import cards, manifest
from svgai.folders.manifest import Entry
from svgai.outcome import Converted, Outcome, Skipped, as_json, from_json
from svgai.provenance import digest
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
    reuse what an earlier run made; share: bytes of a page that the pictures of each image may take, 0 where no page is
    wanted; convert: turns bytes into a Conversion, in the worker.
    """

    settings: Settings
    made_by: str
    folder: str
    force: bool = False
    resume: bool = False
    share: int = 0
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
    from svgai import job as jobs
    from svgai.export.layers import layers_of

    begun = begin(order, task)
    if not isinstance(begun, Begun):
        return begun
    made: list[Conversion] = []

    def write(outcome: Converted, conversion: Conversion) -> None:
        end(order, task, begun, outcome, conversion.svg.data, layers_of(conversion, outcome.target))
        made.append(conversion)

    outcome = jobs.finish(task.job, begun.data, order.settings, write, order.convert)
    if order.share:
        cards.keep(order.folder, outcome, made[-1], order.settings, order.share)
    return outcome, False


@dataclass(frozen=True, slots=True)
class Begun:
    """An image to be drawn. data: its bytes; source: their digest; replace: whether its target may be there; layers:
    the digests of files of its layers that may be there as well."""

    data: bytes
    source: str
    replace: bool
    layers: frozenset[str] = frozenset()


def begin(order: Order, task: Task) -> Begun | tuple[Outcome, bool]:
    """Read an image; where nothing is to be drawn, its outcome, and whether that is an earlier run's.

    Raises SvgaiError.
    """
    job = task.job
    if job.skip:
        return Skipped(source=job.source, target=job.target), False
    data = files.read(job.source)
    source = digest(data)
    entries = _entries(task) if order.resume or task.again else None
    if entries is not None:
        for entry in entries:
            earlier = _earlier(entry, job) if (entry.source, entry.made_by) == (source, order.made_by) else None
            if earlier is not None and manifest.layers_there(entry, job.target):
                return earlier, not task.again
        if not entries and not order.force:
            raise OutputError(f"{job.target} is not what svgai wrote", "move it away, or --force replaces it")
    ours = manifest.read(task.home, task.known) if order.resume or task.again else []
    layers = frozenset(svg for entry in ours for svg in entry.layers.values())
    return Begun(data, source, order.force or bool(entries), layers)


def end(
    order: Order, task: Task, begun: Begun, outcome: Converted, svg: bytes, layers: Mapping[str, bytes] | None = None
) -> None:
    """Write an image's SVG and the files of its layers, and before that into the manifest that they are ours.

    layers: by their paths. Raises SvgaiError.
    """
    job, home = task.job, task.home
    name = manifest.key(job.target, home)
    layers = layers or {}
    digests = {os.path.basename(path): digest(data) for path, data in layers.items()}
    manifest.append(home, Entry(name, begun.source, order.made_by, digest(svg), as_json(outcome), digests))
    ours = [path for path in layers if order.force or manifest.digest_of(path) in begun.layers]
    layer_files.write(layers, replace=ours, scratch=manifest.scratch(home))
    files.write(job.target, svg, replace=begun.replace, scratch=manifest.scratch(home))


def _entries(task: Task) -> list[Entry] | None:
    """What the manifest says of the very file at the target; None where there is no file."""
    if not os.path.lexists(task.job.target):
        return None
    there = manifest.digest_of(task.job.target)
    return [entry for entry in manifest.read(task.home, task.known) if entry.svg == there]


def _earlier(entry: Entry, job: Job) -> Outcome | None:
    """The outcome of an earlier run; None where its record is not whole."""
    try:
        # The paths may be spelt in another way by now.
        return from_json({**entry.record, "source": job.source, "target": job.target})
    except (ValueError, TypeError):
        return None
