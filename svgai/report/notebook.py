"""A conversion as a notebook shows it: no script, for notebooks drop those of pages that they don't trust."""

from __future__ import annotations

import html
from string import Template
from typing import TYPE_CHECKING

from svgai.report.held import uri
from svgai.report.pictures import pictures

if TYPE_CHECKING:
    from svgai.pipeline import Conversion

# A picture takes this width at most, in px: two thirds of a notebook's column (by eye).
_WIDTH = 480
# What source and SVG may take of a notebook's file, in bytes.
_SHARE = 2_000_000

# The upper box, the source, is as wide as its corner is drawn to be (CSS `resize`); under it lies the SVG.
_FRAME = Template(
    """<figure style="margin:0;font:13px/1.5 system-ui,sans-serif">
<div style="position:relative;width:${width}px;height:${height}px;background:repeating-conic-gradient(#ddd 0 25%,#fff
 0 50%) 0 0/16px 16px">
<img alt="SVG" style="position:absolute;width:${width}px;height:${height}px;max-width:none;margin:0" src="$svg">
<div title="drag the corner" style="position:absolute;overflow:hidden;resize:horizontal;width:50%;height:100%;
max-width:100%;border-right:2px solid #06c;background:repeating-conic-gradient(#ddd 0 25%,#fff 0 50%) 0 0/16px 16px">
<img alt="source" style="width:${width}px;height:${height}px;max-width:none;margin:0" src="$source"></div></div>
<figcaption>$words</figcaption></figure>"""
)


def slider(conversion: Conversion) -> str:
    """HTML of the source over the SVG, the border between them to be drawn by its lower corner, and the numbers."""
    held = pictures(conversion.raster, conversion.svg.text, _SHARE)
    width = min(_WIDTH, max(conversion.width, 160))
    height = max(1, round(conversion.height * width / conversion.width))
    svg = uri("image/svg+xml", held.svg.encode()) if held.svg else uri("image/webp", held.svg_thumb)
    source = uri(*held.source) if held.source else uri("image/webp", held.thumb)
    verdict = conversion.verdict
    words = (
        f"{verdict.text} · T{conversion.classification.tier:d} {conversion.plan.name} · SSIM "
        f"{conversion.score.ssim:.4f} · ΔE {conversion.score.delta_e:.2f} · {conversion.svg.bytes} bytes"
    )
    lines = "<br>".join(html.escape(line) for line in (words, *verdict.misses))
    return _FRAME.substitute(width=width, height=height, svg=svg, source=source, words=lines)
