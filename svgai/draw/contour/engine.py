"""The contour engine's recipe."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.draw.contour.arcs import Arcs, locate
from svgai.draw.contour.border import ringed_pixels, to_page
from svgai.draw.contour.curves import Curves
from svgai.draw.contour.fit import fit
from svgai.draw.contour.labels import label
from svgai.draw.contour.palette import Palette, find_palette, premultiply
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.contour.planar import OUTSIDE, Coverage, Index, planar_map
from svgai.draw.contour.stack import stack
from svgai.records import Color, Declined, Drawing, Flat, Paint, Pixels, Raster


def flat_coverage(premultiplied: Pixels, palette: Palette) -> Coverage:
    """Shares of two palette colours in pixels, by projection on the line between them."""
    colors = palette.premultiplied.astype(np.float64)

    def coverage(y: Index, x: Index, a: Index, b: Index) -> NDArray[np.float64]:
        d = colors[a] - colors[b]
        length = np.maximum(np.einsum("ij,ij->i", d, d), 1e-9)
        return np.asarray(np.clip(np.einsum("ij,ij->i", premultiplied[y, x] - colors[b], d) / length, 0, 1))

    return coverage


def curves_of(arcs: Arcs) -> Curves:
    """The fitted arcs; those along the picture's border, whose points are exact, as lines from point to point."""
    border = (arcs.left == OUTSIDE) | (arcs.right == OUTSIDE)
    fitted = fit(arcs.take(np.flatnonzero(~border)))
    lines = [_polyline(arcs, k) for k in np.flatnonzero(border)]
    counts = np.zeros(len(border), np.int64)
    counts[~border] = np.diff(fitted.offsets)
    counts[border] = [len(b) for b in lines]
    order = np.argsort(np.concatenate([np.repeat(np.flatnonzero(~border), counts[~border]),
                                       np.repeat(np.flatnonzero(border), counts[border])]), kind="stable")  # fmt: skip
    beziers = np.concatenate([fitted.beziers, *lines])[order]
    corner = np.concatenate([fitted.corner, *(np.ones(len(b), bool) for b in lines)])[order]
    return Curves(beziers, np.concatenate([[0], np.cumsum(counts)]), corner)


def _polyline(arcs: Arcs, k: int) -> NDArray[np.float64]:
    points = arcs.points[arcs.offsets[k] : arcs.offsets[k + 1]]
    ends = np.roll(points, -1, axis=0) if arcs.closed[k] else points[1:]
    starts = points[: len(ends)]
    return np.stack([starts, starts, ends, ends], axis=1)


def _paints(palette: Palette) -> list[Paint | None]:
    return [Flat(Color(*map(int, c[:3])), round(int(c[3]) / 255, 3)) if c[3] else None for c in palette.rgba]


def draw(raster: Raster, plan: ContourPlan) -> Drawing | Declined:
    """Flat art as stacked shapes of its own colours, or why it is none."""
    premultiplied = premultiply(raster.pixels)
    seeds = find_palette(raster, premultiplied, plan.max_colors)
    labels = label(raster, premultiplied, seeds, plan.max_colors)
    ringed = ringed_pixels(premultiplied, labels.labels, labels.palette)
    coverage = flat_coverage(ringed, labels.palette)
    m = planar_map(labels.labels, coverage)
    arcs = locate(m, labels.labels, coverage, plan.tolerance, ring=1)
    curves = to_page(m, curves_of(arcs))
    return stack(m, curves, _paints(labels.palette), raster.width, raster.height)
