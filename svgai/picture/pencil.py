"""Pencil, chalk, worn print: lines whose ink is broken by the paper's grain, drawn in one colour."""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Pixels

# Ink is what is darker than 0.85 of the white paper, with all within 3 × 3 px: 0.03 of the picture and more where it
# can be told.
_INK, _SHARE = 0.85 * 255, 0.03
# Ink is broken where half of its pixels are 10 levels and more off the median of 3 × 3 px: pencil has 12–14, pens and
# flat print 0–5 (on the wild pictures).
_BROKEN = 10
# Ink is grey where its channels differ by 40 levels at most, nine in ten of the pixels darker than 150 (by eye).
_GREY, _DARK = 40, 150
# The colour of the lines is what a fifth of those pixels are darker than (by eye).
_DARKEST = 20
# Lines are what is darker than 0.35 of the way from white to ink, after a blur of σ 0.7 px, by a ramp of a third of
# that way: against the drawing of wild/sketch/pencil-capitol SSIM at 4× is 0.85 so, 0.80 by tones.
_BLUR, _THRESHOLD, _STEEP = 0.7, 0.35, 3.0


def in_one_ink(pixels: Pixels) -> Pixels | None:
    """(h, w, 4) on white: the same with whole lines of one grey; None where the ink is unbroken, or has colours."""
    luma = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY), np.uint8)
    ink = cv2.dilate(luma, np.ones((3, 3), np.uint8)) < _INK
    if ink.mean() < _SHARE or np.median(cv2.absdiff(luma, cv2.medianBlur(luma, 3))[ink]) < _BROKEN:
        return None
    dark = pixels[luma < _DARK][:, :3]
    if not len(dark) or np.percentile(dark.max(axis=1) - dark.min(axis=1), 90) > _GREY:
        return None
    color = np.percentile(dark, _DARKEST, axis=0)
    level = np.percentile(luma[luma < _DARK], _DARKEST)
    soft = np.asarray(cv2.GaussianBlur(luma.astype(np.float32), (0, 0), _BLUR))
    share = np.clip(0.5 + _STEEP * ((255 - soft) / (255 - level) - _THRESHOLD), 0, 1)
    result = pixels.copy()
    result[..., :3] = np.rint(255 - share[..., None] * (255 - color))
    return result
