"""A sheet to look at: source | SVG | difference ×8 for each image, in one self-contained HTML page."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Iterator

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
from svgai.report.text import lines, shown
from svgai.settings import Settings

# Differences are shown this many times as strong: one ΔE of 1 is then just visible.
GAIN = 8
# Larger pictures are shown reduced.
SHOWN_PIXELS = 1_000_000

_HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>svgai</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; margin: 24px; color: #222; background: #fff }
section { margin: 0 0 32px; border-top: 1px solid #ddd; padding-top: 16px }
h2 { font-size: 15px; margin: 0 0 8px } .MISS, .failed { color: #b00020 } .PASS { color: #1b7f3b }
div { display: flex; gap: 12px; flex-wrap: wrap } figure { margin: 0; width: calc(33% - 12px); min-width: 200px }
figcaption { color: #666; font-size: 12px } pre { font: 12px/1.5 ui-monospace, monospace; white-space: pre-wrap }
img { width: 100%; background: repeating-conic-gradient(#eee 0 25%, #fff 0 50%) 0 0/16px 16px; display: block }
</style>
"""


def page(rows: Iterable[str]) -> Iterator[str]:
    """The whole page from its rows, in pieces."""
    yield _HEAD
    yield from rows
    yield "</html>\n"


def row(outcome: Outcome, settings: Settings) -> str:
    """One image's row: read again from its files, so that it shows what is on disk."""
    words = html.escape(lines(outcome, verbose=True))
    title = html.escape(shown(outcome.source))
    if not isinstance(outcome, Converted):
        return f'<section><h2 class="failed">{title}</h2><pre>{words}</pre></section>\n'
    head = f'<section><h2>{title} <span class="{outcome.verdict}">{outcome.verdict}</span></h2>'
    return f"{head}{_pictures(outcome, settings)}<pre>{words}</pre></section>\n"


def _pictures(outcome: Converted, settings: Settings) -> str:
    if files.STREAM in (outcome.source, outcome.target):
        return ""
    try:
        source = reduced(pipeline.source(files.read(outcome.source), settings), SHOWN_PIXELS)
        svg = files.read(outcome.target)
        drawn = render_stretched(svg.decode(), source.width, source.height)
    except SvgaiError as e:
        return f'<p class="failed">{html.escape(str(e))}</p>'
    images = [
        ("source", _png(source.pixels)),
        ("SVG", "data:image/svg+xml;base64," + base64.b64encode(svg).decode()),
        (f"difference ×{GAIN}", _png(difference(source, drawn))),
    ]
    figures = "".join(
        f'<figure><img src="{uri}" alt=""><figcaption>{name}</figcaption></figure>' for name, uri in images
    )
    return f"<div>{figures}</div>"


def difference(source: Raster, drawn: Raster) -> Pixels:
    """(h, w, 4): GAIN × the absolute difference, over white or over black, whichever is larger."""
    gaps = [np.abs(over(source.pixels, b).astype(np.int16) - over(drawn.pixels, b)) for b in (255, 0)]
    strong: Pixels = np.minimum(GAIN * np.maximum(*gaps), 255).astype(np.uint8)
    strong[..., 3] = 255
    return strong


def _png(pixels: Pixels) -> str:
    _, data = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))
    return "data:image/png;base64," + base64.b64encode(data.tobytes()).decode()
