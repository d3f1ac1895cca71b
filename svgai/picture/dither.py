"""Dithering: colours that a palette lacks, made of single pixels of others.

Floyd, Steinberg, "An adaptive algorithm for spatial grey scale", Proc. SID 17(2), 1976, spreads each pixel's error
over its neighbours; ordered dithering compares with a matrix. Either leaves dots, darker or lighter than all four
pixels around them, in areas and in pictures of few colours. So do slanting lines of 1 px, as of a hatching, but in
rows.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels
from svgai.picture.noise import middle
from svgai.sorted_values import distinct

# A dot differs by 24 grey levels and more from each of its four neighbours (by eye).
_DOT = 24
# A pixel lies in dither where more than 0.08 of the 9 × 9 px around it are dots (by eye).
_AREA, _DENSE = 9, 0.08
# A picture is dithered where it has 4096 pixels and more, 256 colours at most (a GIF's palette), and dither over more
# than 0.1 of it: clean drawings of the corpus have dots over 0.7 % at most, text without anti-aliasing over 0.1 %,
# dithered ones over 17–92 %.
_LEAST_PIXELS, _COLORS, _SHARE = 4096, 256, 0.1
# Dots are blurred with σ 1.2 px, wider than they are apart; two passes of a bilateral filter follow, of 40 and 25 grey
# levels and 3 px (by eye).
_BLUR, _PASSES = 1.2, ((40, 3), (25, 3))
# Within 6 px (a square of 13) of where more than 0.01 of the pixels are dots all is smoothed (by eye).
_SOME, _NEAR = 0.01, 13


def _dots(pixels: Pixels) -> NDArray[np.float32]:
    """(h, w): the share of dots around each pixel."""
    color = pixels[..., :3].astype(np.int16)
    here = color[1:-1, 1:-1]
    steps = [here - color[y : y + len(here), x : x + here.shape[1]] for y, x in ((0, 1), (2, 1), (1, 0), (1, 2))]
    lighter, darker = np.minimum.reduce(steps) >= _DOT, np.maximum.reduce(steps) <= -_DOT
    dot = np.zeros(pixels.shape[:2], np.float32)
    dot[1:-1, 1:-1] = (lighter | darker).any(axis=2) & ~_hatched(color)
    return np.asarray(cv2.blur(dot, (_AREA, _AREA)), np.float32)


def _hatched(color: NDArray[np.int16]) -> NDArray[np.bool_]:
    """(h − 2, w − 2): pixels like both neighbours on one diagonal and unlike both on the other: of a slanting line."""
    height, width = color.shape[0] - 2, color.shape[1] - 2
    here = color[1:-1, 1:-1]

    def like(y: int, x: int) -> NDArray[np.bool_]:
        return np.asarray((np.abs(color[y : y + height, x : x + width] - here) < _DOT).all(axis=2))

    falling, rising = (like(0, 0), like(2, 2)), (like(0, 2), like(2, 0))
    return (falling[0] & falling[1] & ~rising[0] & ~rising[1]) | (rising[0] & rising[1] & ~falling[0] & ~falling[1])


def smoothed(pixels: Pixels) -> Pixels | None:
    """(h, w, 4) with the colours that dithering stands for; None where there is none."""
    if pixels.shape[0] * pixels.shape[1] < _LEAST_PIXELS or pixels[..., 3].min() < 255:
        return None
    part = middle(pixels)
    if (_dots(part) > _DENSE).mean() < _SHARE or len(distinct(part.view(np.uint32))) > _COLORS:
        return None
    soft = cv2.GaussianBlur(np.ascontiguousarray(pixels[..., :3]), (0, 0), _BLUR)
    for levels, reach in _PASSES:
        soft = cv2.bilateralFilter(soft, 0, levels, reach)
    near = cv2.dilate((_dots(pixels) > _SOME).astype(np.uint8), np.ones((_NEAR, _NEAR), np.uint8))
    result = pixels.copy()
    result[..., :3] = np.where(near[..., None] > 0, soft, pixels[..., :3])
    return result
