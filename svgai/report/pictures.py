"""A conversion → the pictures that the sheet shows of it."""

from __future__ import annotations

import cv2
import numpy as np

from svgai import files, pipeline
from svgai.arrays import Pixels
from svgai.errors import SvgaiError
from svgai.outcome import Converted, Outcome
from svgai.output.render import render_stretched
from svgai.picture.alpha import over
from svgai.picture.raster import Raster
from svgai.picture.scale import reduced
from svgai.report.sheet import GAIN, Pictures, row
from svgai.settings import Settings

# Larger pictures are shown reduced. By eye: a column of the sheet is some 600 px wide.
SHOWN_PIXELS = 1_000_000


def pictures(raster: Raster, svg: bytes) -> Pictures:
    """The pictures of a conversion in hand: nothing is decoded or drawn again. Raises SvgaiError."""
    source = reduced(raster, SHOWN_PIXELS)
    drawn = render_stretched(svg.decode("utf-8", "replace"), source.width, source.height)
    return Pictures(_png(source.pixels), svg, _png(difference(source, drawn)))


def row_from_files(outcome: Outcome, settings: Settings) -> str:
    """One image's row of the sheet, its pictures read again from its files; those of streams are gone."""
    if not isinstance(outcome, Converted) or files.STREAM in (outcome.source, outcome.target):
        return row(outcome)
    try:
        raster = pipeline.source(files.read(outcome.source), settings)
        return row(outcome, pictures(raster, files.read(outcome.target)))
    except SvgaiError as e:
        return row(outcome, e)


def difference(source: Raster, drawn: Raster) -> Pixels:
    """(h, w, 4): GAIN × the absolute difference, over white or over black, whichever is larger."""
    gaps = [np.abs(over(source.pixels, b).astype(np.int16) - over(drawn.pixels, b)) for b in (255, 0)]
    strong: Pixels = np.minimum(GAIN * np.maximum(*gaps), 255).astype(np.uint8)
    strong[..., 3] = 255
    return strong


def _png(pixels: Pixels) -> bytes:
    _, data = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))
    return data.tobytes()
