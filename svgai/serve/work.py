"""What a worker process does with one picture: convert it and write its SVG, or classify it."""

from __future__ import annotations

import io
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from svgai import files
from svgai.errors import SvgaiError, TooLargeError
from svgai.outcome import as_json, converted
from svgai.settings import Settings
from svgai.workers import child

if TYPE_CHECKING:
    from svgai.picture.raster import Raster
    from svgai.pipeline import Began, Conversion

Convert: TypeAlias = "Callable[[bytes, Settings, Began], Conversion]"

# What a task says while it runs: ("stage", its name), ("traceback", the text of a fault of ours).
STAGE, TRACEBACK = "stage", "traceback"
# An SVG of more bytes is an error: no browser shows it. By eye: the largest of the corpus has 12 MB.
LARGEST_SVG = 64 * 2**20


def convert(data: bytes, settings: Settings, began: Began) -> Conversion:
    """pipeline.convert, loaded when it is called: the service itself never draws."""
    from svgai import pipeline

    return pipeline.convert(data, settings, began)


@dataclass(frozen=True, slots=True)
class Order:
    """source: the picture's file. target: where its SVG goes; None: the picture is classified only. name: as the
    client called it. max_pixels: of the picture. squares: whether squared pixel differences are measured too."""

    source: Path
    target: Path | None
    name: str
    settings: Settings
    max_pixels: int
    squares: bool = False
    convert: Convert = convert


def engines(_: None) -> dict[str, str]:
    """Versions of the native engines that this worker has loaded."""
    import svgai.draw.vtracer.binding  # noqa: F401 - that it can be loaded is the point
    from svgai.provenance import PACKAGES, versions

    found = versions()
    return {name: found[name] for name in PACKAGES}


def do(order: Order) -> dict[str, Any]:
    """The record of a picture: of `svgai convert --json`, or of `svgai inspect --json`. Raises SvgaiError."""
    try:
        data = order.source.read_bytes()
        _check_pixels(data, order.max_pixels)
        return _classified(order, data) if order.target is None else _converted(order, data, order.target)
    except SvgaiError:
        raise
    except BaseException:
        child.say((TRACEBACK, traceback.format_exc()))
        raise


def _check_pixels(data: bytes, most: int) -> None:
    """The size that a picture's header tells; what cannot be read is for the pipeline to explain."""
    from PIL import Image

    from svgai.picture.formats import FORMATS

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            area = image.width * image.height
    except Exception:  # noqa: BLE001 - whatever damaged headers raise
        return
    if area > most:
        raise TooLargeError(f"the picture has {area / 1e6:.1f} MP", f"scale it to {most / 1e6:g} MP or fewer")


def _converted(order: Order, data: bytes, target: Path) -> dict[str, Any]:
    conversion = order.convert(data, order.settings, lambda stage: child.say((STAGE, stage)))
    if conversion.svg.bytes > LARGEST_SVG:
        raise TooLargeError(f"its SVG has {conversion.svg.bytes / 2**20:.0f} MB", "give max_bytes, or scale it down")
    files.write(str(target), conversion.svg.data, replace=True)
    record = as_json(converted(order.name, "", conversion))
    return record | {"mse": _squared_error(data, order.settings, conversion)} if order.squares else record


def _squared_error(data: bytes, settings: Settings, conversion: Conversion) -> float:
    """Mean squared difference of 8-bit RGB, both pictures on white."""
    import numpy as np

    from svgai import prepared
    from svgai.output.render import render

    source = prepared.source(data, settings)
    drawn = render(conversion.svg, source.width, source.height)
    return float(np.mean((_on_white(source) - _on_white(drawn)) ** 2))


def _on_white(raster: Raster) -> Any:
    import numpy as np

    pixels = raster.pixels.astype(np.float32)
    alpha = pixels[..., 3:] / 255
    return pixels[..., :3] * alpha + 255 * (1 - alpha)


def _classified(order: Order, data: bytes) -> dict[str, Any]:
    from svgai.inspection import inspected

    child.say((STAGE, "classify"))
    return inspected(data, order.settings).record(order.name)
