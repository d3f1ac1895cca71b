"""What is translucent over an area (a soft shadow, tinted glass), apart from the anti-aliasing of edges."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels

# Alpha outside this range is taken for none or all.
_FAINT, _SOLID = 16, 240
# Opacities that translucent areas are split into: 10 gain 0.002 of SSIM over 4 on soft shadows, for twice the time.
LEVELS = 4
# Hairlines are partial in this part of their visible pixels; a 64 px icon's edges in a third at most.
_HAIRLINES = 0.7
# Less than this part of a picture is not worth the traces.
_WORTH = 0.001


class Layer(NamedTuple):
    """Pixels that share an opacity: their own alpha is 0 or 255."""

    pixels: Pixels
    opacity: float


def _masked(pixels: Pixels, there: NDArray[np.bool_]) -> Pixels:
    out = np.where(there[..., None], pixels, np.uint8(0))
    out[..., 3] = there * np.uint8(255)
    return out


def _area(alpha: NDArray[np.uint8]) -> NDArray[np.bool_]:
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
    masks = [area & (level == k) for k in range(LEVELS)] if area.any() else []
    return [*(Layer(_masked(pixels, m), float(alpha[m].mean() / 255)) for m in masks if m.any()), solid]
