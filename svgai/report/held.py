"""What a page holds of one image: thumbnails, and of source and SVG as much as its share of the page takes."""

from __future__ import annotations

import base64
from dataclasses import dataclass

# A thumbnail is as wide or as high, in px: as large as a card's picture on a phone, at two dots a px. By eye.
THUMB = 200


@dataclass(frozen=True, slots=True)
class Pictures:
    """thumb: WebP of the source, no larger than it; svg_thumb: WebP, always THUMB px. source: (media type, bytes), or
    None where it does not fit; exact: whether it has every pixel of the source. svg: its text, None where too long."""

    thumb: bytes
    svg_thumb: bytes
    source: tuple[str, bytes] | None
    exact: bool
    svg: str | None


def uri(media: str, data: bytes) -> str:
    """A data: URI."""
    return f"data:{media};base64,{base64.b64encode(data).decode()}"


def fitting(width: int, height: int) -> tuple[int, int]:
    """The size, in proportion, whose longer side is THUMB px; the shorter one has 1 px at least."""
    factor = THUMB / max(width, height)
    return max(1, round(width * factor)), max(1, round(height * factor))
