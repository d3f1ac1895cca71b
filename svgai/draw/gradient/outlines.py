"""Regions → curves: the contour engine's planar map and sub-pixel arcs, with two surfaces to every edge."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Floats, Index, Pixels, Plane, RegionLabels
from svgai.draw.gradient.regions.edge_colors import Sides, sides
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.fit.fit import curves_of
from svgai.draw.outline.planar.arcs import Arcs, locate, summed
from svgai.draw.outline.planar.planar_map import OUTSIDE, Coverage, PlanarMap, planar_map
from svgai.draw.outline.refine import stepped
from svgai.draw.outline.shapes import idealized, recognized
from svgai.draw.outline.stack.page import moved_to_page, to_page
from svgai.draw.outline.stack.stack import stack
from svgai.drawing import Drawing, Ellipse, Paint, Rect

# Two sides nearer than this (grey levels) tell nothing about where the edge between them lies.
CONTRAST = 14.0
# An edge between sides this much (grey levels) apart is known to 1 px; and the loosest tolerance (px).
BLUR, LOOSEST = 8.0, 1.5
# Passes of (1 2 1)/4 along an arc whose edge is a guess: a σ of 4 px.
SMOOTHINGS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
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

    def moved(self, source: Pixels, rendered: Pixels) -> Outlines:
        """The outlines after a Gauss–Newton step towards the source; both pictures ringed and premultiplied."""
        left, right = (np.where(side >= 0, row, OUTSIDE) for side, row in self._rows())
        return replace(self, curves=stepped(self.curves, self.arcs.closed, left, right, self.sides, source, rendered))

    def _rows(self) -> tuple[tuple[Index, Index], tuple[Index, Index]]:
        row = 2 * np.arange(len(self.arcs.closed))
        return (self.arcs.left, row), (self.arcs.right, row + 1)

    def drawing(self, paints: list[Paint | None]) -> Drawing:
        """The outlines on the page, with the paint of each region."""
        page = to_page(self.map, self.curves)
        return stack(self.map, page, paints, self.map.width - 2, self.map.height - 2, self.known)


def coverage_of(colors: Colors, labels: RegionLabels, known: Sides) -> Coverage:
    """Shares of two regions in the pixels of a ringed map, by projection between what both show there."""
    h, w = labels.shape

    def coverage(y: Index, x: Index, a: Index, b: Index) -> Floats:
        y, x = np.clip(y - 1, 0, h - 1), np.clip(x - 1, 0, w - 1)
        second = known.at(b, y * w + x)
        span = known.at(a, y * w + x) - second
        length = (span * span).sum(axis=1)
        share = ((colors[y, x] - second) * span).sum(axis=1) / np.maximum(length, 1e-9)
        own = labels[y, x]
        owned = np.where(own == a, 1.0, np.where(own == b, 0.0, 0.5))
        return np.asarray(np.where(length < CONTRAST**2, owned, np.clip(share, 0, 1)))

    return coverage


def _sides(arcs: Arcs, known: Sides) -> tuple[NDArray[np.float32], Floats]:
    """Outlines.sides, and (A,) the mean contrast of each arc (grey levels), 0 along the picture's border."""
    h, w = known.size
    count = len(arcs.closed)
    inner = (arcs.left != OUTSIDE) & (arcs.right != OUTSIDE)
    arc = np.repeat(np.arange(count), np.diff(arcs.offsets))
    used = inner[arc]
    arc = arc[used]
    x, y = np.clip(arcs.points[used].astype(np.int64) - 1, 0, [w - 1, h - 1]).T
    seen = [known.at(side[arc], y * w + x) for side in (arcs.left, arcs.right)]
    points = np.maximum(np.bincount(arc, minlength=count), 1)
    contrast = np.bincount(arc, np.linalg.norm(seen[0] - seen[1], axis=1), count) / points
    colors = np.full((count, 2, 4), 255, np.float32)
    for side, channels in enumerate(seen):
        for k, values in enumerate(channels.T):
            colors[:, side, k] = np.bincount(arc, values, count) / points
    return colors.reshape(-1, 4), contrast


def _loosened(contrast: Floats, tolerance: float) -> Floats:
    """(A,) px: how far each arc's curve may stray; further where the sides are so alike that their edge is a guess."""
    loose = np.hypot(tolerance, BLUR / np.maximum(contrast, 1))
    return np.where(contrast > 0, np.minimum(loose, LOOSEST), tolerance)


def _smoothed(arcs: Arcs, loose: NDArray[np.bool_]) -> Arcs:
    """The arcs with the points of loose ones averaged along them: where an edge is a guess, its steps are noise."""
    lengths = np.diff(arcs.offsets)
    arc = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(len(arc)) - arcs.offsets[arc]
    before, after = (arcs.offsets[arc] + (place + step) % lengths[arc] for step in (-1, 1))
    at_end = ((place == 0) | (place == lengths[arc] - 1)) & ~arcs.closed[arc]
    moves = np.flatnonzero(loose[arc] & ~at_end)
    points = arcs.points.copy()
    for _ in range(SMOOTHINGS):
        points[moves] = points[moves] / 2 + (points[before[moves]] + points[after[moves]]) / 4
    return replace(arcs, points=points)


def outlines(colors: Colors, labels: RegionLabels, interior: Plane, tolerance: float) -> Outlines:
    """The outlines of regions, labels below 32768.

    interior: weights, how far each pixel is its region's inside. tolerance: px, how far a curve may stray from a clear
    edge.
    """
    known = sides(colors, labels, interior)
    coverage = coverage_of(colors, labels, known)
    ringed = np.pad(labels.astype(np.int16), 1, mode="edge")
    planar = planar_map(ringed, coverage)
    arcs = locate(planar, summed(ringed, coverage), tolerance, ring=1)
    colors_beside, contrast = _sides(arcs, known)
    arcs = replace(arcs, tolerance=_loosened(contrast, tolerance))
    arcs = _smoothed(arcs, arcs.tolerance > 2 * tolerance)
    curves = curves_of(arcs)
    shapes = recognized(arcs, curves)
    placed = {k: moved_to_page(shape) for k, shape in shapes.items()}
    return Outlines(planar, arcs, idealized(curves, shapes), placed, colors_beside)
