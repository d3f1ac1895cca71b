"""What colour should lie under a pixel's veil, so that black or white over it gives the pixel."""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Colors, Plane
from svgai.records import Record

# BT.601, as in the score's luma.
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# The tone under all veils lies here: from a darker or lighter one the far end of the tones takes nearly opaque veils,
# whose 8-bit rounding shows.
GROUND = (100.0, 165.0)


class Targets(Record):
    """colors: (h, w, 3), what the base should be. share: (h, w), what the pixel's veil leaves of the base's chroma,
    0–1."""

    colors: Colors
    share: Plane


def luma(colors: Colors) -> Plane:
    """(h, w) of (h, w, 3)."""
    return np.asarray(cv2.transform(colors, LUMA[None]).reshape(colors.shape[:2]), np.float32)


def ground_of(values: Plane) -> float:
    """The tone under all veils, of a picture's luma."""
    return float(np.clip(np.median(values), *GROUND))


def reachable(colors: Colors, ground: float) -> Plane:
    """(h, w): the luma that each pixel's base should have: the ground's or, where the gamut has no colour of the
    pixel's hue and that luma, the nearest from which a black or white veil reaches the pixel."""
    y = luma(colors)
    highest = 255 * y / np.maximum(colors.max(axis=2), 1)
    lowest = 255 - 255 * (255 - y) / np.maximum(255 - colors.min(axis=2), 1)
    return np.asarray(np.clip(np.float32(ground), lowest, np.maximum(highest, lowest)))


def targets(colors: Colors, base: Plane) -> Targets:
    """The colour of a given luma, (h, w), that each pixel wants under its veil; it may lie beyond the gamut."""
    y = luma(colors)
    dark = y < base
    black = base / np.maximum(y, 1)
    white = (255 - base) / np.maximum(255 - y, 1)
    wanted = np.where(dark[..., None], colors * black[..., None], 255 - (255 - colors) * white[..., None])
    share = np.where(dark, y / np.maximum(base, 1), (255 - y) / np.maximum(255 - base, 1))
    return Targets(wanted.astype(np.float32), np.clip(share, 0, 1).astype(np.float32))
