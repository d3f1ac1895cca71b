"""The contour engine's recipe."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svgai.arrays import Floats, Index, Pixels
from svgai.draw.budget import affords, spend, spent
from svgai.draw.contour.composition import Composition, Drawn, paints, refined
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.label import Labels, label
from svgai.draw.contour.labels.palette import Palette, Seeds, every_color, find_palette
from svgai.draw.contour.labels.ring import ringed_pixels
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.contour.squares import Squares, find_squares
from svgai.draw.contour.strokes.alone import lines_alone
from svgai.draw.contour.strokes.penned import penned
from svgai.draw.contour.strokes.with_strokes import DrawnOutlines, with_strokes
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.fine_lattice import FINENESS, LEVEL_TOLERANCE, fine_labels, lattice_work, pays
from svgai.draw.outline.fit.fit import curves_of, polylines
from svgai.draw.outline.planar.arcs import LOOSEST, lattice, locate
from svgai.draw.outline.planar.crossings import Crossing, summed
from svgai.draw.outline.planar.half_edges import Coverage
from svgai.draw.outline.planar.planar_map import PlanarMap, planar_map
from svgai.draw.outline.shapes import idealized, recognized
from svgai.draw.outline.stack.page import moved_to_page, to_page
from svgai.draw.outline.stack.stack import stack
from svgai.drawing import Declined, Drawing
from svgai.option_kinds import AUTO, ONLY
from svgai.picture.alpha import premultiply
from svgai.picture.raster import Raster

# Flat art has less than 0.015 of pixels far from edges whose colour changes slowly, shaded art 0.02 and more; in coded
# pictures ripples are 0.1, and the limit is 0.2 (on the corpus).
SMOOTH_LIMIT, SMOOTH_LIMIT_CODED = 0.015, 0.2
# A picture of more than 10,000 px is no flat art where more than 0.45 of it is edges: photographs are more than half
# edges, but so are small icons (on the corpus).
EDGES_LIMIT, EDGES_AREA = 0.45, 10_000
# More than 60,000 arcs are noise or texture: the densest map kept for measuring has 49,373 (wild/maps/world).
MOST_ARCS = 60_000
# On the finer lattice up to 1,500 arcs are drawn: they take two seconds without compiled kernels.
MOST_FINE_ARCS = 1500
# Areas that a pen may have drawn are looked for in 200 µs an arc (benchmarks/work.py).
PENNING = 2e-4
# The drawing from the coarse lattice is not refined where the finer one costs less than half of it before either is.
FAR_BETTER = 0.5
# A drawing of more than 4,000,000 px is not rendered: that costs more time and memory than refinement is worth.
SHOWN_PIXELS = 4_000_000
# Pixels that are squares of their own are drawn up to 1,000,000 steps from one to the next: 5 s and 350 MB.
MOST_STEPS = 1_000_000
# The greatest of an arc's sums of coverage lies 4 σ off; a sum over 6 pixels has √6 times a pixel's noise, of which
# the projection on the line between two colours leaves √½.
NOISE_REACH = 4 * np.sqrt(3)


def flat_coverage(premultiplied: Pixels, palette: Palette, metric: Metric) -> Coverage:
    """Shares of two palette colours in pixels, by projection on the line between them."""
    colors = metric.features(palette.premultiplied)

    def coverage(rows: Index, columns: Index, first: Index, second: Index) -> Floats:
        span = colors[first] - colors[second]
        length = np.maximum(np.einsum("ij,ij->i", span, span), 1e-9)
        seen = metric.features(premultiplied[rows, columns].astype(np.float32)) - colors[second]
        return np.asarray(np.clip(np.einsum("ij,ij->i", seen, span) / length, 0, 1), np.float64)

    return coverage


def tolerances(planar: PlanarMap, palette: Palette, metric: Metric, least: float) -> Floats:
    """(A,) how far each arc's curve may stray, px: what noise does to a sum of coverage, and `least`."""
    colors = metric.features(palette.premultiplied)
    contrast = np.linalg.norm(colors[planar.left_label] - colors[planar.right_label], axis=1)
    noise = NOISE_REACH * metric.noise / np.maximum(contrast, 1e-6)
    return np.asarray(np.minimum(np.hypot(least, noise), max(LOOSEST, least)))


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


def _composed(
    labels: Labels, ringed: Pixels, planar: PlanarMap, crossing: Crossing, allowed: Floats, plan: ContourPlan
) -> tuple[Composition, Curves]:
    """A planar map with its arcs as curves, not yet refined; allowed: (A,) px, the arcs' tolerances."""
    arcs = locate(planar, crossing, allowed, ring=planar.fineness)
    curves = curves_of(arcs)
    shapes = recognized(arcs, curves)
    known = {arc: moved_to_page(shape) for arc, shape in shapes.items()}
    return Composition(planar, arcs, labels.palette, ringed, known, plan.decimals), idealized(curves, shapes)


