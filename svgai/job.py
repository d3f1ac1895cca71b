"""One input from path to path: what `convert` does for each file, and what a batch's workers do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from svgai import files, pipeline
from svgai.errors import SvgaiError, internal
from svgai.files import Job
from svgai.outcome import Converted, Outcome, Skipped, converted, failed
from svgai.pipeline import Conversion
from svgai.settings import Settings

# Writes the SVG of a conversion, whose record comes with it; raises SvgaiError.
Write: TypeAlias = Callable[[Converted, Conversion], None]
Convert: TypeAlias = Callable[[bytes, Settings], Conversion]


def run(job: Job, settings: Settings, write: Write) -> Outcome:
    """Read, convert and write one image. A failure is a value."""
    if job.skip:
        return Skipped(source=job.source, target=job.target)
    try:
        return finish(job, files.read(job.source), settings, write)
    except SvgaiError as e:
        return failed(job.source, job.target, e)
    except Exception as e:  # noqa: BLE001 - the one boundary: a fault of ours must not take the other files along
        return failed(job.source, job.target, internal(e))


def finish(job: Job, data: bytes, settings: Settings, write: Write, convert: Convert = pipeline.convert) -> Converted:
    """Convert and write an image that has been read. Raises SvgaiError."""
    conversion = convert(data, settings.named(job.source))
    outcome = converted(job.source, job.target, conversion)
    write(outcome, conversion)
    return outcome
