"""What a worker process does for one call of a tool: a picture's file in, a record and words out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeAlias

from svgai.errors import SvgaiError
from svgai.files import Job
from svgai.outcome import Failed, as_json, failed
from svgai.settings import Settings


@dataclass(frozen=True, slots=True)
class Answer:
    """record: as `--json` prints it. words: the same for people, the verdict in them. svg: its text, where the target
    is STREAM. failed: whether the record is of a failure."""

    record: dict[str, Any]
    words: str
    svg: str | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """job: the picture and its SVG, to be written or measured. replace: whether a file at the target may go."""

    job: Job
    settings: Settings
    replace: bool = False


Task: TypeAlias = Callable[[Order], Answer]


def refusal(order: Order, error: SvgaiError) -> Answer:
    """The answer of a picture that failed."""
    from svgai.report.text import lines

    outcome = failed(order.job.source, order.job.target, error)
    return Answer(as_json(outcome), lines(outcome), failed=True)


def _explained(task: Task) -> Task:
    """The task with a picture's failure as an answer."""

    @wraps(task)
    def explained(order: Order) -> Answer:
        try:
            return task(order)
        except SvgaiError as e:
            return refusal(order, e)

    return explained


def convert(order: Order) -> Answer:
    """Draw a picture and write it as its target says."""
    from svgai import files
    from svgai import job as jobs
    from svgai.export.kinds import data_of
    from svgai.report.text import lines

    texts: list[str] = []

    def write(_: object, conversion: Any) -> None:
        if order.job.target == files.STREAM:
            texts.append(conversion.svg.text)
        else:
            files.write(order.job.target, data_of(conversion, order.job.target), replace=order.replace)

    outcome = jobs.run(order.job, order.settings, write)
    return Answer(as_json(outcome), lines(outcome), texts[0] if texts else None, isinstance(outcome, Failed))


@_explained
def inspect(order: Order) -> Answer:
    """Look at a picture, and draw nothing."""
    from svgai import files
    from svgai.inspection import inspected
    from svgai.report.text import TIERS, shown

    found = inspected(files.read(order.job.source), order.settings)
    tier = found.classification.tier
    words = (
        f"{shown(order.job.source)}: {found.width} × {found.height} px, T{tier:d} {TIERS[tier]}: "
        f"{'; '.join(found.classification.reasons)}\n"
        f"found: {', '.join(found.degradation.words) or 'nothing that a clean picture has not'}\n"
        f"would try: {', '.join(dict.fromkeys(plan.name for plan in found.plans))}"
    )
    return Answer(found.record(order.job.source), words)


@_explained
def compare(order: Order) -> Answer:
    """Measure the SVG at the target against the picture."""
    from svgai import files, prepared
    from svgai.comparison import compared

    data = files.read(order.job.source)
    raster = prepared.source(data, order.settings)
    svg = files.read(order.job.target).decode("utf-8", "replace")
    found = compared(raster, svg, order.settings, len(data))
    return Answer(found.record(order.job.source, order.job.target), found.words)
