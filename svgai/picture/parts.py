"""Which parts of a picture are a photograph, and which are flat: a slide, a product shot, a meme.

A map of texture says where a photograph may be, and the classifier whether it is one.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import cv2
import numpy as np

from svgai.arrays import Colors, Floats, Index, Mask, freeze_fields
from svgai.picture.classify import Tier, decide, measure
from svgai.picture.flats import CRISP, LEAST_AREA, MOST, Flats, differs, even, flats, nearest, outline_ink, stepped
from svgai.picture.raster import Raster
from svgai.records import Record

# Flat areas are 0.5 % of a mixed picture at least, and 300 px: see flats.CRISP.
LEAST_SHARE, LEAST_PIXELS = 0.005, 300
# A photograph has squares of 15 px without one even pixel: no lettering of up to 14 px has, and no line.
TEXTURED, LEAST_TEXTURE = 15, 0.02
# Photographs are at most 40 pieces: a pencil's strokes on paper are 300, a print's dots 140, what lies between letters
# over a photograph 10.
MOST_PIECES = 40
# A picture of more than 4,000,000 px is drawn as one: its maps would take 100 bytes a pixel.
MOST_AREA = 4_000_000
# An outline of lettering is 6 px wide at most.
OUTLINE = 6
# A pixel is an ink's if no channel differs by more than 6 grey levels, and 3 σ of noise.
NEAR, NEAR_NOISE = 6.0, 3.0
# Parts of a photograph are 7 px wide at least: what is narrower is told by its colour.
NARROW = 7


class Parts(Record):
    """A mixed picture. photograph: (h, w), what is. ink: (h, w) int64, the ink of flat pixels, −1 of others; inks:
    (k, 3) float32, 0–255."""

    photograph: Mask
    ink: Index
    inks: Colors

    def __post_init__(self) -> None:
        freeze_fields(self)


def parts(raster: Raster) -> Parts | None:
    """The parts of a picture; None where all of it is a photograph, or none,
    or it is larger than MOST_AREA or translucent."""
    if raster.area > MOST_AREA:
        return None
    textured = _opened(~even(raster), TEXTURED)
    if not raster.opaque or textured.mean() < LEAST_TEXTURE:
        return None
    found = flats(raster)
    if found.share < LEAST_SHARE or found.share * raster.area < LEAST_PIXELS:
        return None
    ink, inks = _grown(raster, found)
    rest = ink < 0
    wide = _opened(rest, NARROW)
    sure = _connected(wide, textured & wide)
    photograph = sure | _joined(raster, rest & ~sure, sure, ink, inks)
    if cv2.connectedComponents(photograph.astype(np.uint8), connectivity=8)[0] > MOST_PIECES:
        return None
    alone = decide(measure(_alone(raster, photograph)))
    return Parts(photograph, np.where(photograph, -1, ink), inks) if alone.tier is Tier.COMPLEX else None


def _alone(raster: Raster, photograph: Mask) -> Raster:
    """What lies in the least upright rectangle around a mask."""
    columns, rows = np.flatnonzero(photograph.any(axis=0)), np.flatnonzero(photograph.any(axis=1))
    if not len(rows):
        return raster
    inside = raster.pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return replace(raster, pixels=inside.copy())


def _opened(mask: Mask, side: int) -> Mask:
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((side, side), np.uint8)) > 0)


def _grown(raster: Raster, found: Flats) -> tuple[Index, Colors]:
    """Each pixel's ink, −1 where none, and the inks: with edges and outlines that are no even areas of their own."""
    colors = raster.pixels[..., :3].astype(np.float32)
    reach = NEAR + NEAR_NOISE * raster.noise
    ink, inks = found.ink.copy(), list(found.inks)
    for k, own in enumerate(found.inks):
        like = np.asarray((np.abs(colors - own).max(axis=2) <= reach) & ((ink < 0) | (ink == k)), np.bool_)
        beside = cv2.dilate((ink == k).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        ink[(_crisp(colors, own, like, raster.noise) | beside) & like] = k
    for k, own in enumerate(found.inks):
        distance, _ = nearest(ink == k)
        outline = outline_ink(colors[(distance >= 1.5) & (distance < 2.6)], raster.noise)
        if outline is None or not differs(outline, own, raster.noise):
            continue
        off = [float(np.abs(outline - other).max()) for other in inks]
        number = int(np.argmin(off)) if min(off) <= reach else len(inks)
        inks += [outline] if number == len(inks) else []
        like = np.asarray((ink < 0) & (np.abs(colors - outline).max(axis=2) <= reach), np.bool_)
        ink[like & (distance <= _width(like, distance))] = number
    return ink, np.array(inks, np.float32)


def _width(like: Mask, distance: Floats) -> int:
    """How wide an outline is: as far as more than half of what lies at a distance, px, is like it."""
    for width in range(2, OUTLINE):
        if like[(distance >= width) & (distance < width + 1)].mean() <= MOST:
            return width
    return OUTLINE


def _crisp(colors: Colors, own: Colors, like: Mask, noise: float) -> Mask:
    """(h, w): the pieces of a mask of one ink that end in a step, as letters do."""
    count, labels = cv2.connectedComponents(like.astype(np.uint8), connectivity=4)
    number: Index = np.asarray(labels, np.int64)
    large = np.bincount(number.ravel(), minlength=count) >= LEAST_AREA
    large[0] = False
    distance, place = nearest(like)
    owner = number.ravel()[place]
    crisp = stepped(differs(colors, own, noise), owner, distance, 1.5, count)
    return np.asarray((large & (crisp >= CRISP))[number])


def _connected(mask: Mask, seed: Mask) -> Mask:
    """(h, w): the parts of a mask that hold a pixel of another."""
    _, number = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    own = np.zeros(int(number.max()) + 1, np.bool_)
    own[number[seed]] = True
    own[0] = False
    return np.asarray(own[number])


def _joined(raster: Raster, left: Mask, photograph: Mask, ink: Index, inks: Colors) -> Mask:
    """(h, w): which of the narrow places that are left and touch a photograph are its: no mix of two inks beside
    them."""
    beside = cv2.dilate(photograph.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    asked = _connected(left, left & beside)
    window = np.ones((5, 5), np.uint8)
    around = [cv2.dilate((ink == k).astype(np.uint8), window)[asked] > 0 for k in range(len(inks))]
    colors = raster.pixels[asked][:, :3].astype(np.float32)
    mixed = np.zeros(len(colors), np.bool_)
    for j, k in combinations(range(len(inks)), 2):
        both = around[j] & around[k]
        if both.any():
            way = inks[k] - inks[j]
            share = np.clip((colors[both] - inks[j]) @ way / max(float(way @ way), 1.0), 0, 1)
            off = np.abs(inks[j] + share[:, None] * way - colors[both]).max(axis=1)
            mixed[both] |= off <= NEAR + NEAR_NOISE * raster.noise
    result = np.zeros_like(photograph)
    result[asked] = ~mixed
    return result
