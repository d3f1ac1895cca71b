"""SVG as it was scored."""

from __future__ import annotations

from svgai.pipeline import Conversion


def data(conversion: Conversion) -> bytes:
    """The SVG's own bytes."""
    return conversion.svg.data
