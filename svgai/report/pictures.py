"""An image's source and SVG → the pictures that a page holds of it."""

from __future__ import annotations

from contextlib import suppress

import cv2
import numpy as np

from svgai import files, prepared
from svgai.arrays import Pixels
from svgai.errors import UnreadableError
from svgai.option_kinds import KEEP
from svgai.outcome import Converted
from svgai.output.render import render_stretched
from svgai.picture.raster import Raster
from svgai.picture.scale import reduced
from svgai.report.held import Pictures, fitting
from svgai.settings import Settings

THUMB_QUALITY = 72  # of WebP, 0-100; by eye: above it only grain is added
# A source that is too large for its share is held reduced to these many px, or not at all.
_REDUCED = (1_000_000, 250_000)
_REDUCED_QUALITY = 80


def pictures(raster: Raster, svg: str, share: int, original: bytes | None = None) -> Pictures:
    """The pictures of one image in at most about `share` bytes of a page, thumbnails apart.

    raster: the source as it was measured. original: its file, where a browser shows the same from it.
    Raises EngineError where the SVG cannot be drawn.
    """
    width, height = fitting(raster.width, raster.height)
    drawn = render_stretched(svg, width, height)
    small = raster.pixels if raster.width <= width else _resized(raster.pixels, width, height)
    held = svg if len(svg) <= share // 2 else None
    source, exact = _source(raster, original, share - (len(svg) if held else 0))
    return Pictures(
        _webp(small, THUMB_QUALITY),
        _webp(drawn.pixels, THUMB_QUALITY),
        source,
        exact,
        held,
    )


def from_files(outcome: Converted, settings: Settings, share: int) -> Pictures:
    """The pictures of a conversion of which only the files are left. Raises SvgaiError."""
    if files.STREAM in (outcome.source, outcome.target):
        raise UnreadableError("it went through a pipe", "give a file's name, and its picture is here")
    raster = prepared.source(files.read(outcome.source), settings)
    svg = files.read(outcome.target).decode("utf-8", "replace")
    return pictures(raster, svg, share, original(outcome.source, settings))


def original(source: str, settings: Settings) -> bytes | None:
    """The file of a source, where a browser shows from it what was measured."""
    if source == files.STREAM or settings.background != KEEP:
        return None
    with suppress(UnreadableError):
        data = files.read(source)
        return data if _shown_by_browsers(data) else None
    return None


def _shown_by_browsers(data: bytes) -> bool:
    """Whether browsers show a file as svgai reads it: PNG or JPEG, and no animation."""
    return data.startswith(b"\xff\xd8\xff") or (data.startswith(b"\x89PNG") and b"acTL" not in data[:4096])


def _source(raster: Raster, original: bytes | None, share: int) -> tuple[tuple[str, bytes] | None, bool]:
    room = share * 3 // 4  # base64 writes 3 bytes as 4
    if original is not None and len(original) <= room:
        return (("image/jpeg" if original.startswith(b"\xff\xd8") else "image/png"), original), True
    if raster.area <= 4 * room:  # else a PNG of it hardly fits; its encoding takes time
        data = _encoded(".png", raster.pixels, [])
        if len(data) <= room:
            return ("image/png", data), True
    for most in _REDUCED:
        data = _webp(reduced(raster, most).pixels, _REDUCED_QUALITY)
        if len(data) <= room:
            return ("image/webp", data), False
    return None, False


def _resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """By area, premultiplied: colours under full transparency do not bleed."""
    alpha = pixels[..., 3:] / np.float32(255)
    mixed = cv2.resize(np.dstack([pixels[..., :3] * alpha, alpha]), (width, height), interpolation=cv2.INTER_AREA)
    colors = mixed[..., :3] / np.maximum(mixed[..., 3:], 1e-6)
    return np.rint(np.dstack([colors, 255 * mixed[..., 3]])).clip(0, 255).astype(np.uint8)


def _webp(pixels: Pixels, quality: int) -> bytes:
    return _encoded(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, quality])


def _encoded(suffix: str, pixels: Pixels, parameters: list[int]) -> bytes:
    order = cv2.COLOR_RGBA2BGR if (pixels[..., 3] == 255).all() else cv2.COLOR_RGBA2BGRA
    _, data = cv2.imencode(suffix, cv2.cvtColor(pixels, order), parameters)
    return data.tobytes()
