"""A sheet to look at: source | SVG | difference ×GAIN for each image, in one self-contained HTML page."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from svgai import files
from svgai.errors import SvgaiError
from svgai.outcome import Converted, Outcome
from svgai.report.text import lines, shown

# Differences are shown this many times as strong: one ΔE of 1 is then just visible.
GAIN = 8

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


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is shown of one image: bytes of files. source and difference are PNGs."""

    source: bytes
    svg: bytes
    difference: bytes


def write(path: str, rows: Iterable[str]) -> None:
    """The whole page in a file, written as its rows come. Raises OutputError."""
    with files.writing(path, replace=True) as out:
        write_to(out, rows)


def write_to(out: BinaryIO, rows: Iterable[str]) -> None:
    """The whole page, written as its rows come."""
    for piece in chain((_HEAD,), rows, ("</html>\n",)):
        out.write(piece.encode("utf-8", "replace"))


def row(outcome: Outcome, shown_with: Pictures | SvgaiError | None = None) -> str:
    """One image's row, with its pictures, with the reason why there are none, or in words alone."""
    words = html.escape(lines(outcome, verbose=True))
    title = html.escape(shown(outcome.source))
    if not isinstance(outcome, Converted):
        return f'<section><h2 class="failed">{title}</h2><pre>{words}</pre></section>\n'
    head = f'<section><h2>{title} <span class="{outcome.verdict}">{outcome.verdict}</span></h2>'
    return f"{head}{_figures(shown_with)}<pre>{words}</pre></section>\n"


def _figures(given: Pictures | SvgaiError | None) -> str:
    if given is None:
        return ""
    if isinstance(given, SvgaiError):
        return f'<p class="failed">{html.escape(str(given))}</p>'
    images = [
        ("source", _uri("png", given.source)),
        ("SVG", _uri("svg+xml", given.svg)),
        (f"difference ×{GAIN}", _uri("png", given.difference)),
    ]
    figures = "".join(
        f'<figure><img src="{uri}" alt=""><figcaption>{name}</figcaption></figure>' for name, uri in images
    )
    return f"<div>{figures}</div>"


def _uri(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64," + base64.b64encode(data).decode()
