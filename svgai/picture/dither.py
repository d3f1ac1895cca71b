"""Dithering: colours that a palette lacks, made of single pixels of others.

Floyd, Steinberg, "An adaptive algorithm for spatial grey scale", Proc. SID 17(2), 1976, spreads each pixel's error
over its neighbours; ordered dithering compares with a matrix. Either leaves dots, darker or lighter than all four
pixels around them, in areas and in pictures of few colours.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels
from svgai.picture.noise import middle

# A dot differs by so many grey levels from each of its neighbours; _AREA² pixels with more than a share _DENSE of dots
# are dithered.
_DOT, _AREA, _DENSE = 24, 9, 0.08
# Dithered are pictures of at least so many pixels and at most so many colours, over this share. Clean drawings have
# dots over 0.7 % at most, text without anti-aliasing over 0.1 %; dithered ones over 17–92 %.
_LEAST_PIXELS, _COLORS, _SHARE = 4096, 256, 0.1
# A blur that is wider than the dots are apart, σ in px, and two passes of a bilateral filter: reach in grey levels and
# in px.
_BLUR, _PASSES = 1.2, ((40, 3), (25, 3))
# Where there are any dots near, in so many px, all is smoothed.
_SOME, _NEAR = 0.01, 13


def _dots(pixels: Pixels) -> NDArray[np.float32]:
    """(h, w): the share of dots around each pixel."""
    color = pixels[..., :3].astype(np.int16)
    here = color[1:-1, 1:-1]
    steps = [here - color[y : y + len(here), x : x + here.shape[1]] for y, x in ((0, 1), (2, 1), (1, 0), (1, 2))]
    lighter, darker = np.minimum.reduce(steps) >= _DOT, np.maximum.reduce(steps) <= -_DOT
    dot = np.zeros(pixels.shape[:2], np.float32)
    dot[1:-1, 1:-1] = (lighter | darker).any(axis=2)
    return np.asarray(cv2.blur(dot, (_AREA, _AREA)), np.float32)


def smoothed(pixels: Pixels) -> Pixels | None:
    """(h, w, 4) with the colours that dithering stands for; None where there is none."""
    if pixels.shape[0] * pixels.shape[1] < _LEAST_PIXELS or pixels[..., 3].min() < 255:
        return None
    part = middle(pixels)
    if (_dots(part) > _DENSE).mean() < _SHARE or len(np.unique(part.view(np.uint32))) > _COLORS:
        return None
    soft = cv2.GaussianBlur(np.ascontiguousarray(pixels[..., :3]), (0, 0), _BLUR)
    for levels, reach in _PASSES:
        soft = cv2.bilateralFilter(soft, 0, levels, reach)
    near = cv2.dilate((_dots(pixels) > _SOME).astype(np.uint8), np.ones((_NEAR, _NEAR), np.uint8))
    result = pixels.copy()
    result[..., :3] = np.where(near[..., None] > 0, soft, pixels[..., :3])
    return result
