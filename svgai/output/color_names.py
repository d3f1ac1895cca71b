"""Colours by names that people understand."""

from __future__ import annotations

from functools import cache

import numpy as np

from svgai.drawing import Color
from svgai.measure.color import Values, ciede2000, lab

# The eleven basic colour terms (B. Berlin, P. Kay, "Basic Color Terms", 1969), light and dark ones, and the commonest
# names beside them, each with the colours that go by it, most of them CSS's: a colour has the name of the nearest.
_NAMES = {
    "black": "#000 #141414",
    "dark-grey": "#333 #4d4d4d",
    "grey": "#808080 #6b7280",
    "light-grey": "#c0c0c0 #d9d9d9",
    "white": "#fff #f2f2f2",
    "dark-red": "#8b0000 #5a0f0f",
    "red": "#f00 #d62828 #e63946",
    "pink": "#ffc0cb #ff69b4 #f48fb1",
    "dark-orange": "#c2410c #b7541a",
    "orange": "#ffa500 #ff7f0e",
    "light-orange": "#ffcc99 #fdba74",
    "dark-brown": "#3b1f0b #4a2c17",
    "brown": "#8b4513 #a0522d",
    "beige": "#f5f5dc #e8d8b0 #d2b48c",
    "dark-yellow": "#b8860b #a68a00",
    "yellow": "#ff0 #ffd700 #f6c945",
    "light-yellow": "#ffffb3 #fff3b0",
    "dark-green": "#006400 #14532d #556b2f",
    "green": "#008000 #2ca02c #00ff00",
    "light-green": "#90ee90 #b7e4c7",
    "dark-teal": "#004d4d #134e4a",
    "teal": "#008080 #14b8a6",
    "light-teal": "#99f6e4 #a8dadc",
    "cyan": "#0ff #22d3ee",
    "dark-blue": "#000080 #1d3557",
    "blue": "#00f #1f77b4 #2563eb",
    "light-blue": "#87ceeb #add8e6 #60a5fa",
    "dark-purple": "#4b0082 #3b0764",
    "purple": "#800080 #9333ea #7e57c2",
    "light-purple": "#d8b4fe #c4a7e7",
    "magenta": "#f0f #d6006e",
}
NAMES = tuple(_NAMES)


@cache
def _known() -> tuple[tuple[str, ...], Values]:
    """The name of each known colour, and the colours in CIELAB, (n, 3)."""
    pairs = [(name, _rgb(text)) for name, texts in _NAMES.items() for text in texts.split()]
    return tuple(name for name, _ in pairs), lab(np.array([rgb for _, rgb in pairs], np.float32))


def _rgb(text: str) -> Color:
    digits = text[1:]
    return Color.from_hex("#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits)))


def name_of(color: Color) -> str:
    """The name of the nearest known colour by CIEDE2000: lower case, words joined by hyphens."""
    names, points = _known()
    own = np.broadcast_to(lab(np.array([color], np.float32)), points.shape)
    return names[int(ciede2000(own, points).argmin())]
