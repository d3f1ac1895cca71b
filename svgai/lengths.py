"""SVG lengths in other units."""

from __future__ import annotations

import re

# CSS: 96 px to an inch, 72 pt to an inch, 6 pc to an inch.
_POINTS = {"": 0.75, "px": 0.75, "pt": 1.0, "pc": 12.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4}
_LENGTH = re.compile(r"([\d.]+)(\D*)")
MILLIMETRES = 25.4 / 72


def points(length: str) -> float:
    """An SVG length in points. Raises ValueError."""
    number, unit = _parted(length)
    return number * _POINTS[unit]


def times(length: str, factor: float) -> str:
    """An SVG length, as `80mm`, times a factor, in the same unit. Raises ValueError."""
    number, unit = _parted(length)
    return f"{number * factor:.6g}{unit}"


def _parted(length: str) -> tuple[float, str]:
    found = _LENGTH.fullmatch(length)
    if found is None or found[2] not in _POINTS:
        raise ValueError(f"{length!r} is no length")
    return float(found[1]), found[2]
