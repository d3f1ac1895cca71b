"""Labels on a finer lattice than the pixels', from the pixels' shares of colours: level sets by back-projection.

Where every pixel is an edge, as in small text, a pixel's larger share says too little of what is in it. Each colour
gets a smooth function φ of the place, and a place belongs to the colour whose φ is the greatest. φ is a bicubic
interpolation of one unknown a pixel, and the unknowns are moved until the area of each colour in each pixel is the
share seen there: iterative back-projection (Irani and Peleg, "Improving resolution by image registration", CVGIP:
Graphical Models 53(3), 1991), with areas first taken softly and then ever more sharply.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Labels, Mask, Plane, freeze_fields
from svgai.draw.budget import spend
from svgai.draw.outline.planar.components import components
from svgai.draw.outline.planar.crossings import Crossings, across
from svgai.draw.outline.shares import Shares
from svgai.records import Record
from svgai.sorted_values import distinct

# A pixel is 4 cells wide: with 3, text of 10 px loses 0.01 of SSIM at 4× (benchmarks/dense.py).
FINENESS = 4
# One colour passes into another over a difference of φ of 0.3 in the first step and 0.036 in the last of 16, less each
# time by the same ratio. By eye.
SOFTEST, SHARPEST, STEPS = 0.3, 0.036, 16
# The unknowns are smoothed by a σ of 0.7 px: without it edges follow noise and take a quarter more segments
# (benchmarks/dense.py).
SMOOTHING = 0.7
# A pixel that two colours explain to 3 grey levels counts in full, one they explain less well by the square. By eye.
TRUSTED = 3.0
# Components up to 4 cells, a quarter of a pixel, are given to their surroundings: they show nothing.
SPECK = FINENESS**2 // 4
# Pixels are taken in squares of 48 px a side, for the memory's sake, each with a margin of 4 px, as far as
# the tails of its edges reach. By eye.
TILE, MARGIN = 48, 4
# The lattice takes 3.5 µs a pixel (benchmarks/work.py).
_LATTICE = 3.5e-6
# Points from the fine lattice are less exact than sums of coverage: curves may stray 1.25 times as far from them (by
# eye).
LEVEL_TOLERANCE = 1.25
# A picture of up to 100,000 px whose drawing misses by more than 8 (grey levels)² a pixel is tried on a finer lattice;
# one of up to 5,000 px, where that costs little, from 3 (grey levels)² on (benchmarks/dense.py).
DENSE_AREA, DENSE_ERROR = 100_000, 8.0
ICON_AREA, ICON_ERROR = 5_000, 3.0
# A finer lattice follows stairs, and errs less for it: it is not tried where 0.3 of the outlines are vague, as a hard
# figure's on a button with anti-aliasing are (benchmarks/mixed.py).
VAGUE = 0.3


def pays(area: int, error: float, vague: float = 0.0) -> bool:
    """Whether a drawing of so many px, (grey levels)² a pixel off, may be better from a finer lattice.

    vague: the share of its outlines whose pixels do not tell where they lie, as stairs do not (Arcs.vague).
    """
    missed = error > ICON_ERROR if area <= ICON_AREA else error > DENSE_ERROR and area <= DENSE_AREA
    return missed and vague < VAGUE


class FineLabels(Record):
    """Labels on a lattice FINENESS times as fine as the pixels.

    labels, second: (H, W) int16, of each cell the colour of the greatest φ and the next one. lead: (H, W) float32 ≥ 0,
    by how much it is greater.
    """

    labels: Labels
    second: Labels
    lead: Plane

    def __post_init__(self) -> None:
        freeze_fields(self)

    def coverage(self, rows: Index, columns: Index, first: Index, second: Index) -> NDArray[np.float64]:
        """As half_edges.Coverage, by which φ of two colours are compared; exact enough to tell which is greater."""
        own, lead = self.labels[rows, columns], self.lead[rows, columns].astype(np.float64)
        sign = np.where(own == first, 1, np.where(own == second, -1, 0))
        return np.asarray(np.clip(0.5 + sign * lead, 0, 1))

    def crossings(self, y: Index, x: Index, vertical: Mask) -> Crossings:
        """Where φ of the two sides are equal between the middles of the cells beside cracks (crossings.Crossing)."""
        before = y - ~vertical, x - vertical
        behind, ahead = self.labels[before], self.labels[y, x]
        clean = (self.second[before] == ahead) & (self.second[y, x] == behind)
        lead_behind, lead_ahead = self.lead[before].astype(np.float64), self.lead[y, x]
        share = np.where(clean, lead_behind / np.maximum(lead_behind + lead_ahead, 1e-9), 0.5)
        position = np.where(vertical, x, y) - 0.5 + share
        return Crossings(across(position, y, x, vertical), clean)


def lattice_work(pixels: int) -> float:
    """The work of a lattice over so many pixels."""
    return _LATTICE * pixels


def fine_labels(shares: Shares) -> FineLabels:
    """The labels whose areas in the pixels are the shares seen there."""
    height, width = shares.label.shape
    spend(lattice_work(height * width))
    size = height * FINENESS, width * FINENESS
    labels, second, lead = np.empty(size, np.int16), np.empty(size, np.int16), np.ones(size, np.float32)
    for rows, columns in _tiles(height, width):
        inner = _scaled(rows), _scaled(columns)
        labels[inner], second[inner], lead[inner] = _tile(shares.around(rows, columns, MARGIN))
    return _without_specks(labels, second, lead)


def _without_specks(labels: Labels, second: Labels, lead: Plane) -> FineLabels:
    """The labels with components of at most SPECK cells given to the next best colour of each cell."""
    _, size, component = components(labels)
    small = (np.bincount(component, size) <= SPECK)[component]
    speck = np.repeat(small, size).reshape(labels.shape)
    return FineLabels(
        np.where(speck, second, labels), np.where(speck, labels, second), np.where(speck, np.float32(0), lead)
    )


def _tiles(height: int, width: int) -> Iterator[tuple[slice, slice]]:
    """Rows and columns of the squares that a picture is taken in."""
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            yield slice(top, min(top + TILE, height)), slice(left, min(left + TILE, width))


def _scaled(pixels: slice) -> slice:
    """The cells of a row or column of pixels."""
    return slice(pixels.start * FINENESS, pixels.stop * FINENESS)


def _tile(shares: Shares) -> tuple[Labels, Labels, Plane]:
    """Labels, second and lead (see FineLabels) of a tile without its margin, from the shares with it."""
    colors = distinct(np.concatenate([shares.label.ravel(), shares.other.ravel()]))
    if len(colors) == 1:
        size = [FINENESS * (pixels - 2 * MARGIN) for pixels in shares.label.shape]
        return np.full(size, colors[0]), np.full(size, colors[0]), np.ones(size, np.float32)
    trust = np.minimum(1, (TRUSTED / np.maximum(shares.error, 1e-6)) ** 2)
    cut = FINENESS * MARGIN
    phi = [plane[cut:-cut, cut:-cut] for plane in _levels(_planes(shares, colors), trust)]
    first, second = np.argsort(phi, axis=0)[:-3:-1]
    greatest, next_greatest = _two_greatest(phi)
    return colors[first], colors[second], greatest - next_greatest


def _planes(shares: Shares, colors: NDArray[np.int16]) -> list[Plane]:
    """The share of each of these colours, (K,), in each pixel, (h, w)."""
    return [shares.share * (shares.label == k) + (1 - shares.share) * (shares.other == k) for k in colors]


def _interpolated(unknowns: Plane) -> Plane:
    """φ, (H, W), from (h, w)."""
    smooth = cv2.GaussianBlur(unknowns, (0, 0), SMOOTHING, borderType=cv2.BORDER_REPLICATE)
    height, width = smooth.shape
    fine = cv2.resize(smooth, (width * FINENESS, height * FINENESS), interpolation=cv2.INTER_CUBIC)
    return np.asarray(fine, np.float32)


def _two_greatest(phi: list[Plane]) -> tuple[Plane, Plane]:
    """(H, W) each: the greatest and the next of two φ or more."""
    greatest, second = np.maximum(phi[0], phi[1]), np.minimum(phi[0], phi[1])
    for plane in phi[2:]:
        second = np.maximum(second, np.minimum(greatest, plane))
        greatest = np.maximum(greatest, plane)
    return greatest, second


def _areas(phi: list[Plane], slope: float) -> list[Plane]:
    """The area of each colour in each pixel, (h, w), the greatest φ passing into the next one over a slope; of two
    colours the first one's alone."""
    height, width = (cells // FINENESS for cells in phi[0].shape)
    greatest, second = _two_greatest(phi)
    result = []
    for plane in phi[: -1 if len(phi) == 2 else None]:
        lead = plane - np.where(plane >= greatest, second, greatest)
        inside = np.clip(lead / np.float32(2 * slope) + np.float32(0.5), 0, 1)
        result.append(np.asarray(cv2.resize(inside, (width, height), interpolation=cv2.INTER_AREA), np.float32))
    return result


def _all_levels(unknowns: list[Plane]) -> list[Plane]:
    """φ, (H, W) each, of unknowns, (h, w) each; a single one leaves the rest of every pixel to a second colour."""
    phi = [_interpolated(unknown) for unknown in unknowns]
    return [*phi, 1 - phi[0]] if len(phi) == 1 else phi


def _levels(seen: list[Plane], trust: Plane) -> list[Plane]:
    """φ, (H, W) each, whose areas are the shares seen, (h, w) each, as far as these are trusted, (h, w) in 0–1."""
    # Two colours fill their pixels: what the second one's unknowns would be follows from the first one's.
    seen = seen[:1] if len(seen) == 2 else seen
    unknowns = seen
    for slope in np.geomspace(SOFTEST, SHARPEST, STEPS).tolist():
        step = np.float32(min(1.0, 4 * slope)) * trust
        areas = _areas(_all_levels(unknowns), slope)
        unknowns = [
            unknown + step * (share - area) for unknown, share, area in zip(unknowns, seen, areas, strict=True)
        ]
    return _all_levels(unknowns)
