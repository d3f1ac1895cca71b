"""Pictures that do to their worker what they say: PNG's signature, `fault: KIND `, and perhaps a real picture."""

from __future__ import annotations

import time

from svgai.pipeline import Began, Conversion
from svgai.pipeline import convert as pipeline_convert
from svgai.settings import Settings
from tests.faults import FAULT
from tests.faults import convert as faulty

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def guilty(kind: str, picture: bytes = b"") -> bytes:
    return SIGNATURE + FAULT + kind.encode() + b" " + picture


def convert(data: bytes, settings: Settings, began: Began) -> Conversion:
    """pipeline.convert, except for the pictures that ask for a fault; `slow` waits a second first."""
    if not data.startswith(SIGNATURE + FAULT):
        return pipeline_convert(data, settings, began)
    inner = data.removeprefix(SIGNATURE)
    if inner.startswith(FAULT + b"slow "):
        for stage in ("load", "classify", "draw", "score") * 3:
            began(stage)
            time.sleep(0.1)
        return pipeline_convert(inner.removeprefix(FAULT + b"slow "), settings, began)
    return faulty(inner, settings)
