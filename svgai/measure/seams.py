"""Seams: steps in a rendering where its source is smooth, as between two shapes that share a shaded area."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from svgai.arrays import Pixels
from svgai.measure.structure import Window
from svgai.picture.alpha import over

# A step spans this many grey levels more over 3 px than the source over 5 px, which itself is calm: twice what 8-bit
# shading of 1 level a pixel spans there.
_STEP, _CALM = 4, 8
# Pixels of seams are counted in windows of this side.
SIDE = 32
# Rows are measured in bands of about this many pixels, so that memory does not grow with the picture.
_BAND = 1 << 20


class Seam(NamedTuple):
    """pixels: the most of one window's, about two for each px of a seam's length; at: that window."""

    pixels: int
    at: Window


def seam(source: Pixels, rendered: Pixels, background: int) -> Seam:
    """The window with the longest seams in (h, w, 4) uint8 pictures of one size over a background, 255 or 0."""
    height, width = source.shape[:2]
    rows = max(2 * SIDE, _BAND // width)
    bands = [slice(top, min(height, top + rows + SIDE)) for top in range(0, height, rows)]
    views = ((over(source[b], background), over(rendered[b], background), b.start) for b in bands)
    return max((_longest(*view) for view in views), key=lambda s: s.pixels)


def _longest(source: Pixels, rendered: Pixels, top: int) -> Seam:
    calm, span = _span(source, 5), _span(rendered, 3)
    steps = ((calm <= _CALM) & (span >= calm + _STEP)).astype(np.uint8)
    if not steps.any():
        return Seam(0, Window(0, 0, 0, 0))
    count = cv2.boxFilter(steps, cv2.CV_32S, (SIDE, SIDE), None, (0, 0), False, cv2.BORDER_CONSTANT)
    y, x = np.unravel_index(int(count.argmax()), count.shape)
    height, width = steps.shape
    return Seam(int(count[y, x]), Window(int(x), top + int(y), min(SIDE, width - int(x)), min(SIDE, height - int(y))))


def _span(pixels: Pixels, side: int) -> Pixels:
    """(h, w): the widest channel's maximum − minimum over side × side px."""
    kernel = np.ones((side, side), np.uint8)
    span = cv2.split(cv2.subtract(cv2.dilate(pixels, kernel), cv2.erode(pixels, kernel)))
    return np.asarray(cv2.max(cv2.max(span[0], span[1]), span[2]), np.uint8)
