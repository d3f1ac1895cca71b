"""One input from path to path: what `convert` does for each file, and what a batch's workers do."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

from svgai import files
from svgai.errors import InternalError, SvgaiError
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
    except Exception as e:  # noqa: BLE001 - the one boundary: a fault of ours must not take the other files along
        return failed(job.source, job.target, _internal(e))
    return converted(job.source, job.target, conversion)


def _internal(error: Exception) -> InternalError:
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    return InternalError(f"internal error: {type(error).__name__}: {error} ({where})", "report it with this image")
