"""Pixels → marks: small spots of one ink on one flat ground, too thin to have a flat pixel of their own.

Text of 8–16 px is all edges: a pixel's larger share says too little of what is in it, and each letter alone does not
tell its ink, since its stems seldom fill a pixel. What a whole line of text agrees on does.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from svgai.arrays import Colors, Floats, Index, Labels, Mask, Pixels, Plane, freeze_fields
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.palette import Seeds
from svgai.draw.ragged import extremes
from svgai.records import Record
from svgai.sorted_values import distinct

# A ground is a connected flat area of at least 150 px: the inside of a letter O of 14 px has 40 (by eye).
GROUND = 150
# A mark is at most 40 px high and 240 px wide, letters that touch included: larger ones have flat pixels (by eye).
HIGHEST, WIDEST = 40, 240
# Of a mark's pixels at most 12 % lie in flat areas: beyond that the coarse lattice draws it well (wild/text, by eye).
FLAT = 0.12
# A pixel belongs to a mark if it differs from its ground by more than 3 grey levels, and 4 σ of the noise.
LEAST, SIGMAS = 3.0, 4.0
# All of a mark's pixels lie within 10 grey levels, and 4 σ, of the line from ground to ink in colour.
OFF = 10.0
# Marks go together in a line of text if at most 9 px lie between them, the width of a space at 14 px.
GAP = 9
# Two marks have inks in one direction from their ground if the cosine between is at least 0.995: 6°.
ALIKE = 0.995
# An ink stands out from its ground by 24 grey levels at least.
CONTRAST = 24.0
# A direction is a unit vector of four channels: one that loses a tenth of alpha leads to a hole.
HOLE = 0.1
# A line of marks has the ink of 2 full pixels, and of 12 in a coded picture, whose specks are ripples (corpus).
LEAST_INK, LEAST_INK_CODED = 2.0, 12.0
# Another ground within 2 px makes a spot the edge of an area.
BESIDE = 2
# A label is less than 2¹⁵: it is an int16.
LAST = 1 << 15
# A layer of marks pays from 6 marks on.
FEWEST = 6


class Marks(Record):
    """Lines of small marks.

    line: (h, w) int64, the line that a pixel's mark is in, from 1; 0 where there is none. share: (h, w) float32, 0–1,
    the share of ink. ink: (L, 4) float32, each line's ink, premultiplied, 0–255. ground: (h, w, 4) uint8, the pixels
    with every mark replaced by its ground, straight alpha.
    """

    line: Index
    share: Plane
    ink: Colors
    ground: Pixels

    def __post_init__(self) -> None:
        freeze_fields(self)


class _Spots(Record):
    """Connected spots off the ground.

    number: (h, w) int64 from 1, 0 on the ground; count: of them. ground: (h, w) int64, the palette colour of the
    nearest ground. between: (h, w), pixels with a ground of another colour near them too.
    """

    number: Index
    count: int
    ground: Index
    between: Mask


def _spots(seeds: Seeds, premultiplied: Pixels, metric: Metric) -> _Spots | None:
    """The spots of pixels unlike their nearest ground; None where a picture has no ground."""
    grounds = _grounds(seeds.labels)
    if not grounds.any():
        return None
    _, nearest = cv2.distanceTransformWithLabels(
        (~grounds).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    place = np.zeros(int(nearest.max()) + 1, np.int64)
    known = np.flatnonzero(grounds.ravel())
    place[nearest.ravel()[known]] = known
    ground = seeds.labels.ravel()[place[nearest]].astype(np.int64)
    color = seeds.palette.premultiplied[ground]
    off = np.abs(premultiplied.astype(np.float32) - color).max(axis=2) > max(LEAST, SIGMAS * metric.noise)
    count, number = cv2.connectedComponents((off & ~grounds).astype(np.uint8), connectivity=8)
    return _Spots(np.asarray(number, np.int64), count - 1, ground, _between(grounds, seeds.labels, ground))


def _between(grounds: Mask, labels: Labels, own: Index) -> Mask:
    """(h, w): pixels with a ground of another colour than their own within BESIDE px: edges of areas, not marks."""
    window = np.ones((2 * BESIDE + 1, 2 * BESIDE + 1), np.uint8)
    color = labels.astype(np.int64)
    nearby = [cv2.dilate(np.where(grounds, c, 0).astype(np.uint16), window) for c in (1 + color, LAST - color)]
    most, least = nearby[0].astype(np.int64) - 1, LAST - nearby[1].astype(np.int64)
    return np.asarray(((most >= 0) & (most != own)) | ((least < LAST) & (least != own)))


def _grounds(labels: Labels) -> Mask:
    """(h, w): pixels of flat areas of at least GROUND px."""
    result = np.zeros(labels.shape, bool)
    for label in distinct(labels[labels >= 0]):
        _, component, stats, _ = cv2.connectedComponentsWithStats((labels == label).astype(np.uint8), connectivity=4)
        large = stats[:, cv2.CC_STAT_AREA] >= GROUND
        large[0] = False
        result |= large[component]
    return result


def find_marks(rgba: Pixels, premultiplied: Pixels, seeds: Seeds, metric: Metric) -> Marks | None:
    """The lines of marks in a picture, (h, w, 4) uint8 straight and premultiplied; None where there are too few."""
    spots = _spots(seeds, premultiplied, metric)
    if spots is None or spots.count < FEWEST:
        return None
    small = _small(spots, seeds.labels)
    at = np.flatnonzero(small[spots.number].ravel())
    spot = spots.number.ravel()[at]
    ground = seeds.palette.premultiplied[spots.ground.ravel()[at]].astype(np.float64)
    offset = premultiplied.reshape(-1, 4)[at].astype(np.float64) - ground
    direction = _directions(offset, spot, spots.count + 1)
    along = np.einsum("nc,nc->n", offset, direction[spot])
    rest = np.linalg.norm(offset - along[:, None] * direction[spot], axis=1)
    pure = np.ones(spots.count + 1, bool)
    pure[spot[rest > OFF + SIGMAS * metric.noise]] = False
    reach = np.zeros(spots.count + 1)
    np.maximum.at(reach, spot, along)
    # What has less alpha than its ground is a hole in it, and no ink.
    good = small & pure & (reach >= CONTRAST) & (direction[:, 3] > -HOLE)
    if good.sum() < FEWEST:
        return None
    own_ground = np.zeros(spots.count + 1, np.int64)
    own_ground[spot] = spots.ground.ravel()[at]
    line = _lines(spots.number, good, own_ground, direction)
    ink = np.bincount(line[spot], along / np.maximum(reach[spot], 1), int(line.max()) + 1)
    line[ink[line] < (LEAST_INK_CODED if metric.noise else LEAST_INK)] = 0
    good &= line > 0
    if good.sum() < FEWEST:
        return None
    kept = good[spot]
    return _marks(rgba, seeds, spots, _Inks(at[kept], line[spot[kept]], along[kept], direction[spot[kept]]))


def _small(spots: _Spots, labels: Labels) -> Mask:
    """(count + 1,): spots of a mark's size, off the border, on one ground, with few flat pixels of their own."""
    h, w = labels.shape
    number = spots.number.ravel()
    y, x = np.divmod(np.arange(number.size), w)
    (top, bottom), (left, right) = (extremes(values, number, spots.count + 1) for values in (y, x))
    small = (bottom - top < HIGHEST) & (right - left < WIDEST)
    small &= (top > 0) & (left > 0) & (bottom < h - 1) & (right < w - 1)
    area = np.maximum(np.bincount(number, minlength=spots.count + 1), 1)
    small &= np.bincount(number, labels.ravel() >= 0, spots.count + 1) / area <= FLAT
    least, most = extremes(spots.ground.ravel(), number, spots.count + 1)
    small &= (least == most) & (np.bincount(number, spots.between.ravel(), spots.count + 1) == 0)
    small[0] = False
    return np.asarray(small)


