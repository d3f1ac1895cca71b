"""Colour as the eye sees it: CIELAB and CIEDE2000.

scikit-image has both (tests/test_color.py holds these to it), but its import alone costs 0.3 s CPU, more than the
whole conversion of an icon.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

# (n, 3), sRGB of 0–255 or CIELAB.
Values: TypeAlias = NDArray[np.float32]

# IEC 61966-2-1 (sRGB) primaries to CIE XYZ, over the D65 white (2°).
_XYZ = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]], np.float32
)
_WHITE = np.array([0.95047, 1.0, 1.08883], np.float32)


def lab(rgb: Values) -> Values:
    """(n, 3) sRGB, 0–255 → (n, 3) CIELAB (D65, 2°)."""
    v = rgb / np.float32(255)
    linear = np.where(
        v > 0.04045, ((v + np.float32(0.055)) / np.float32(1.055)) ** np.float32(2.4), v / np.float32(12.92)
    )
    t = linear @ _XYZ.T / _WHITE
    f = np.where(t > 0.008856, np.cbrt(t), np.float32(7.787) * t + np.float32(16 / 116))
    x, y, z = f.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def ciede2000(one: Values, other: Values) -> Values:
    """(n,): colour difference ΔE00 of two (n, 3) arrays of CIELAB.

    Sharma, Wu, Dalal, "The CIEDE2000 color-difference formula", Color Research & Application 30(1), 2005.
    """
    (l1, a1, b1), (l2, a2, b2) = one.T, other.T
    mean_c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = (1 - np.sqrt(mean_c7 / (mean_c7 + 25.0**7))) / 2
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.arctan2(b1, a1) % (2 * np.pi), np.arctan2(b2, a2) % (2 * np.pi)
    turn = h2 - h1
    turn = np.where(turn > np.pi, turn - 2 * np.pi, np.where(turn < -np.pi, turn + 2 * np.pi, turn))
    grey = c1 * c2 == 0
    turn = np.where(grey, 0, turn)
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(turn / 2)
    # The mean hue lies half a turn on where the two are more than half a turn apart; a grey has no hue of its own.
    h = np.where(grey, h1 + h2, (h1 + h2) / 2 + np.where(np.abs(h1 - h2) > np.pi, np.pi, 0))
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * np.cos(h - np.radians(30))
        + 0.24 * np.cos(2 * h)
        + 0.32 * np.cos(3 * h + np.radians(6))
        - 0.20 * np.cos(4 * h - np.radians(63))
    )
    l50 = (lightness - 50) ** 2
    sl, sc, sh = 1 + 0.015 * l50 / np.sqrt(20 + l50), 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    c7 = chroma**7
    angle = np.radians(60) * np.exp(-(((np.degrees(h) - 275) / 25) ** 2))
    rotation = -2 * np.sqrt(c7 / (c7 + 25.0**7)) * np.sin(angle)
    squared = (dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rotation * (dc / sc) * (dh / sh)
    return np.asarray(np.sqrt(np.maximum(squared, 0)), np.float32)
