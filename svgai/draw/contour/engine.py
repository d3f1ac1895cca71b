"""The contour engine's recipe."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.draw.contour.arcs import LOOSEST, Arcs, Crossing, lattice, locate, summed
from svgai.draw.contour.border import moved_to_page, ringed_pixels, to_page
from svgai.draw.contour.curves import Curves
from svgai.draw.contour.fit import fit
from svgai.draw.contour.labels import Labels, label
from svgai.draw.contour.levels import FINENESS, fine_labels
from svgai.draw.contour.metric import Metric
from svgai.draw.contour.palette import Palette, Seeds, find_palette, premultiply
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.contour.planar import OUTSIDE, Coverage, Index, PlanarMap, planar_map
from svgai.draw.contour.refine import refined, risen
from svgai.draw.contour.shapes import idealized, recognized
from svgai.draw.contour.stack import stack
from svgai.records import Color, Declined, Drawing, Ellipse, Flat, Paint, Pixels, Raster, Rect
from svgai.render import render
from svgai.svg import write


def flat_coverage(premultiplied: Pixels, palette: Palette, metric: Metric) -> Coverage:
    """Shares of two palette colours in pixels, by projection on the line between them."""
    colors = metric.features(palette.premultiplied)

    def coverage(y: Index, x: Index, a: Index, b: Index) -> NDArray[np.float64]:
        d = colors[a] - colors[b]
        length = np.maximum(np.einsum("ij,ij->i", d, d), 1e-9)
        seen = metric.features(premultiplied[y, x].astype(np.float32)) - colors[b]
        return np.asarray(np.clip(np.einsum("ij,ij->i", seen, d) / length, 0, 1), np.float64)

    return coverage


def tolerances(m: PlanarMap, palette: Palette, metric: Metric, least: float) -> NDArray[np.float64]:
    """(A,) how far each arc's curve may stray, px: what noise does to a sum of coverage, and `least`."""
    colors = metric.features(palette.premultiplied)
    contrast = np.linalg.norm(colors[m.left_label] - colors[m.right_label], axis=1)
    # The sum over 6 pixels has √6 times a pixel's noise, and the fit must hold the greatest of many.
    noise = 4 * np.sqrt(3) * metric.noise / np.maximum(contrast, 1e-6)
    return np.asarray(np.minimum(np.hypot(least, noise), max(LOOSEST, least)))


def curves_of(arcs: Arcs) -> Curves:
    """The fitted arcs; those along the picture's border, whose points are exact, as lines from point to point."""
    border = (arcs.left == OUTSIDE) | (arcs.right == OUTSIDE)
    inner, outer = np.flatnonzero(~border), np.flatnonzero(border)
    fitted, straight = fit(arcs.take(inner)), polylines(arcs.take(outer))
    counts = np.zeros(len(border), np.int64)
    counts[inner], counts[outer] = np.diff(fitted.offsets), np.diff(straight.offsets)
    arc = np.concatenate([np.repeat(inner, counts[inner]), np.repeat(outer, counts[outer])])
    order = np.argsort(arc, kind="stable")
    beziers = np.concatenate([fitted.beziers, straight.beziers])[order]
    corner = np.concatenate([fitted.corner, straight.corner])[order]
    return Curves(beziers, np.concatenate([[0], np.cumsum(counts)]), corner)


def polylines(arcs: Arcs) -> Curves:
    """Arcs as lines from point to point."""
    following = np.arange(1, len(arcs.points) + 1)
    last = arcs.offsets[1:] - 1
    following[last[arcs.closed]] = arcs.offsets[:-1][arcs.closed]
    begins = np.delete(np.arange(len(following)), last[~arcs.closed])
    start, end = arcs.points[begins], arcs.points[following[begins]]
    offsets = arcs.offsets - np.concatenate([[0], np.cumsum(~arcs.closed)])
    return Curves(np.stack([start, start, end, end], axis=1), offsets, np.ones(len(begins), bool))


