"""One image on a page: a card to scan, and beside it as data what the viewer shows when it is opened."""

from __future__ import annotations

import html
import json
import os
from typing import Any

from svgai import files
from svgai.errors import SvgaiError
from svgai.outcome import Compared, Converted, Failed, as_json
from svgai.report.held import Pictures, fitting, uri
from svgai.report.names import anchor, link
from svgai.report.text import shown, size
from svgai.report.urgency import Shown, distance, kind

# From this many times its size on a source shows its pixels as squares, as in the viewer.
SQUARE_PIXELS = 3


def card(o: Shown, given: Pictures | SvgaiError | None = None) -> str:
    """The card as HTML, with its pictures, with the reason why there are none, or in words alone."""
    name = shown(o.source)
    pictures = given if isinstance(given, Pictures) else None
    trouble = str(given) if isinstance(given, SvgaiError) else ""
    data = _data(o, pictures)
    facts = " ".join(f'data-{key}="{html.escape(str(value))}"' for key, value in _sorted_by(o).items())
    return (
        f'<article class="card {kind(o)}" id="{html.escape(name)}" data-name="{html.escape(name)}" {facts}>'
        f'<a href="{anchor(o.source)}">{_shots(o, pictures)}<h3 title="{html.escape(name)}">'
        f"<bdi>{html.escape(os.path.basename(name))}</bdi></h3>{_words(o, trouble)}</a>"
        f'<script type="application/json">{data}</script></article>\n'
    )


def _sorted_by(o: Shown) -> dict[str, Any]:
    """What pages filter and sort by."""
    facts: dict[str, Any] = {"kind": kind(o)}
    if isinstance(o, Converted | Compared):
        facts |= {
            "tier": o.tier, "distance": f"{distance(o):.6f}", "ssim": f"{o.ssim:.6f}", "delta-e": f"{o.delta_e:.6f}",
            "bytes": o.bytes_out, "worst": f"{o.structure:.6f}", "look": int(bool(o.looks)),
        }  # fmt: skip
    if isinstance(o, Converted):
        facts |= {"late": int(not o.in_time), "seconds": f"{o.seconds['total']:.4f}"}
    return facts


def _shots(o: Shown, pictures: Pictures | None) -> str:
    if pictures is None or not isinstance(o, Converted | Compared):
        return '<span class="shots empty" aria-hidden="true">no picture</span>'
    name = html.escape(shown(o.source))
    width, height = fitting(o.width, o.height)

    def image(role: str, data: bytes, words: str) -> str:
        kept = " squares" if role == "source" and o.width < width / SQUARE_PIXELS else ""
        return (
            f'<img class="{role}{kept}" loading="lazy" decoding="async" width="{width}" height="{height}" '
            f'src="{uri("image/webp", data)}" alt="{words} {name}">'
        )

    drawn, source = image("drawn", pictures.svg_thumb, "SVG of"), image("source", pictures.thumb, "Source")
    return f'<span class="shots">{drawn}{source}</span>'


def _words(o: Shown, trouble: str) -> str:
    if isinstance(o, Converted | Compared):
        text = _measured(o)
    elif isinstance(o, Failed):
        text = f'<p><b class="verdict failed">failed</b> {html.escape(shown(o.message))}</p>'
    else:
        text = "<p>skipped: its SVG was there already</p>"
    return text + (f'<p class="verdict failed">{html.escape(shown(trouble))}</p>' if trouble else "")


def _measured(o: Converted | Compared) -> str:
    is_late = isinstance(o, Converted) and not o.in_time
    time = f" · {o.seconds['total']:.2f} s" if isinstance(o, Converted) else ""
    marks = [
        f'<b class="verdict {"miss" if o.misses else "pass"}">{o.verdict}</b>',
        *(['<b class="verdict late">late</b>'] if is_late else []),
        *(['<b class="verdict look">look at it</b>'] if o.looks else []),
    ]
    numbers = f"T{o.tier} · SSIM\u00a0{o.ssim:.4f} · ΔE\u00a0{o.delta_e:.2f}"
    return f"<p>{' '.join(marks)}</p><p>{numbers}</p><p>{size(o.bytes_out)}{time}</p>"


def _data(o: Shown, pictures: Pictures | None) -> str:
    """JSON within HTML: without `<`, nothing in it ends the element."""
    held = pictures.source if pictures else None
    data = {
        "record": as_json(o),
        "source": uri(*held) if held else None,
        "exact": bool(pictures and pictures.exact),
        "svg": pictures.svg if pictures else None,
        "links": {"source": _link(o.source), "svg": _link(o.target)},
    }
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _link(path: str) -> str | None:
    return link(path) if path and path != files.STREAM and os.path.exists(path) else None
