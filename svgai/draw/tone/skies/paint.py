"""Smooth parts of a picture → feathered shapes painted with gradients."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Mask, Points
from svgai.draw.tone.levels.outline import outline
from svgai.draw.tone.levels.tree import UNITS
from svgai.draw.tone.skies.find import largest_part, smooth_mask
from svgai.draw.tone.skies.ramps import Ramp, fitted, paint
from svgai.drawing import Path, Shape
from svgai.records import Record

# Levels of luma from end to end that make a gradient worth while: less is one flat veil.
RANGE = 14.0
# How far beyond the region, in px of the plane, the feathers reach, the widest first, and their opacities, which add
# up to equal steps. Without them a seam stands in the sky where the region ends (by eye).
FEATHERS = ((15, 0.25), (10, 0.333), (5, 0.5))
# Levels from the gradient up to which a feather reaches: it fades into haze, and not over what stands before the sky.
FADED = 30.0
# Levels from the gradient up to which a pixel is the region's.
NEAR = 7.0
# Levels of chroma from the gradient from which a pixel is another thing's.
HUE = 18.0
# Gradients in a picture at most, and the part of a smooth part that one explains at least, for the rest to be tried.
MOST, EXPLAINED = 10, 0.2
# Holes up to so many px are the sky's.
HOLES = 60
# px of the plane: σ of the blur of an outline, its tolerance, and the shortest one's length.
SMOOTH, TOLERANCE, LEAST = 2.0, 1.5, 40


class Skies(Record):
    """shapes: in paint order. covered: (h, w) of the plane, where they are opaque."""

    shapes: tuple[Shape, ...]
    covered: Mask


def _square(side: int) -> NDArray[np.uint8]:
    return np.ones((side, side), np.uint8)


def _region(off: NDArray[np.float64], seed: Mask) -> NDArray[np.uint8]:
    """Where a picture follows a ramp, in one piece with the part that it was fitted to, without small holes.

    off: (h, w), levels from the ramp.
    """
    like = (off < NEAR).astype(np.uint8)
    like = np.asarray(cv2.morphologyEx(like, cv2.MORPH_OPEN, _square(5)), np.uint8)
    _, labels = cv2.connectedComponents(like)
    own = np.unique(labels[seed & (like > 0)])
    region = np.isin(labels, own[own > 0]).astype(np.uint8)
    _, holes, stats, _ = cv2.connectedComponentsWithStats(1 - region, connectivity=4)
    region[(stats[:, cv2.CC_STAT_AREA] < HOLES)[holes] & (region == 0)] = 1
    closed = cv2.morphologyEx(region, cv2.MORPH_CLOSE, _square(9))
    return np.asarray(cv2.dilate(closed, _square(5)), np.uint8)


def _other_hue(colors: Colors, ramp: Ramp, places: Points) -> NDArray[np.uint8]:
    """(h, w): 0 or 1, what has another hue than the gradient: a stalk before a sky must not turn blue."""
    error = colors - ramp.shown(places).reshape(colors.shape).astype(np.float32)
    error -= error @ np.array([0.299, 0.587, 0.114], np.float32)[:, None]
    return np.asarray(np.abs(error).max(axis=2) > HUE, np.uint8)


def _outline(mask: NDArray[np.uint8], page: tuple[int, int]) -> Path | None:
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), SMOOTH, borderType=cv2.BORDER_REPLICATE)
    plane = np.rint(soft * np.float32(255 * UNITS)).astype(np.uint16)
    return outline(plane, 127.5 * UNITS, page, TOLERANCE, LEAST)


def _feathered(
    region: NDArray[np.uint8], off: NDArray[np.float64], ramp: Ramp, page: tuple[int, int]
) -> Iterator[Shape]:
    """A region and its feathers. off: (h, w), how far the picture is from the gradient, levels."""
    near = (off < FADED).astype(np.uint8)
    for reach, opacity in (*FEATHERS, (0, 1.0)):
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        ring = np.asarray(cv2.dilate(region, disc), np.uint8) & near
        ring = np.asarray(cv2.morphologyEx(ring, cv2.MORPH_OPEN, _square(3)), np.uint8)
        path = _outline(ring | region, page)
        if path:
            yield Shape(path, paint(ramp, page[0] / region.shape[1], opacity))


def skies(small: Colors, colors: Colors, page: tuple[int, int]) -> Skies:
    """The smooth parts of a picture as shapes on a page of (width, height).

    small: (h, w, 3), the copy in which they are looked for. colors: (h', w', 3), the copy in which their outlines are.
    """
    covered = np.zeros(colors.shape[:2], np.uint8)
    shapes: list[Shape] = []
    y, x = np.mgrid[: colors.shape[0], : colors.shape[1]]
    places = np.stack([x.ravel() + 0.5, y.ravel() + 0.5], axis=1)
    smooth = smooth_mask(small)
    for _ in range(MOST):
        part = largest_part(smooth)
        if part is None:
            break
        seed = cv2.resize(part.astype(np.uint8), colors.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
        inside = np.flatnonzero(seed.ravel())
        ramp = fitted(places[inside], colors.reshape(-1, 3)[inside].astype(np.float64))
        off = np.abs(colors - ramp.shown(places).reshape(colors.shape)).max(axis=2)
        region = _region(off, seed) & (1 - _other_hue(colors, ramp, places))
        # What of the part the gradient does not explain is looked at again.
        left = cv2.resize(region, small.shape[1::-1], interpolation=cv2.INTER_NEAREST)
        smooth = smooth & ~(left > 0) if left[part].mean() > EXPLAINED else smooth & ~part
        if np.ptp(ramp.colors @ np.array([0.299, 0.587, 0.114])) >= RANGE:
            shapes += _feathered(region, off, ramp, page)
            covered |= region
    return Skies(tuple(shapes), covered > 0)
