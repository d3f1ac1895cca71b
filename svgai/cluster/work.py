"""What a worker's process does with an errand: the drawing, and its record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from svgai import files
from svgai.cluster.messages import Drawn, Errand
from svgai.outcome import as_json, converted
from svgai.settings import Settings

if TYPE_CHECKING:
    from svgai.pipeline import Conversion


def convert(data: bytes, settings: Settings) -> Conversion:
    """pipeline.convert, loaded when it is called: the worker itself never draws."""
    from svgai import pipeline

    return pipeline.convert(data, settings)


@dataclass(frozen=True, slots=True)
class Call:
    """An errand, and what turns its bytes into a Conversion."""

    errand: Errand
    convert: Callable[[bytes, Settings], Conversion] = convert


def draw(call: Call) -> Drawn:
    """Draw a picture; its SVG is in the value, or at the errand's target. Raises SvgaiError."""
    errand = call.errand
    data = files.read(errand.path) if errand.data is None and errand.path is not None else errand.data or b""
    conversion = call.convert(data, errand.order.settings.named(errand.name))
    record = as_json(converted(errand.name, "", conversion))
    if errand.target is None:
        return Drawn(record, conversion.svg.data)
    files.write(errand.target, conversion.svg.data, replace=True)
    return Drawn(record, None)
