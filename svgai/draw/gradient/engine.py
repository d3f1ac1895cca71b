"""The gradient engine's recipe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from svgai.draw.contour.arcs import Arcs, locate
from svgai.draw.contour.engine import curves_of
from svgai.draw.contour.planar import OUTSIDE, Coverage, Index, planar_map
from svgai.draw.contour.stack import stack
from svgai.draw.gradient import surfaces
from svgai.draw.gradient.fields import Sample
from svgai.draw.gradient.overlays import Layers, cheapest
from svgai.draw.gradient.plan import GradientPlan
from svgai.draw.gradient.segments import Segments, segment
from svgai.draw.gradient.surfaces import Floats
from svgai.draw.gradient.watershed import Colors, premultiplied
from svgai.records import Declined, Drawing, Paint, Raster, Shape

# Pixels of a region that its paint is fitted to.
SAMPLE = 1500
# Least weight of a pixel that counts as a region's inside.
INSIDE = 0.3
# Two sides nearer than this (grey levels) tell nothing about where the edge between them lies.
CONTRAST = 14.0
# An edge between sides this much (grey levels) apart is known to 1 px; and the loosest tolerance (px).
BLUR, LOOSEST = 8.0, 2.0


def samples(colors: Colors, segments: Segments) -> Iterator[Sample]:
    """Of each region the pixels inside, at most SAMPLE, evenly spread; weights sum to all of the region's pixels."""
    w = segments.labels.shape[1]
    flat = segments.labels.ravel()
    order = np.argsort(flat, kind="stable")
    pixels, weights = colors.reshape(flat.size, -1), segments.interior.ravel()
    for at in np.split(order, np.cumsum(np.bincount(flat))[:-1]):
        inside = at[weights[at] > INSIDE]
        chosen = inside if len(inside) else at
        chosen = chosen[:: -(-len(chosen) // SAMPLE)]
        weight = weights[chosen].astype(np.float64)
        y, x = np.divmod(chosen, w)
        yield Sample(x + 0.5, y + 0.5, pixels[chosen].astype(np.float64), weight * (len(at) / weight.sum()))


def coverage_of(colors: Colors, segments: Segments, shapes: Floats) -> Coverage:
    """Shares of two regions in pixels, by projection between what their surfaces show there."""
    h, w = segments.labels.shape

    def coverage(y: Index, x: Index, a: Index, b: Index) -> NDArray[np.float64]:
        u, v = x - w / 2, y - h / 2
        first = np.clip(surfaces.evaluate(shapes, a, u, v), 0, 255)
        second = np.clip(surfaces.evaluate(shapes, b, u, v), 0, 255)
        span = first - second
        length = (span * span).sum(axis=1)
        share = ((colors[y, x] - second) * span).sum(axis=1) / np.maximum(length, 1e-9)
        own = segments.labels[y, x]
        owned = np.where(own == a, 1.0, np.where(own == b, 0.0, 0.5))
        return np.asarray(np.where(length < CONTRAST**2, owned, np.clip(share, 0, 1)))

    return coverage


def tolerances(arcs: Arcs, shapes: Floats, size: tuple[int, int], tolerance: float) -> NDArray[np.float64]:
    """(A,) px: how far each arc's curve may stray; further where the sides are so alike that their edge is a guess."""
    h, w = size
    inner = (arcs.left != OUTSIDE) & (arcs.right != OUTSIDE)
    arc = np.repeat(np.arange(len(inner)), np.diff(arcs.offsets))
    used = inner[arc]
    x, y = arcs.points[used, 0] - 0.5 - w / 2, arcs.points[used, 1] - 0.5 - h / 2
    left, right = (surfaces.evaluate(shapes, side[arc[used]], x, y) for side in (arcs.left, arcs.right))
    contrast = np.bincount(arc[used], np.sqrt(((left - right) ** 2).sum(axis=1)), len(inner))
    contrast /= np.maximum(np.bincount(arc[used], minlength=len(inner)), 1)
    loose = np.hypot(tolerance, BLUR / np.maximum(contrast, 1))
    return np.where(inner, np.minimum(loose, LOOSEST), tolerance)


def _layered(drawing: Drawing, layers: list[Layers | None]) -> Drawing:
    """The drawing with each paint's overlays on top of its shapes."""
    above: dict[Paint, tuple[Paint, ...]] = {k.paints[0]: k.paints[1:] for k in layers if k}
    shapes = [Shape(s.outline, p) for s in drawing.shapes for p in (s.paint, *above[s.paint])]
    return replace(drawing, shapes=tuple(shapes))


def draw(raster: Raster, plan: GradientPlan) -> Drawing | Declined:
    """Shaded art as stacked shapes with flat and gradient paints, or why it is none."""
    price = raster.area * plan.detail * 1e-4
    colors = premultiplied(raster.pixels)
    segments = segment(colors, raster.noise, price)
    layers = [cheapest(sample, price) for sample in samples(colors, segments)]
    shapes, _ = surfaces.fit(surfaces.measure(colors, segments.labels, segments.interior, segments.count))
    coverage = coverage_of(colors, segments, shapes)
    labels = segments.labels.astype(np.int16)
    planar = planar_map(labels, coverage)
    arcs = locate(planar, labels, coverage, plan.tolerance)
    arcs = replace(arcs, tolerance=tolerances(arcs, shapes, segments.labels.shape, plan.tolerance))
    drawing = stack(planar, curves_of(arcs), [k.paints[0] if k else None for k in layers])
    return _layered(drawing, layers)
