"""The gradient engine's recipe."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.draw.contour.arcs import Arcs, locate
from svgai.draw.contour.border import to_page
from svgai.draw.contour.engine import curves_of
from svgai.draw.contour.planar import OUTSIDE, Coverage, Index, planar_map
from svgai.draw.contour.stack import stack
from svgai.draw.gradient.joins import painted
from svgai.draw.gradient.overlays import Layers
from svgai.draw.gradient.plan import GradientPlan
from svgai.draw.gradient.sampling import samples
from svgai.draw.gradient.segments import Segments, segment
from svgai.draw.gradient.settle import SOFT
from svgai.draw.gradient.sides import Sides, sides
from svgai.draw.gradient.watershed import Colors, Labels, Plane, premultiplied
from svgai.records import Declined, Drawing, Paint, Raster, Shape

# Two sides nearer than this (grey levels) tell nothing about where the edge between them lies.
CONTRAST = 14.0
# An edge between sides this much (grey levels) apart is known to 1 px; and the loosest tolerance (px).
BLUR, LOOSEST = 8.0, 1.5
# Passes of (1 2 1)/4 along such an arc: a σ of 2 px.
SMOOTHINGS = 8
# Width (px) of the seam along a soft border, and what its pixels count for.
SEAM, SEAM_WEIGHT = 7, 4.0


def coverage_of(colors: Colors, labels: Labels, known: Sides) -> Coverage:
    """Shares of two regions in the pixels of a ringed map, by projection between what both show there."""
    h, w = labels.shape

    def coverage(y: Index, x: Index, a: Index, b: Index) -> NDArray[np.float64]:
        y, x = np.clip(y - 1, 0, h - 1), np.clip(x - 1, 0, w - 1)
        second = known.at(b, y * w + x)
        span = known.at(a, y * w + x) - second
        length = (span * span).sum(axis=1)
        share = ((colors[y, x] - second) * span).sum(axis=1) / np.maximum(length, 1e-9)
        own = labels[y, x]
        owned = np.where(own == a, 1.0, np.where(own == b, 0.0, 0.5))
        return np.asarray(np.where(length < CONTRAST**2, owned, np.clip(share, 0, 1)))

    return coverage


def tolerances(arcs: Arcs, known: Sides, tolerance: float) -> NDArray[np.float64]:
    """(A,) px: how far each arc's curve may stray; further where the sides are so alike that their edge is a guess."""
    h, w = known.size
    inner = (arcs.left != OUTSIDE) & (arcs.right != OUTSIDE)
    arc = np.repeat(np.arange(len(inner)), np.diff(arcs.offsets))
    used = inner[arc]
    x, y = np.clip(arcs.points[used].astype(np.int64) - 1, 0, [w - 1, h - 1]).T
    left, right = (known.at(side[arc[used]], y * w + x) for side in (arcs.left, arcs.right))
    contrast = np.bincount(arc[used], np.sqrt(((left - right) ** 2).sum(axis=1)), len(inner))
    contrast = contrast / np.maximum(np.bincount(arc[used], minlength=len(inner)), 1)
    loose = np.hypot(tolerance, BLUR / np.maximum(contrast, 1))
    return np.where(inner, np.minimum(loose, LOOSEST), tolerance)


def border_weights(segments: Segments) -> Plane:
    """(h, w): the weights for fitting colours, more along soft borders: there a difference of paints shows as a step."""
    labels = segments.labels.astype(np.float32)
    window = np.ones((SEAM, SEAM), np.uint8)
    near = cv2.dilate(labels, window) != cv2.erode(labels, window)
    soft = cv2.dilate(segments.strength, window) < SOFT
    return np.where(near & soft, SEAM_WEIGHT * segments.interior, segments.interior)


def smoothed(arcs: Arcs, loose: NDArray[np.bool_]) -> Arcs:
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


def _layered(drawing: Drawing, layers: list[Layers | None]) -> Drawing:
    """The drawing with each paint's overlays on top of its shapes."""
    above: dict[Paint, tuple[Paint, ...]] = {k.paints[0]: k.paints[1:] for k in layers if k}
    shapes = [Shape(s.outline, p) for s in drawing.shapes for p in (s.paint, *above[s.paint])]
    return replace(drawing, shapes=tuple(shapes))


def draw(raster: Raster, plan: GradientPlan) -> Drawing | Declined:
    """Shaded art as stacked shapes with flat and gradient paints, or why it is none."""
    price = plan.price_for(raster.area)
    colors = premultiplied(raster.pixels)
    segments = segment(colors, raster.noise, price)
    found = samples(colors, segments.labels, border_weights(segments), np.arange(segments.count))
    paints = painted(list(found), segments.labels, segments.strength, price)
    labels = np.asarray(paints.owner[segments.labels], np.int32)
    known = sides(colors, labels, segments.interior)
    coverage = coverage_of(colors, labels, known)
    ringed = np.pad(labels.astype(np.int16), 1, mode="edge")
    planar = planar_map(ringed, coverage)
    arcs = locate(planar, ringed, coverage, plan.tolerance, ring=1)
    arcs = replace(arcs, tolerance=tolerances(arcs, known, plan.tolerance))
    arcs = smoothed(arcs, arcs.tolerance > 2 * plan.tolerance)
    curves = to_page(planar, curves_of(arcs))
    drawing = stack(planar, curves, [k.paints[0] if k else None for k in paints.layers], raster.width, raster.height)
    return _layered(drawing, paints.layers)
