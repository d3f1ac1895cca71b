"""The SVG as resvg renders it, at the source's own size."""

from __future__ import annotations

import io

from PIL import Image

from svgai.output.render import render
from svgai.pipeline import Conversion


def data(conversion: Conversion) -> bytes:
    """RGBA with straight alpha, as the score saw it."""
    out = io.BytesIO()
    pixels = render(conversion.svg, conversion.width, conversion.height).pixels
    Image.fromarray(pixels).save(out, "PNG", optimize=True)
    return out.getvalue()
