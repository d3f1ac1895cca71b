"""One input from path to path: what `convert` does for each file, and what a batch's workers do."""

from __future__ import annotations

from collections.abc import Callable

from svgai import files
from svgai.errors import SvgaiError
from svgai.files import Job
from svgai.outcome import Outcome, Skipped, converted, failed
from svgai.pipeline import convert
from svgai.settings import Settings


def run(job: Job, settings: Settings, write: Callable[[str, bytes], None]) -> Outcome:
    """Read, convert and write one image. A failure is a value.

    write: takes the target and the SVG's bytes; raises SvgaiError.
    """
    if job.skip:
        return Skipped(source=job.source, target=job.target)
    try:
        conversion = convert(files.read(job.source), settings)
        write(job.target, conversion.svg.data)
    except SvgaiError as e:
        return failed(job.source, job.target, e)
    return converted(job.source, job.target, conversion)
