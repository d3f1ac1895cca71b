"""Image files, and what damage makes of them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from PIL import Image, features

from svgai.errors import SvgaiError
from svgai.picture.load import load
from tests.pictures import coin, lopsided

Damage = Callable[[bytes, np.random.Generator], bytes]


@cache
def seeds() -> tuple[bytes, ...]:
    """Small files of every format, in several modes."""
    rgb, rgba = Image.fromarray(lopsided()), Image.fromarray(coin())
    palette = rgb.quantize(8)
    made: list[tuple[Image.Image, str, dict[str, object]]] = [
        (rgb, "PNG", {}), (rgba, "PNG", {}), (palette, "PNG", {"transparency": 3}), (rgb.convert("L"), "PNG", {}),
        (rgb.convert("1"), "PNG", {}), (rgb, "JPEG", {"quality": 80}), (rgb, "JPEG", {"progressive": True}),
        (rgb.convert("CMYK"), "JPEG", {}), (rgb.convert("L"), "JPEG", {}), (palette, "GIF", {}),
        (palette, "GIF", {"save_all": True, "append_images": [palette]}), (rgb, "BMP", {}), (palette, "BMP", {}),
        (rgb, "TIFF", {}), (rgb, "TIFF", {"compression": "tiff_lzw"}), (rgba, "TIFF", {}),
        (Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30) * 109), "TIFF", {})]  # fmt: skip
    if features.check("webp"):
        made += [(rgb, "WEBP", {"quality": 70}), (rgba, "WEBP", {"quality": 70}), (rgba, "WEBP", {"lossless": True})]
    if features.check("avif"):
        made += [(rgba, "AVIF", {"quality": 60})]
    return tuple(_saved(*each) for each in made)


def _saved(image: Image.Image, kind: str, options: dict[str, object]) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _flipped(data: bytes, random: np.random.Generator) -> bytes:
    changed = bytearray(data)
    for at in random.integers(0, len(data), random.integers(1, 9)):
        changed[at] ^= 1 << int(random.integers(8))
    return bytes(changed)


def _cut(data: bytes, random: np.random.Generator) -> bytes:
    return data[: random.integers(len(data))]


def _spliced(data: bytes, random: np.random.Generator) -> bytes:
    other = seeds()[random.integers(len(seeds()))]
    return data[: random.integers(len(data))] + other[random.integers(len(other)) :]


def _header(data: bytes, random: np.random.Generator) -> bytes:
    """A 16- or 32-bit number near the beginning becomes an extreme one."""
    changed = bytearray(data)
    size = int(random.choice([2, 4]))
    at = int(random.integers(4, min(len(data) - size, 64)))
    value = int(random.choice([0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF])) & (256**size - 1)
    changed[at : at + size] = value.to_bytes(size, random.choice(["big", "little"]))
    return bytes(changed)


def _repaired(data: bytes, random: np.random.Generator) -> bytes:
    """Flipped bits in a PNG whose checksums are right again; other files flipped."""
    changed = _flipped(data, random)
    if not changed.startswith(b"\x89PNG\r\n\x1a\n"):
        return changed
    out, at = changed[:8], 8
    while at + 12 <= len(changed):
        length = struct.unpack_from(">I", changed, at)[0]
        body = changed[at + 4 : at + 8 + length]
        out += struct.pack(">I", max(len(body) - 4, 0)) + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + length
    return out


DAMAGES: tuple[Damage, ...] = (_flipped, _cut, _spliced, _header, _repaired)


def damaged(count: int, seed: int) -> Iterator[bytes]:
    """Files with damage, the same for the same seed."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        data = seeds()[random.integers(len(seeds()))]
        yield DAMAGES[random.integers(len(DAMAGES))](data, random)


def complaint(data: bytes) -> str | None:
    """What is wrong with how a file is loaded; None where it becomes a picture or one line that refuses it."""
    try:
        load(data)
    except SvgaiError as e:
        return None if len(str(e).splitlines()) == 1 else f"a refusal of several lines: {e}"
    except Exception as e:  # noqa: BLE001 - that is what is looked for
        return f"{type(e).__name__}: {e}"
    return None