def _paints(palette: Palette) -> list[Paint | None]:
    return [Flat(Color(*map(int, c[:3])), round(int(c[3]) / 255, 3)) if c[3] else None for c in palette.rgba]


# Of the pixels far from edges flat art has none that change slowly, shaded art 2 % and more (in the corpus); in coded
# pictures ripples are 10 %.
SMOOTH_LIMIT, SMOOTH_LIMIT_CODED = 0.015, 0.2
# Photographs are more than half edges; so are small icons.
EDGES_LIMIT, EDGES_AREA = 0.45, 10_000
# More arcs than this are noise or texture, and would take seconds.
MOST_ARCS = 1500
# Four Gauss–Newton steps get nearly all there is; above this size a render costs more than they are worth.
REFINEMENTS, REFINED_PIXELS = 4, 4_000_000
# A step that leaves more of the squared error than POOR did harm somewhere, one that leaves more than SETTLED is the
# last; below INVISIBLE, squared grey levels a pixel, nothing is left to gain.
POOR, SETTLED, INVISIBLE = 0.8, 0.95, 0.3
# A picture up to this size that its drawing misses by this squared error a pixel is tried on a finer lattice.
DENSE_AREA, DENSE_ERROR = 100_000, 4.0
# Up to this size that costs little and gains from this error on.
ICON_AREA, ICON_ERROR = 70 * 70, 1.5
# The finer lattice wins if its error falls by more than this power of its segments grows.
SEGMENT_POWER = 0.9
# Its points know the place of an edge less well than sums of coverage do: so much more may a curve stray from them.
LEVEL_TOLERANCE = 1.25


def _refusal(raster: Raster, seeds: Seeds, plan: ContourPlan) -> str | None:
    """Why a picture with these flat colours is no flat art, or None."""
    if not len(seeds.palette):
        return "no flat areas"
    if len(seeds.palette) >= plan.max_colors:
        return f"more than {plan.max_colors} flat colours"
    if seeds.smooth > (SMOOTH_LIMIT_CODED if raster.noise else SMOOTH_LIMIT):
        return f"{100 * seeds.smooth:.0f} % of it is shaded"
    edges = float((seeds.labels < 0).mean())
    if edges > EDGES_LIMIT and raster.area > EDGES_AREA:
        return f"{100 * edges:.0f} % of it is edges: noise or texture"
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Composition:
    """All that makes a drawing but the curves, in the coordinates of the ringed picture."""

    map: PlanarMap
    arcs: Arcs
    palette: Palette
    pixels: Pixels
    known: dict[int, Ellipse | Rect]
    decimals: int

    def drawing(self, curves: Curves) -> Drawing:
        height, width = self.pixels.shape[:2]
        page = to_page(self.map, curves)
        return stack(self.map, page, _paints(self.palette), width - 2, height - 2, self.known)

    def rendered(self, drawing: Drawing) -> Pixels:
        shown = premultiply(render(write(drawing, self.decimals), drawing.width, drawing.height).pixels)
        result = self.pixels.copy()
        result[1:-1, 1:-1] = shown
        return result

    def error(self, rendered: Pixels) -> float:
        """The mean squared error of what is shown."""
        return cv2.norm(self.pixels, rendered, cv2.NORM_L2SQR) / self.pixels.size


@dataclass(frozen=True, slots=True, eq=False)
class _Attempt:
    """Curves, what they draw, how that looks and its error."""

    curves: Curves
    drawing: Drawing
    shown: Pixels
    error: float

    @property
    def cost(self) -> float:
        """What decides between lattices: error, and segments by SEGMENT_POWER."""
        return self.error * math.pow(max(self.drawing.segment_count, 1), SEGMENT_POWER)


def _attempt(c: _Composition, curves: Curves) -> _Attempt:
    drawing = c.drawing(curves)
    shown = c.rendered(drawing)
    return _Attempt(curves, drawing, shown, c.error(shown))


