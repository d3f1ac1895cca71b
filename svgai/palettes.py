"""Palette files → colours: GIMP's .gpl, Adobe's .ase, and lists of hex colours. Standard library only."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
_GPL = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s|$)")
# Adobe Swatch Exchange: a header of 12 bytes, then blocks; https://www.selapa.net/swatches/colors/fileformats.php
_ASE_HEADER, _ASE_COLOR = 12, 0x0001


def read(data: bytes) -> tuple[str, ...]:
    """The colours of a palette file, `#rrggbb` each. Raises ValueError where it is none, or has colours in CMYK."""
    found = tuple(dict.fromkeys(_ase(data) if data.startswith(b"ASEF") else _text(data.decode("utf-8", "replace"))))
    if not found:
        raise ValueError("it holds no colours: give a .gpl, an .ase, or lines like #0a7cff")
    return found


def _text(text: str) -> Iterator[str]:
    lines = text.splitlines()
    gimp = bool(lines) and lines[0].startswith("GIMP Palette")
    for line in lines:
        if gimp:
            found = _GPL.match(line)
            if found and all(int(value) < 256 for value in found.groups()):
                yield "#{:02x}{:02x}{:02x}".format(*map(int, found.groups()))
        else:
            for digits in _HEX.findall(line.partition(";")[0]):
                yield "#" + (digits if len(digits) == 6 else "".join(2 * d for d in digits)).lower()


def _ase(data: bytes) -> Iterator[str]:
    at = _ASE_HEADER
    while at + 6 <= len(data):
        kind, length = struct.unpack_from(">HI", data, at)
        block = data[at + 6 : at + 6 + length]
        at += 6 + length
        if kind == _ASE_COLOR:
            yield _swatch(block)


def _swatch(block: bytes) -> str:
    try:
        (letters,) = struct.unpack_from(">H", block)
        model = block[2 + 2 * letters : 6 + 2 * letters]
        count = {b"RGB ": 3, b"Gray": 1}.get(model, 0)
        values = struct.unpack_from(f">{count}f", block, 6 + 2 * letters)
    except struct.error as e:
        raise ValueError("the swatch file is damaged") from e
    if not count:
        raise ValueError(f"it has a colour in {model.decode('ascii', 'replace').strip()}: save it with RGB colours")
    channels = [round(255 * min(max(value, 0.0), 1.0)) for value in values] * (3 // count)
    return "#{:02x}{:02x}{:02x}".format(*channels)