def _best(coarse: Drawn, labels: Labels, plan: ContourPlan) -> Drawn:
    """The drawing refined, or the one from labels on a finer lattice where that is better."""
    if not affords(lattice_work(labels.labels.size) + coarse.work):
        return refined(coarse)
    fine = fine_labels(labels.shares)
    planar = planar_map(fine.labels, fine.coverage, FINENESS)
    if planar.arc_count > MOST_FINE_ARCS:
        return refined(coarse)
    allowed = np.full(planar.arc_count, LEVEL_TOLERANCE * plan.tolerance)
    composition, curves = _composed(labels, coarse.of.pixels, planar, fine.crossings, allowed, plan)
    finer = composition.drawn(curves)
    if finer.cost < FAR_BETTER * coarse.cost:
        return refined(finer)
    return min(refined(coarse), refined(finer), key=lambda drawn: drawn.cost)


def _draw_squares(squares: Squares, raster: Raster, plan: ContourPlan) -> Drawing | Declined:
    """Squares as they are: areas of one colour with every corner on the grid."""
    seeds = every_color(squares.pixels)
    if len(seeds.palette) > plan.max_colors:
        return Declined(f"more than {plan.max_colors} flat colours")
    steps = sum(int(np.count_nonzero(np.diff(seeds.labels, axis=axis))) for axis in (0, 1))
    if steps > MOST_STEPS:
        return Declined(f"{steps} steps from one pixel to the next")
    ringed = np.pad(seeds.labels, 1, mode="edge")
    pixels = ringed_pixels(premultiply(squares.pixels), ringed, seeds.palette)
    planar = planar_map(ringed, flat_coverage(pixels, seeds.palette, Metric(0)))
    page = to_page(planar, polylines(lattice(planar)))
    at = page.beziers.astype(np.int64)
    sides = ((0, raster.width), (1, raster.height))
    placed = np.stack([squares.edges(length, axis)[at[..., axis]] for axis, length in sides], axis=-1)
    return stack(planar, replace(page, beziers=placed), paints(seeds.palette), (raster.width, raster.height))


def _outlined(raster: Raster, plan: ContourPlan) -> DrawnOutlines | Drawing | Declined:
    """A picture's areas as stacked shapes of its own colours, or why it has none; a mere drawing if exact or large."""
    begun = spent()
    premultiplied = premultiply(raster.pixels)
    seeds = find_palette(raster, premultiplied, plan.max_colors)
    if seeds.exact:
        return _draw_squares(Squares(raster.pixels, 1, 0, 0), raster, plan)
    refusal = _refusal(raster, seeds, plan)
    if refusal:
        return Declined(refusal)
    labels = label(raster, premultiplied, seeds, plan.max_colors)
    ringed = ringed_pixels(premultiplied, labels.labels, labels.palette)
    metric = Metric(raster.noise)
    coverage = flat_coverage(ringed, labels.palette, metric)
    planar = planar_map(labels.labels, coverage)
    if planar.arc_count > MOST_ARCS:
        return Declined(f"{planar.arc_count} pieces of outline: noise or texture")
    allowed = tolerances(planar, labels.palette, metric, plan.tolerance)
    composition, curves = _composed(labels, ringed, planar, summed(labels.labels, coverage), allowed, plan)
    if raster.area > SHOWN_PIXELS:
        return composition.drawing(curves, for_good=True)
    coarse = composition.drawn(curves)
    finer = not raster.noise and pays(raster.area, coarse.error, coarse.of.arcs.vague)
    drawn = _best(coarse, labels, plan) if finer else refined(coarse)
    penning = PENNING * len(drawn.of.arcs.closed)
    if plan.strokes == AUTO and affords(penning):
        spend(penning)
        drawn = penned(drawn, plan.tolerance)
    drawn = replace(drawn, drawing=drawn.of.drawing(drawn.curves, for_good=True))
    return DrawnOutlines(drawn, premultiplied, labels.labels[1:-1, 1:-1], labels.palette, spent() - begun)


def draw(raster: Raster, plan: ContourPlan) -> Drawing | Declined:
    """Flat art as stacked shapes of its own colours and strokes, or why it is none."""
    enlarged = find_squares(raster) if plan.strokes != ONLY else None
    if enlarged:
        return _draw_squares(enlarged, raster, plan)
    outlines = _outlined(raster, plan)
    if isinstance(outlines, DrawnOutlines) and plan.strokes == AUTO:
        return with_strokes(raster, outlines, _outlined, plan)
    if plan.strokes == ONLY:
        return _lines_alone(raster, outlines, plan)
    return outlines.drawing if isinstance(outlines, DrawnOutlines) else outlines


def _lines_alone(
    raster: Raster, outlines: DrawnOutlines | Drawing | Declined, plan: ContourPlan
) -> Drawing | Declined:
    if isinstance(outlines, DrawnOutlines):
        return lines_alone(raster, outlines, plan)
    return outlines if isinstance(outlines, Declined) else Declined("too large, or of whole pixels: no lines")
