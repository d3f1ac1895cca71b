"""Regions → curves: the contour engine's planar map and sub-pixel arcs, with two surfaces to every edge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Floats, Index, Mask, Pixels, Plane, RegionLabels, freeze_fields
from svgai.draw.gradient.regions.edge_colors import EdgeColors, edge_colors_of
from svgai.draw.gradient.regions.shares import shares_of
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.fine_lattice import FINENESS, LEVEL_TOLERANCE, fine_labels
from svgai.draw.outline.fit.fit import curves_of
from svgai.draw.outline.planar.arcs import Arcs, locate
from svgai.draw.outline.planar.crossings import Crossing, summed
from svgai.draw.outline.planar.half_edges import Coverage
from svgai.draw.outline.planar.planar_map import OUTSIDE, PlanarMap, planar_map
from svgai.draw.outline.refine import Edges, stepped, wanted
from svgai.draw.outline.shapes import idealized, recognized
from svgai.draw.outline.stack.page import moved_to_page, to_page
from svgai.draw.outline.stack.stack import Known, stack
from svgai.draw.ragged import owners, ranks
from svgai.drawing import Drawing, Ellipse, Paint, Rect
from svgai.records import Record

# Two sides within 14 grey levels of each other tell nothing about where the edge between them lies (by eye).
CONTRAST = 14.0
# An edge between sides 8 grey levels apart is known to 1 px, in inverse proportion; no curve strays by more than 1.5
# px from its points (by eye).
BLUR, LOOSEST = 8.0, 1.5
# An arc whose tolerance is more than twice that of a clear edge is a guess: its points are averaged along it.
GUESS = 2.0
# Points of a guess are averaged 32 times with (1 2 1)/4, a Gaussian of σ 4 px in all (by eye); on a finer lattice as
# many times more as the square of its fineness, for the same σ.
SMOOTHINGS = 32


class Outlines(Record):
    """The outlines of regions, in the coordinates of the picture with a ring of one pixel around.

    map: the planar map; arcs: its sub-pixel arcs; curves: fitted to them; known: closed arcs that are a simple shape,
    on the page. sides: (2A, 4) float32, what arc k has on its left, row 2k, and on its right, row 2k + 1, on average:
    premultiplied, 0–255.
    """

    map: PlanarMap
    arcs: Arcs
    curves: Curves
    known: dict[int, Ellipse | Rect]
    sides: NDArray[np.float32]

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def edges(self) -> Edges:
        """What lies to either side of the arcs: each one's own two colours."""
        row = 2 * np.arange(len(self.arcs.closed))
        left = np.where(self.arcs.left >= 0, row, OUTSIDE)
        right = np.where(self.arcs.right >= 0, row + 1, OUTSIDE)
        return Edges.between(self.arcs.closed, left, right, self.sides)

    def moved(self, source: Pixels, rendered: Pixels) -> Outlines:
        """The outlines after a Gauss–Newton step towards the source; both pictures ringed and premultiplied."""
        want = wanted(self.curves, self.edges, source, rendered)
        return replace(self, curves=stepped(self.curves, self.edges, want))

    def drawing(self, paints: list[Paint | None], for_good: bool = False) -> Drawing:
        """The outlines on the page, with the paint of each region; for_good: hidden edges as simply as may be."""
        page = to_page(self.map, self.curves)
        size = self.map.width // self.map.fineness - 2, self.map.height // self.map.fineness - 2
        return stack(self.map, page, paints, size, Known(self.known), for_good)


def coverage_of(colors: Colors, labels: RegionLabels, known: EdgeColors) -> Coverage:
    """Shares of two regions in the pixels of a ringed map, by projection between what both show there."""
    height, width = labels.shape

    def coverage(rows: Index, columns: Index, first: Index, second: Index) -> Floats:
        y, x = np.clip(rows - 1, 0, height - 1), np.clip(columns - 1, 0, width - 1)
        second_color = known.at(second, y * width + x)
        span = known.at(first, y * width + x) - second_color
        length = (span * span).sum(axis=1)
        share = ((colors[y, x] - second_color) * span).sum(axis=1) / np.maximum(length, 1e-9)
        own = labels[y, x]
        owned = np.where(own == first, 1.0, np.where(own == second, 0.0, 0.5))
        return np.asarray(np.where(length < CONTRAST**2, owned, np.clip(share, 0, 1)))

    return coverage