def _step(c: _Composition, now: _Attempt) -> _Attempt:
    """What a Gauss–Newton step leads to; a poor one is made anew without the segments near which it did harm."""

    def attempt(held: NDArray[np.bool_]) -> _Attempt:
        sides = c.arcs.closed, c.arcs.left, c.arcs.right
        return _attempt(c, refined(now.curves, *sides, c.palette.premultiplied, c.pixels, now.shown, held))

    whole = attempt(np.zeros(len(now.curves.corner), bool))
    if whole.error < POOR * now.error:
        return whole
    rose = risen(now.curves.beziers, c.pixels, now.shown, whole.shown)
    return min(whole, attempt(rose), key=lambda a: a.error)


def _refined(c: _Composition, curves: Curves) -> _Attempt:
    """The drawing after the Gauss–Newton steps that lower its error."""
    now = _attempt(c, curves)
    if c.pixels[..., 0].size > REFINED_PIXELS:
        return now
    for _ in range(REFINEMENTS):
        if now.error <= INVISIBLE:
            break
        then = _step(c, now)
        if then.error >= now.error:
            break
        done = then.error > SETTLED * now.error
        now = then
        if done:
            break
    return now


def _composed(
    labels: Labels, ringed: Pixels, m: PlanarMap, crossing: Crossing, metric: Metric, plan: ContourPlan
) -> _Attempt:
    """The refined drawing of a planar map."""
    tolerance = plan.tolerance * (LEVEL_TOLERANCE if m.fineness > 1 else 1)
    allowed = tolerances(m, labels.palette, metric, tolerance)
    arcs = locate(m, crossing, allowed, ring=m.fineness)
    curves = curves_of(arcs)
    shapes = recognized(arcs, curves)
    known = {k: moved_to_page(shape) for k, shape in shapes.items()}
    return _refined(_Composition(m, arcs, labels.palette, ringed, known, plan.decimals), idealized(curves, shapes))


def _finer(labels: Labels, ringed: Pixels, metric: Metric, plan: ContourPlan) -> _Attempt | None:
    """The drawing from labels on a finer lattice; None where that has too many arcs."""
    fine = fine_labels(labels.shares)
    m = planar_map(fine.labels, fine.coverage, FINENESS)
    return _composed(labels, ringed, m, fine.crossings, metric, plan) if m.arc_count <= MOST_ARCS else None


def draw(raster: Raster, plan: ContourPlan) -> Drawing | Declined:
    """Flat art as stacked shapes of its own colours, or why it is none."""
    premultiplied = premultiply(raster.pixels)
    seeds = find_palette(raster, premultiplied, plan.max_colors)
    refusal = _refusal(raster, seeds, plan)
    if refusal:
        return Declined(refusal)
    labels = label(raster, premultiplied, seeds, plan.max_colors)
    ringed = ringed_pixels(premultiplied, labels.labels, labels.palette)
    metric = Metric(raster.noise)
    coverage = flat_coverage(ringed, labels.palette, metric)
    m = planar_map(labels.labels, coverage)
    if seeds.exact:
        page = to_page(m, polylines(lattice(m)))
        return stack(m, page, _paints(labels.palette), raster.width, raster.height)
    if m.arc_count > MOST_ARCS:
        return Declined(f"{m.arc_count} pieces of outline: noise or texture")
    coarse = _composed(labels, ringed, m, summed(labels.labels, coverage), metric, plan)
    area, least = (ICON_AREA, ICON_ERROR) if raster.area <= ICON_AREA else (DENSE_AREA, DENSE_ERROR)
    if raster.noise or raster.area > area or coarse.error < least:
        return coarse.drawing
    fine = _finer(labels, ringed, metric, plan)
    return fine.drawing if fine and fine.cost < coarse.cost else coarse.drawing
