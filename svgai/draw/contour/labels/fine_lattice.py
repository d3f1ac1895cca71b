"""Labels on a finer lattice than the pixels', from the pixels' shares of colours: level sets by back-projection.

Where every pixel is an edge, as in small text, a pixel's larger share says too little of what is in it. Each colour
gets a smooth function φ of the place, and a place belongs to the colour whose φ is the greatest. φ is a bicubic
interpolation of one unknown a pixel, and the unknowns are moved until the area of each colour in each pixel is the
share seen there: iterative back-projection (Irani and Peleg, "Improving resolution by image registration", CVGIP:
Graphical Models 53(3), 1991), with areas first taken softly and then ever more sharply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Labels
from svgai.draw.contour.labels.mixes import Shares
from svgai.draw.outline.planar.components import components
from svgai.draw.outline.planar.crossings import Crossings, across

Floats = NDArray[np.float32]

# Cells a pixel is wide: at 3 text of 10 px loses 0.01 of SSIM at 4×.
FINENESS = 4
# Difference of φ over which one colour passes into another, first and last, and the steps between.
SOFTEST, SHARPEST, STEPS = 0.3, 0.036, 16
# Smoothing of the unknowns, σ in px: without it the edges follow noise (a quarter more segments).
SMOOTHING = 0.7
# A pixel that two colours explain no better than this, in grey levels, counts less, by the square.
TRUSTED = 3.0
# Components of so many cells, a quarter of a pixel, show nothing.
SPECK = FINENESS**2 // 4
# Pixels are taken in squares of this size, each with a margin that its edges' tails need.
TILE, MARGIN = 48, 4


@dataclass(frozen=True, slots=True, eq=False)
class FineLabels:
    """Labels on a lattice FINENESS times as fine as the pixels.

    labels, second: (H, W) int16, of each cell the colour of the greatest φ and the next one. lead: (H, W) float32 ≥ 0,
    by how much it is greater.
    """

    labels: Labels
    second: Labels
    lead: Floats

    def coverage(self, y: Index, x: Index, a: Index, b: Index) -> NDArray[np.float64]:
        """As planar.Coverage, with which φ of a and b are compared; exact enough to tell which is greater."""
        own, lead = self.labels[y, x], self.lead[y, x].astype(np.float64)
        sign = np.where(own == a, 1, np.where(own == b, -1, 0))
        return np.asarray(np.clip(0.5 + sign * lead, 0, 1))

    def crossings(self, y: Index, x: Index, vertical: NDArray[np.bool_]) -> Crossings:
        """Where φ of the two sides are equal between the middles of the cells beside cracks (arcs.Crossing)."""
        before = y - ~vertical, x - vertical
        a, b = self.labels[before], self.labels[y, x]
        clean = (self.second[before] == b) & (self.second[y, x] == a)
        back, ahead = self.lead[before].astype(np.float64), self.lead[y, x]
        share = np.where(clean, back / np.maximum(back + ahead, 1e-9), 0.5)
        position = np.where(vertical, x, y) - 0.5 + share
        return Crossings(across(position, y, x, vertical), clean)


def fine_labels(seen: Shares) -> FineLabels:
    """The labels whose areas in the pixels are the shares seen there."""
    h, w = seen.label.shape
    size = h * FINENESS, w * FINENESS
    result = FineLabels(np.empty(size, np.int16), np.empty(size, np.int16), np.ones(size, np.float32))
    for rows, columns in _tiles(h, w):
        inner = _scaled(rows), _scaled(columns)
        tile = _tile(seen.around(rows, columns, MARGIN))
        result.labels[inner], result.second[inner], result.lead[inner] = tile
    _without_specks(result)
    return result


def _without_specks(fine: FineLabels) -> None:
    """Give components of at most SPECK cells to the next best colour of each cell, in place."""
    _, size, component = components(fine.labels)
    small = np.bincount(component, size) <= SPECK
    at = np.flatnonzero(np.repeat(small[component], size))
    labels, second = fine.labels.ravel(), fine.second.ravel()
    labels[at], second[at] = second[at], labels[at]
    fine.lead.ravel()[at] = 0


def _tiles(h: int, w: int) -> Iterator[tuple[slice, slice]]:
    for top in range(0, h, TILE):
        for left in range(0, w, TILE):
            yield slice(top, min(top + TILE, h)), slice(left, min(left + TILE, w))


def _scaled(s: slice) -> slice:
    return slice(s.start * FINENESS, s.stop * FINENESS)


def _tile(seen: Shares) -> tuple[Labels, Labels, Floats]:
    """FineLabels of a tile without its margin."""
    colors = np.unique(np.concatenate([seen.label.ravel(), seen.other.ravel()]))
    if len(colors) == 1:
        size = [FINENESS * (n - 2 * MARGIN) for n in seen.label.shape]
        return np.full(size, colors[0]), np.full(size, colors[0]), np.ones(size, np.float32)
    trust = np.minimum(1, (TRUSTED / np.maximum(seen.error, 1e-6)) ** 2)
    cut = FINENESS * MARGIN
    phi = [p[cut:-cut, cut:-cut] for p in _levels(_planes(seen, colors), trust)]
    first, second = np.argsort(phi, axis=0)[:-3:-1]
    top, next_ = _two_greatest(phi)
    return colors[first], colors[second], top - next_


def _planes(seen: Shares, colors: Labels) -> list[Floats]:
    """The share of each of these colours in each pixel, (h, w)."""
    return [seen.share * (seen.label == c) + (1 - seen.share) * (seen.other == c) for c in colors]


def _interpolated(unknowns: Floats) -> Floats:
    """φ, (H, W), from (h, w)."""
    smooth = cv2.GaussianBlur(unknowns, (0, 0), SMOOTHING, borderType=cv2.BORDER_REPLICATE)
    h, w = smooth.shape
    return np.asarray(cv2.resize(smooth, (w * FINENESS, h * FINENESS), interpolation=cv2.INTER_CUBIC), np.float32)


def _two_greatest(phi: list[Floats]) -> tuple[Floats, Floats]:
    """(H, W) each: the greatest and the next of two φ or more."""
    top, second = np.maximum(phi[0], phi[1]), np.minimum(phi[0], phi[1])
    for p in phi[2:]:
        second = np.maximum(second, np.minimum(top, p))
        top = np.maximum(top, p)
    return top, second


def _areas(phi: list[Floats], slope: float) -> list[Floats]:
    """The area of each colour in each pixel, (h, w), the greatest φ passing into the next one over a slope."""
    h, w = phi[0].shape
    top, second = _two_greatest(phi)
    result = []
    for p in phi[: -1 if len(phi) == 2 else None]:
        inside = np.clip((p - np.where(p >= top, second, top)) / np.float32(2 * slope) + np.float32(0.5), 0, 1)
        area = cv2.resize(inside, (w // FINENESS, h // FINENESS), interpolation=cv2.INTER_AREA)
        result.append(np.asarray(area, np.float32))
    return [*result, 1 - result[0]] if len(phi) == 2 else result


def _levels(seen: list[Floats], trust: Floats) -> list[Floats]:
    """φ, (H, W) each, whose areas are the shares seen, (h, w) each, as far as these are trusted, (h, w)."""
    unknowns = [s.copy() for s in seen]
    for slope in np.geomspace(SOFTEST, SHARPEST, STEPS).tolist():
        step = np.float32(min(1.0, 4 * slope)) * trust
        areas = _areas([_interpolated(u) for u in unknowns], slope)
        unknowns = [u + step * (s - a) for u, s, a in zip(unknowns, seen, areas, strict=True)]
    return [_interpolated(u) for u in unknowns]