def _directions(offset: Floats, spot: Index, size: int) -> Floats:
    """(size, 4): the unit direction from the ground to the ink of each spot, by its pixels' offsets."""
    total = np.stack([np.bincount(spot, channel, size) for channel in offset.T], axis=1)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9))


def _lines(number: Index, good: Mask, ground: Index, direction: Floats) -> Index:
    """(count + 1,): the line of each good spot, from 1; spots of one ground and like ink, near each other in a row."""
    line, last = np.zeros(len(good), np.int64), 0
    left = good.copy()
    while left.any():
        first = int(np.argmax(left))
        alike = left & (ground == ground[first]) & (direction @ direction[first] >= ALIKE)
        left &= ~alike
        joined = cv2.dilate(alike[number].astype(np.uint8), np.ones((1, GAP), np.uint8))
        _, component = cv2.connectedComponents(joined, connectivity=8)
        at = np.flatnonzero(alike[number].ravel())
        line[number.ravel()[at]] = last + component.ravel()[at]
        last = int(line.max())
    return line


class _Inks(NamedTuple):
    """The n pixels of all marks. at: (n,) flat indices; line: (n,) from 1; along: (n,) how far each colour lies from
    its ground, in its mark's direction, (n, 4)."""

    at: Index
    line: Index
    along: Floats
    direction: Floats