def _sides(arcs: Arcs, known: EdgeColors) -> tuple[NDArray[np.float32], Floats]:
    """Outlines.sides, and (A,) the mean contrast of each arc (grey levels), 0 along the picture's border."""
    height, width = known.size
    count = len(arcs.closed)
    inner = (arcs.left != OUTSIDE) & (arcs.right != OUTSIDE)
    arc = owners(arcs.counts)
    used = inner[arc]
    arc = arc[used]
    x, y = np.clip(arcs.points[used].astype(np.int64) - 1, 0, [width - 1, height - 1]).T
    seen = [known.at(side[arc], y * width + x) for side in (arcs.left, arcs.right)]
    points = np.maximum(np.bincount(arc, minlength=count), 1)
    contrast = np.bincount(arc, np.linalg.norm(seen[0] - seen[1], axis=1), count) / points
    colors = np.full((count, 2, 4), 255, np.float32)
    for side, channels in enumerate(seen):
        for channel, values in enumerate(channels.T):
            colors[:, side, channel] = np.bincount(arc, values, count) / points
    return colors.reshape(-1, 4), contrast


def _loosened(contrast: Floats, tolerance: float) -> Floats:
    """(A,) px: how far each arc's curve may stray; further where the sides are so alike that their edge is a guess."""
    loose = np.hypot(tolerance, BLUR / np.maximum(contrast, 1))
    return np.where(contrast > 0, np.minimum(loose, LOOSEST), tolerance)


def _smoothed(arcs: Arcs, loose: Mask, rounds: int) -> Arcs:
    """The arcs with the points of loose ones averaged along them: where an edge is a guess, its steps are noise."""
    arc, place = owners(arcs.counts), ranks(arcs.counts)
    count = arcs.counts[arc]
    before, after = (arcs.offsets[arc] + (place + step) % count for step in (-1, 1))
    at_end = ((place == 0) | (place == count - 1)) & ~arcs.closed[arc]
    moves = np.flatnonzero(loose[arc] & ~at_end)
    points = arcs.points.copy()
    for _ in range(rounds):
        points[moves] = points[moves] / 2 + (points[before[moves]] + points[after[moves]]) / 4
    return replace(arcs, points=points)


class Areas(Record):
    """A picture's regions, and what is needed to find the edges between them.

    colors: (h, w, c) premultiplied, 0–255. labels: (h, w), below 32768. known: the colours of the regions near their
    borders. strength: (h, w) of edges, grey levels a pixel.
    """

    colors: Colors
    labels: RegionLabels
    known: EdgeColors
    strength: Plane

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def of(cls, colors: Colors, labels: RegionLabels, interior: Plane, strength: Plane) -> Areas:
        """interior: (h, w) weights, how far each pixel is its region's inside."""
        return cls(colors, labels, edge_colors_of(colors, labels, interior), strength)

    def outlines(self, tolerance: float) -> Outlines:
        """The outlines; tolerance: px, how far a curve may stray from a clear edge."""
        coverage = coverage_of(self.colors, self.labels, self.known)
        ringed = np.pad(self.labels.astype(np.int16), 1, mode="edge")
        return self._outlines(planar_map(ringed, coverage), summed(ringed, coverage), tolerance)

    def fine_outlines(self, tolerance: float) -> Outlines:
        """The outlines from a finer lattice: exact in small pictures, where sums of coverage meet other edges."""
        seen = shares_of(self.colors, self.labels, self.known, self.strength)
        fine = fine_labels(seen.around(slice(0, len(self.labels)), slice(0, self.labels.shape[1]), 1))
        planar = planar_map(fine.labels, fine.coverage, FINENESS)
        return self._outlines(planar, fine.crossings, LEVEL_TOLERANCE * tolerance)

    def _outlines(self, planar: PlanarMap, crossing: Crossing, tolerance: float) -> Outlines:
        arcs = locate(planar, crossing, tolerance, ring=planar.fineness)
        colors_beside, contrast = _sides(arcs, self.known)
        loosened = _loosened(contrast, tolerance)
        arcs = _smoothed(arcs, loosened > GUESS * tolerance, SMOOTHINGS * planar.fineness**2)
        arcs = replace(arcs, tolerance=np.maximum(arcs.tolerance, loosened))
        curves = curves_of(arcs)
        shapes = recognized(arcs, curves)
        placed = {k: moved_to_page(shape) for k, shape in shapes.items()}
        return Outlines(planar, arcs, idealized(curves, shapes), placed, colors_beside)
