"""The contour engine's recipe."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.draw.contour.arcs import LOOSEST, Arcs, lattice, locate
from svgai.draw.contour.border import moved_to_page, ringed_pixels, to_page
from svgai.draw.contour.curves import Curves
from svgai.draw.contour.fit import fit
from svgai.draw.contour.inking import Ink, overlaid, paying
from svgai.draw.contour.labels import label
from svgai.draw.contour.lines import Line, lines, thin_masks, wide_masks
from svgai.draw.contour.metric import Metric
from svgai.draw.contour.palette import Palette, Seeds, find_palette, premultiply
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.contour.planar import OUTSIDE, Coverage, Index, PlanarMap, planar_map
from svgai.draw.contour.refine import refined
from svgai.draw.contour.settling import centred
from svgai.draw.contour.shapes import idealized, recognized
from svgai.draw.contour.stack import stack
from svgai.draw.contour.strokes import Stroke, fitted, joined, long_enough, shifted, styled
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
# Two Gauss–Newton steps get nearly all there is; above this size a render costs more than they are worth.
REFINEMENTS, REFINED_PIXELS = 2, 4_000_000


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

    def drawing(self, curves: Curves) -> Drawing:
        height, width = self.pixels.shape[:2]
        page = to_page(self.map, curves)
        return stack(self.map, page, _paints(self.palette), width - 2, height - 2, self.known)

    def rendered(self, drawing: Drawing, plan: ContourPlan) -> Pixels:
        shown = premultiply(render(write(drawing, plan.decimals), drawing.width, drawing.height).pixels)
        result = self.pixels.copy()
        result[1:-1, 1:-1] = shown
        return result

    def error(self, rendered: Pixels) -> float:
        """The mean squared error of what is shown."""
        return cv2.norm(self.pixels, rendered, cv2.NORM_L2SQR) / self.pixels.size


def _refined(c: _Composition, curves: Curves, plan: ContourPlan) -> Drawing:
    """The drawing after the Gauss–Newton steps that lower its error."""
    drawing = c.drawing(curves)
    if drawing.width * drawing.height > REFINED_PIXELS:
        return drawing
    shown = c.rendered(drawing, plan)
    for _ in range(REFINEMENTS):
        sides = c.arcs.closed, c.arcs.left, c.arcs.right
        better = refined(curves, *sides, c.palette.premultiplied, c.pixels, shown)
        candidate = c.drawing(better)
        now_shown = c.rendered(candidate, plan)
        if c.error(now_shown) >= c.error(shown):
            break
        curves, drawing, shown = better, candidate, now_shown
    return drawing


@dataclass(frozen=True, slots=True, eq=False)
class _Outlines:
    """A drawing by outlines, and what it was drawn from: premultiplied (h, w, 4), labels (h, w)."""

    drawing: Drawing
    premultiplied: Pixels
    labels: NDArray[np.int16]
    palette: Palette


def _outlined(raster: Raster, plan: ContourPlan) -> _Outlines | Declined:
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
    given = premultiplied, labels.labels[1:-1, 1:-1], labels.palette
    if seeds.exact:
        page = to_page(m, polylines(lattice(m)))
        return _Outlines(stack(m, page, _paints(labels.palette), raster.width, raster.height), *given)
    if m.arc_count > MOST_ARCS:
        return Declined(f"{m.arc_count} pieces of outline: noise or texture")
    allowed = tolerances(m, labels.palette, metric, plan.tolerance)
    arcs = locate(m, labels.labels, coverage, allowed, ring=1)
    curves = curves_of(arcs)
    shapes = recognized(arcs, curves)
    known = {k: moved_to_page(shape) for k, shape in shapes.items()}
    composition = _Composition(m, arcs, labels.palette, ringed, known)
    return _Outlines(_refined(composition, idealized(curves, shapes), plan), *given)


def _strokes(o: _Outlines, plan: ContourPlan) -> list[Stroke]:
    """The lines that the picture seems to have, as strokes."""
    found: list[Line] = []
    taken = np.zeros(o.labels.shape, np.uint8)
    for mask, depth, stride in wide_masks(o.labels):
        found += joined(*lines(o.premultiplied, mask, depth, stride))
        taken |= mask
    free = cv2.dilate(taken, np.ones((5, 5), np.uint8)) == 0
    for mask, hat in thin_masks(o.premultiplied):
        found += joined(*lines(o.premultiplied, mask & free, hat))
    return centred(fitted(long_enough(styled(found, o.palette)), plan.tolerance), o.premultiplied)


# A smaller picture has no room for lines, px.
LEAST_SIDE = 12
# Before they are settled strokes may leave so many times the slack.
LENIENT = 16.0
# Rounds of leaving out strokes that do not pay.
ROUNDS = 2
# A drawing with strokes has fewer segments than without, or leaves less than this share of the error with hardly more.
CLEARLY, MORE = 0.8, 0.1


def _convincing(raster: Raster, o: _Outlines, strokes: list[Stroke], plan: ContourPlan) -> list[Stroke]:
    """Those strokes, settled, that explain the pixels as well as outlines do, judged in the box that holds all."""
    reach = 2 + max(s.width for s in strokes)
    points = np.concatenate([s.beziers.reshape(-1, 2) for s in strokes])
    low = np.maximum(np.floor(points.min(axis=0) - reach).astype(int), 0)
    high = np.minimum(np.ceil(points.max(axis=0) + reach).astype(int), [raster.width, raster.height])
    box = np.s_[low[1] : high[1], low[0] : high[0]]
    ink = Ink(Raster(raster.pixels[box]), o.premultiplied[box], plan.decimals)
    before = Ink(raster, o.premultiplied, plan.decimals).error_without(o.drawing)[box]
    local = ink.capped([shifted(s, -low) for s in strokes])
    local = ink.settled(paying(local, before, ink.likely_error(local), LENIENT))
    local = paying(local, before, ink.likely_error(local)) if local else []
    return [shifted(s, low) for s in local]


def _inked(raster: Raster, o: _Outlines, strokes: list[Stroke], plan: ContourPlan) -> Drawing:
    """The drawing with the strokes that convince, over outlines of the rest."""
    strokes = _convincing(raster, o, strokes, plan)
    ink = Ink(raster, o.premultiplied, plan.decimals)
    before = ink.error_without(o.drawing) if strokes else np.zeros(0, np.float32)
    for left in reversed(range(ROUNDS)):
        ground = _outlined(ink.erased(strokes), plan) if strokes else None
        if not isinstance(ground, _Outlines):
            break
        drawing = overlaid(ground.drawing, strokes)
        after = ink.error(drawing)
        kept = paying(strokes, before, after)
        if len(kept) == len(strokes) or not left:
            better = after.sum() < CLEARLY * before.sum()
            most = (1 + better * MORE) * o.drawing.segment_count
            fair = left or after.sum() < before.sum()
            return drawing if fair and drawing.segment_count < most else o.drawing
        strokes = kept
    return o.drawing


def draw(raster: Raster, plan: ContourPlan) -> Drawing | Declined:
    """Flat art as stacked shapes of its own colours and strokes, or why it is none."""
    outlines = _outlined(raster, plan)
    if isinstance(outlines, Declined):
        return outlines
    drawable = not raster.noise and min(raster.width, raster.height) >= LEAST_SIDE and raster.area <= REFINED_PIXELS
    strokes = _strokes(outlines, plan) if drawable else []
    return _inked(raster, outlines, strokes, plan) if strokes else outlines.drawing
