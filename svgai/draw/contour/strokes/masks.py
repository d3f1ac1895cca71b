"""Where a picture may have lines: masks of thin features."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from svgai.arrays import Grey, Mask, Pixels, Plane

# Features that a square of 5 px a side does not fit into are thin: wider ones show their labels' shape. By eye.
THIN = 5
# A thin feature differs by more than 12 grey levels from what is around it. By eye.
VISIBLE = 12
# A component of a mask that is less than 8 px both wide and high is no line's. By eye.
EXTENT = 8


class LineMask(NamedTuple):
    """A mask, (h, w), that lines are sought in.

    weight: (h, w), where in the mask a line's middle is.
    """

    mask: Mask
    weight: Plane


def thin_masks(premultiplied: Pixels) -> Iterator[LineMask]:
    """Masks of thin features darker and brighter than what is around, and by how much: top hats of every channel."""
    square = np.ones((THIN, THIN), np.uint8)
    closed = cv2.morphologyEx(premultiplied, cv2.MORPH_CLOSE, square)
    opened = cv2.morphologyEx(premultiplied, cv2.MORPH_OPEN, square)
    darker = _greatest(np.asarray(cv2.subtract(closed, premultiplied), np.uint8))
    brighter = _greatest(np.asarray(cv2.subtract(premultiplied, opened), np.uint8))
    for hat, other in ((darker, brighter), (brighter, darker)):
        mask = (hat > VISIBLE) & (hat >= other)
        if mask.any():
            yield LineMask(_extended(mask), hat.astype(np.float32))


def _greatest(pixels: Pixels) -> Grey:
    """(h, w): the greatest of each pixel's four channels."""
    red, green, blue, alpha = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(red, green), cv2.max(blue, alpha)), np.uint8)


def _extended(mask: Mask) -> Mask:
    """The mask without components too small for a line."""
    _, number, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    extent = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = extent >= EXTENT
    keep[0] = False
    return np.asarray(keep[number])
