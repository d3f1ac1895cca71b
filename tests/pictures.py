"""Small pictures that the tests share."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

from svgai.arrays import Pixels
from svgai.picture.raster import Raster
from tests.truth import CLEAR, disc, picture


def lopsided(width: int = 64, height: int = 48) -> Pixels:
    """RGB: a red disc left, a blue bar right, on white; a turn, a flip or a channel swap shows."""
    y, x = np.mgrid[:height, :width]
    pixels = np.full((height, width, 3), 255, np.uint8)
    pixels[(x - width * 0.25) ** 2 + (y - height * 0.35) ** 2 < (height * 0.25) ** 2] = (220, 30, 30)
    pixels[:, int(width * 0.75) : int(width * 0.9)] = (30, 60, 200)
    return pixels


def opaque(rgb: Pixels) -> Raster:
    return Raster(np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)]))


def coin(size: int = 96, radius: float = 30, color: tuple[int, int, int] = (200, 30, 40)) -> Pixels:
    """RGBA: an anti-aliased disc in the middle of nothing."""
    return picture(size, size, CLEAR, (disc(size / 2, size / 2, radius), (*color, 255))).pixels


def noise(height: int, width: int, seed: int = 1) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def encoded(pixels: Pixels, kind: str = "PNG", **options: Any) -> bytes:
    return saved(Image.fromarray(pixels), kind, **options)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    f = io.BytesIO()
    image.save(f, kind, **options)
    return f.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, color: int, rows: list[bytes], *, interlace: int = 0) -> bytes:
    """A PNG by hand, for what Pillow cannot write: filtered rows (each with its leading filter byte)."""
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)
    body = zlib.compress(b"".join(rows))
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