def _marks(rgba: Pixels, seeds: Seeds, spots: _Spots, inks: _Inks) -> Marks:
    """Marks of pixels whose lines are known."""
    at, line, along = inks.at, inks.line, inks.along
    count = int(line.max()) + 1
    reach, way = np.zeros(count), np.zeros((count, 4))
    np.maximum.at(reach, line, along)
    np.add.at(way, line, along[:, None] * inks.direction)
    way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    ground = np.zeros(count, np.int64)
    ground[line] = spots.ground.ravel()[at]
    base = seeds.palette.premultiplied[ground].astype(np.float64)
    reach = _agreed(reach, ground, way)
    ink = _known(base + way * reach[:, None], seeds.palette.premultiplied, base)
    length = np.maximum(np.linalg.norm(ink - base, axis=1), 1e-9)
    share = np.zeros(spots.number.shape, np.float32)
    share.ravel()[at] = np.clip(along / length[line], 0, 1)
    lines = np.zeros(spots.number.shape, np.int64)
    lines.ravel()[at] = line
    cleared = rgba.copy()
    around = cv2.dilate((lines > 0).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    around &= (spots.number == 0) | (lines > 0)  # faint tails too, which would count as shading
    cleared[around] = seeds.palette.rgba[spots.ground[around]]
    return Marks(lines, share, np.asarray(ink, np.float32), cleared)


# Lines of one ground whose inks reach within 15 % of each other have the same ink: a short line seldom fills a pixel.
SAME_INK = 0.85
# A palette colour within 14 grey levels of a line's ink, or up to 20 % beyond it, is that ink.
KNOWN, BEYOND = 14.0, 0.2


def _agreed(reach: Floats, ground: Index, way: Floats) -> Floats:
    """(L,): how far each line's ink lies from its ground, agreed on by lines that nearly do."""
    result = reach.copy()
    for k in np.argsort(-reach, kind="stable"):
        same = (ground == ground[k]) & (way @ way[k] >= ALIKE) & (reach >= SAME_INK * reach[k]) & (result == reach)
        result[same & (reach <= reach[k])] = result[k]
    return result


def _known(ink: Floats, palette: Colors, base: Floats) -> Floats:
    """(L, 4): inks, each replaced by the palette's colour that it nearly is, or that lies a little beyond it."""
    result = ink.copy()
    for k, color in enumerate(ink):
        way = color - base[k]
        length = max(float(np.linalg.norm(way)), 1e-9)
        offset = palette - base[k]
        t = offset @ way / length**2
        off = np.linalg.norm(offset - t[:, None] * way, axis=1)
        near = (off <= KNOWN) & (t >= 1 - KNOWN / length) & (t <= 1 + BEYOND)
        if near.any():
            result[k] = palette[np.flatnonzero(near)[np.argmin(off[near] + np.abs(t[near] - 1) * length)]]
    return np.clip(result, 0, 255)
