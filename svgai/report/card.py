"""One image on a page: a card to scan, and beside it as data what the viewer shows when it is opened."""

from __future__ import annotations

import html
import json
import os
from typing import Any

from svgai import files
from svgai.outcome import Converted, Failed, Outcome, as_json
from svgai.report.distance import distance
from svgai.report.names import anchor, link
from svgai.report.pictures import Pictures, fitting, uri
from svgai.report.text import shown, size

# What a card is filed under, worst first: pages begin with what needs a look.
KINDS = ("failed", "miss", "late", "pass", "skipped")

# From this many times its size on a source shows its pixels as squares, as in the viewer.
SQUARE_PIXELS = 3


def kind(o: Outcome) -> str:
    """Which of KINDS an outcome is."""
    if isinstance(o, Converted):
        return "miss" if o.misses else "pass" if o.in_time else "late"
    return "failed" if isinstance(o, Failed) else "skipped"


def urgency(o: Outcome) -> tuple[int, float]:
    """A sorting key: the worst first, then what is nearest to missing its targets."""
    return KINDS.index(kind(o)), distance(o) if isinstance(o, Converted) else 0


def card(o: Outcome, pictures: Pictures | None, page: str, trouble: str = "") -> str:
    """The card as HTML. page: where the page will be, for its links. trouble: why there are no pictures."""
    name = shown(o.source)
    data = _data(o, pictures, page)
    facts = " ".join(f'data-{key}="{html.escape(str(value))}"' for key, value in _sorted_by(o).items())
    return (
        f'<article class="card {kind(o)}" id="{html.escape(name)}" data-name="{html.escape(name)}" {facts}>'
        f'<a href="{anchor(o.source)}">{_shots(o, pictures)}<h3 title="{html.escape(name)}">'
        f"<bdi>{html.escape(os.path.basename(name))}</bdi></h3>{_words(o, trouble)}</a>"
        f'<script type="application/json">{data}</script></article>\n'
    )


def _sorted_by(o: Outcome) -> dict[str, Any]:
    """What pages filter and sort by. Verdicts of later stages count only where a record has them."""
    if not isinstance(o, Converted):
        return {"kind": kind(o)}
    facts = {
        "kind": kind(o), "tier": o.tier, "late": int(not o.in_time), "distance": f"{distance(o):.6f}",
        "delta-e": f"{o.delta_e:.6f}", "bytes": o.bytes_out, "seconds": f"{o.seconds['total']:.4f}",
        "ssim": f"{o.ssim:.6f}",
    }  # fmt: skip
    worst = getattr(o, "worst_window", None)
    look = bool(getattr(o, "look_at", ()))
    return facts | ({"worst": worst} if worst is not None else {}) | ({"look": 1} if look else {})


def _shots(o: Outcome, pictures: Pictures | None) -> str:
    if pictures is None or not isinstance(o, Converted):
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


def _words(o: Outcome, trouble: str) -> str:
    if isinstance(o, Converted):
        late = "" if o.in_time else ' <b class="verdict late">late</b>'
        look = ' <b class="verdict look">look at it</b>' if getattr(o, "look_at", ()) else ""
        verdict = f'<b class="verdict {"miss" if o.misses else "pass"}">{o.verdict}</b>{late}{look}'
        numbers = f"T{o.tier} · SSIM\u00a0{o.ssim:.4f} · ΔE\u00a0{o.delta_e:.2f}"
        weight = f"{size(o.bytes_out)} · {o.seconds['total']:.2f} s"
        text = f"<p>{verdict}</p><p>{numbers}</p><p>{weight}</p>"
    elif isinstance(o, Failed):
        text = f'<p><b class="verdict failed">failed</b> {html.escape(shown(o.message))}</p>'
    else:
        text = "<p>skipped: its SVG was there already</p>"
    return text + (f'<p class="verdict failed">{html.escape(shown(trouble))}</p>' if trouble else "")


def _data(o: Outcome, pictures: Pictures | None, page: str) -> str:
    """JSON within HTML: without `<`, nothing in it ends the element."""
    held = pictures.source if pictures else None
    data = {
        "record": as_json(o),
        "source": uri(*held) if held else None,
        "exact": bool(pictures and pictures.exact),
        "svg": pictures.svg if pictures else None,
        "links": {"source": _link(o.source, page), "svg": _link(o.target, page)},
    }
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _link(path: str, page: str) -> str | None:
    return link(path, page) if path and path != files.STREAM and os.path.exists(path) else None
