"""What is translucent over an area (a soft shadow, tinted glass), apart from the anti-aliasing of edges."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from svgai.arrays import Grey, Mask, Pixels

# Alpha below 16 (of 255) is taken for none, from 240 on for all. By eye.
_FAINT, _SOLID = 16, 240
# Translucent areas are split into 4 opacities: 10 gain 0.002 of SSIM on soft shadows, for twice the time (measured).
LEVELS = 4
# A picture is a mesh of hairlines where more than 70 % of its visible pixels are partial; of a 64 px icon a third at
# most is (measured).
_HAIRLINES = 0.7
# Translucent areas of less than 0.1 % of a picture are not worth the traces. By eye.
_WORTH = 0.001


class Layer(NamedTuple):
    """Pixels that share an opacity: their own alpha is 0 or 255."""

    pixels: Pixels
    opacity: float


def _masked(pixels: Pixels, there: Mask) -> Pixels:
    """The pixels, (h, w, 4), opaque where they are there, clear elsewhere."""
    out = np.where(there[..., None], pixels, np.uint8(0))
    out[..., 3] = there * np.uint8(255)
    return out


def _area(alpha: Grey) -> Mask:
    """Where a picture is translucent over more than the 1–2 px of an edge: what survives a 3×3 opening.

    Where most of what is visible is partial there is no inside that an edge could belong to (a mesh of hairlines):
    all of it counts.
    """
    partial = ((alpha >= _FAINT) & (alpha < _SOLID)).astype(np.uint8)
    if partial.sum() > _HAIRLINES * np.count_nonzero(alpha >= _FAINT):
        return partial.astype(np.bool_)
    area = cv2.morphologyEx(partial, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).astype(np.bool_)
    return area if area.mean() >= _WORTH else np.zeros_like(area)


def layers(pixels: Pixels) -> list[Layer]:
    """The translucent areas of (height, width, 4) uint8 by opacity, then all else cut at alpha one half."""
    alpha = pixels[..., 3]
    area = _area(alpha)
    solid = Layer(_masked(pixels, ~area & (alpha >= 128)), 1.0)
    level = (alpha.astype(np.int64) - _FAINT) * LEVELS // (_SOLID - _FAINT)
    masks = [area & (level == number) for number in range(LEVELS)] if area.any() else []
    translucent = (Layer(_masked(pixels, mask), float(alpha[mask].mean() / 255)) for mask in masks if mask.any())
    return [*translucent, solid]
