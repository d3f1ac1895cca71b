"""What of a drawing is thinner than a width: too thin to be cut, stitched or engraved.

A place is thin where no disc of that width fits around it within what is visible of its paint (the morphological
opening, J. Serra, Image Analysis and Mathematical Morphology, 1982). Corners have such places too: they count where
they are longer than the width, as spikes of 20 degrees are.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from svgai.arrays import Floats, Index, Mask
from svgai.drawing import Drawing
from svgai.output.visible import visible

# The width is seen in 16 pixels, in 8 megapixels at most: widths are off by a sixteenth (by eye).
FINE, MOST = 16.0, 8e6
# What is smaller than a sixth of the width, squared, is a crumb of the pixels (by eye).
_CRUMB = 1 / 6


class Thin(NamedTuple):
    """A window around a thin place and how thick that is, all in px of the source."""

    x: float
    y: float
    width: float
    height: float
    thickness: float


def thin(drawing: Drawing, least: float) -> tuple[Thin, ...]:
    """The places thinner than `least` px, the largest first; not of what lies along most of the page's border."""
    scale = min(FINE / least, math.sqrt(MOST / (drawing.width * drawing.height)))
    size = (max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale)))
    labels, _ = visible(drawing, *size)
    ground = int(np.bincount(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])).argmax())
    width = least * scale
    margin = math.ceil(width) + 1
    labels = np.pad(labels, margin, mode="edge")
    right, down = labels[:, 1:] != labels[:, :-1], labels[1:] != labels[:-1]
    inside = _inside(right, down)
    rest = ~_held(labels, inside, width / 2) & (labels != 0) & (labels != ground)
    parts = _parts(rest, right, down)
    found = _long(parts, inside, _touching(parts, rest, right, down), width)
    return tuple(_in_source(box, thickness, scale, margin) for box, thickness in found)


def _in_source(box: tuple[float, float, float, float], thickness: float, scale: float, margin: int) -> Thin:
    """A place of the padded labels, which are `scale` times as fine as the source, in px of that."""
    x, y, width, height = (round(float(value) / scale, 2) for value in (box[0] - margin, box[1] - margin, *box[2:]))
    return Thin(x, y, width, height, round(thickness / scale, 2))


def _inside(right: Mask, down: Mask) -> Floats:
    """How far each pixel lies within its label. right, down: where one differs from the next in that direction."""
    edge = np.zeros((right.shape[0], down.shape[1]), bool)
    edge[:, 1:] |= right
    edge[:, :-1] |= right
    edge[1:] |= down
    edge[:-1] |= down
    # From the middle of a pixel on the edge it is half a pixel to the edge.
    off = cv2.distanceTransform((~edge).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(off, np.float64) + 0.5


def _held(labels: Index, inside: Floats, radius: float) -> Mask:
    """Where a disc of the radius within one label holds a pixel; middles of discs are half a pixel off at most."""
    middles = inside >= radius - 0.5
    off, nearest = cv2.distanceTransformWithLabels(
        (~middles).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    label_of = np.zeros(int(nearest.max()) + 1, np.int64)
    label_of[nearest[middles]] = labels[middles]
    return np.asarray((off <= radius + 0.5) & (label_of[nearest] == labels))


def _parts(rest: Mask, right: Mask, down: Mask) -> Index:
    """Numbers from 1 of the connected parts of one label each."""
    apart = rest.copy()
    apart[:, :-1] &= ~right
    apart[:-1] &= ~down
    return np.asarray(cv2.connectedComponents(apart.astype(np.uint8), connectivity=4, ltype=cv2.CV_32S)[1], np.int64)


def _touching(parts: Index, rest: Mask, right: Mask, down: Mask) -> Index:
    """The numbers of parts that go on in what is not thin."""
    found = []
    for one, other, same in (
        (np.s_[:, :-1], np.s_[:, 1:], ~right),
        (np.s_[:, 1:], np.s_[:, :-1], ~right),
        (np.s_[:-1], np.s_[1:], ~down),
        (np.s_[1:], np.s_[:-1], ~down),
    ):
        found.append(parts[one][same & rest[one] & ~rest[other]])
    return np.unique(np.concatenate(found))


def _long(
    parts: Index, inside: Floats, touching: Index, width: float
) -> list[tuple[tuple[float, float, float, float], float]]:
    """Box and thickness of the parts that count, in pixels, the largest first."""
    y, x = np.nonzero(parts)
    number = parts[y, x]
    count = int(number.max(initial=0)) + 1
    area = np.bincount(number, minlength=count)
    thickness, low, high = np.zeros(count), np.full((2, count), 1 << 30), np.zeros((2, count), np.int64)
    np.maximum.at(thickness, number, 2 * inside[y, x] + 0.5)  # of even widths it is a pixel more, of odd ones none
    for axis, at in enumerate((x, y)):
        np.minimum.at(low[axis], number, at)
        np.maximum.at(high[axis], number, at + 1)
    goes_on = np.isin(np.arange(count), touching)
    counts = (area > (_CRUMB * width) ** 2) & (~goes_on | (area > width * np.maximum(thickness, 1)))
    counts[0] = False
    order = sorted(np.flatnonzero(counts).tolist(), key=lambda k: -area[k])
    sides = high - low + 1  # a part lacks the last pixels before an edge
    return [((low[0, k], low[1, k], sides[0, k], sides[1, k]), float(thickness[k])) for k in order]
