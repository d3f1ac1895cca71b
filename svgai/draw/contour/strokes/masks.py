"""Where a picture may have lines: masks of thin features, and of areas that a pen of even width would draw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from svgai.arrays import Grey, Labels, Mask, Pixels, Plane
from svgai.draw.outline.planar.components import components
from svgai.sorted_values import distinct

# Features that a square of 5 px a side does not fit into are thin: wider ones show their labels' shape. By eye.
THIN = 5
# A thin feature differs by more than 12 grey levels from what is around it. By eye.
VISIBLE = 12
# A component of a mask that is less than 8 px both wide and high is no line's. By eye.
EXTENT = 8
# A component is drawn with a pen of even width if its distances to the edge average 0.3 of their maximum or more:
# along a line they average ½, less where lines cross, in a disc ⅓, which `LONG` excludes.
EVEN = 0.3
# A component has 4 times the square of the pen's width or more, or it is no line. By eye.
LONG = 4.0


class LineMask(NamedTuple):
    """A mask, (h, w), that lines are sought in.

    weight: (h, w), where in the mask a line's middle is. stride: one in so many rows and columns tells of the mask.
    """

    mask: Mask
    weight: Plane
    stride: int


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
            yield LineMask(_extended(mask), hat.astype(np.float32), 1)


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


def wide_masks(labels: Labels) -> Iterator[LineMask]:
    """Masks of the label components that are drawn with a pen of even width, THIN px or so and wider.

    Each with its depth, px, and a stride of about a tenth of the pen, a power of 2.
    """
    inner = _inner(labels)
    if inner.all():
        return
    depth = cv2.distanceTransform(inner.astype(np.uint8), cv2.DIST_L2, 5) + 0.5
    start, size, component = components(labels)
    greatest, total = np.zeros(component.max() + 1), np.zeros(component.max() + 1)
    np.maximum.at(greatest, component, np.maximum.reduceat(depth.ravel(), start))
    np.add.at(total, component, np.add.reduceat(depth.ravel(), start))
    area = np.bincount(component, size)
    pen = (total / area >= EVEN * greatest) & (area >= LONG * (2 * greatest) ** 2) & (greatest > THIN / 4)
    stride = np.where(pen, 2 ** np.floor(np.log2(np.maximum(greatest / THIN, 1))), 0).astype(np.int64)
    for each in distinct(stride[pen]).tolist():
        yield LineMask(np.repeat(stride[component] == each, size).reshape(labels.shape), depth, each)


def _inner(labels: Labels) -> Mask:
    """(h, w): the pixels whose four neighbours have the same label."""
    inner = np.ones(labels.shape, bool)
    level, upright = labels[:, 1:] == labels[:, :-1], labels[1:] == labels[:-1]
    inner[:, 1:] &= level
    inner[:, :-1] &= level
    inner[1:] &= upright
    inner[:-1] &= upright
    return inner
