"""Areas of one flat colour with crisp edges, and their inks: lettering, pages and bars beside a photograph.

A photograph has places of one colour too, clipped whites and deep shadows, but they fade into what lies around them.
"""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Colors, Floats, Index, Mask, freeze_fields
from svgai.picture.raster import Raster
from svgai.records import Record
from svgai.sorted_values import median

# A pixel is even where its 3×3 neighbourhood spans 3 grey levels at most, under noise 2 and 3 σ more.
EVEN, EVEN_NOISE, NOISE_LEVELS, MOST_EVEN = 3.0, 2.0, 3.0, 16.0
# An area has 24 px at least: the inside of a letter's stem (by eye).
LEAST_AREA = 24
# An area of one colour has a σ of 1 grey level, and the noise's own.
SPREAD = 1.0
# An edge is crisp where the colour 3 px outside differs by 24 grey levels, and 3 σ of noise.
STEP, RIM = 24.0, 1.1
# Of an area's edge at least 70 % is crisp (astronaut and 20 other photographs: at most 0.4 % of the picture is such
# areas; memes, slides, product shots: 0.5 % and more).
CRISP = 0.7
# Two areas have one ink if no channel differs by more than 6 grey levels, and 2 σ.
SAME = 6.0
# An ink takes 0.15 % of the picture at least (by eye), and an outline more than half of what lies around it.
LEAST_INK, MOST = 0.0015, 0.5


class Flats(Record):
    """The crisp flat areas of a picture.

    ink: (h, w) int64, each pixel's ink, −1 outside of them. inks: (k, 3) float32, 0–255, the largest first.
    """

    ink: Index
    inks: Colors

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def share(self) -> float:
        """Of the picture, [0, 1]."""
        return float((self.ink >= 0).mean())


def nearest(mask: Mask) -> tuple[Floats, Index]:
    """(h, w) each: how far the nearest pixel of a mask that is not empty lies, px, and its flat index."""
    distance, label = cv2.distanceTransformWithLabels(
        (~mask).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    place = np.zeros(int(label.max()) + 1, np.int64)
    known = np.flatnonzero(mask.ravel())
    place[label.ravel()[known]] = known
    return np.asarray(distance, np.float64), place[label]


def even(raster: Raster) -> Mask:
    """(h, w): pixels whose neighbourhood varies no more than noise does."""
    colors = np.ascontiguousarray(raster.pixels[..., :3])
    window = np.ones((3, 3), np.uint8)
    span = cv2.subtract(cv2.dilate(colors, window), cv2.erode(colors, window)).max(axis=2)
    noisy = min(EVEN_NOISE + NOISE_LEVELS * raster.noise, MOST_EVEN)
    return np.asarray(span <= (noisy if raster.noise else EVEN))


def flats(raster: Raster) -> Flats:
    """The crisp flat areas of a picture."""
    colors = raster.pixels[..., :3].astype(np.float32)
    count, labels = cv2.connectedComponents(even(raster).astype(np.uint8), connectivity=4)
    number: Index = np.asarray(labels, np.int64)
    area = np.bincount(number.ravel(), minlength=count)
    mean, spread = _statistics(colors, number, area)
    one = (area >= LEAST_AREA) & (spread <= SPREAD + raster.noise)
    one[0] = False
    if not one.any():
        return Flats(np.full(number.shape, -1, np.int64), np.zeros((0, 3), np.float32))
    distance, place = nearest(one[number])
    owner = number.ravel()[place]
    step = differs(colors, mean[owner], raster.noise)
    crisp = stepped(step, owner, distance, 2.5, count)
    sure = np.where(one & (crisp >= CRISP), area, 0)
    ink, inks = _inks(mean, sure, SAME + 2 * raster.noise, LEAST_INK * raster.area)
    return Flats(ink[number], inks)


def differs(colors: Colors, own: Colors | Floats, noise: float) -> Mask:
    """Where colours, (..., 3), are a step away from others, under noise of σ grey levels."""
    return np.asarray(np.abs(colors - own).max(axis=-1) > STEP + NOISE_LEVELS * noise)


def stepped(step: Mask, owner: Index, distance: Floats, low: float, count: int) -> Floats:
    """(count,): how much of each area's edge is a step in colour, 0–1, as seen `low` to `low` + 1.1 px outside.

    step: (h, w), where colour is a step away from that of the nearest area; owner: that one's number; distance: px.
    """
    rim = (distance >= low) & (distance < low + RIM)
    total = np.bincount(owner[rim], minlength=count)
    return np.where(total > 0, np.bincount(owner[rim], step[rim], count) / np.maximum(total, 1), 1.0)


def _statistics(colors: Colors, number: Index, area: Index) -> tuple[Floats, Floats]:
    """(n, 3) and (n,): the mean colour of areas, and the greatest of the channels' σ."""
    own = number.ravel()
    mean, variance = [], []
    for channel in colors.reshape(-1, 3).T.astype(np.float64):
        mean.append(np.bincount(own, channel, len(area)) / np.maximum(area, 1))
        variance.append(np.bincount(own, channel**2, len(area)) / np.maximum(area, 1) - mean[-1] ** 2)
    return np.stack(mean, axis=1), np.sqrt(np.maximum(variance, 0).max(axis=0))


def _inks(mean: Floats, area: Index, reach: float, least: float) -> tuple[Index, Colors]:
    """(n,) each area's ink or −1, and (k, 3): colours merged with those near them, the largest first."""
    ink, inks = np.full(len(mean), -1, np.int64), list[Floats]()
    free = area > 0
    while free.any():
        largest = int(np.argmax(np.where(free, area, 0)))
        near = free & (np.abs(mean - mean[largest]).max(axis=1) <= reach)
        if area[near].sum() >= least:
            ink[near] = len(inks)
            inks.append(mean[largest])
        free &= ~near
    return ink, np.array(inks, np.float32).reshape(-1, 3)


def outline_ink(around: Colors, noise: float) -> Colors | None:
    """(3,): the one colour that most pixels around an ink, (n, 3), have, as outlined letters do; None where none."""
    if not len(around):
        return None
    middle = np.asarray(median(around), np.float32)
    return middle if differs(around, middle, noise).mean() < 1 - MOST else None
