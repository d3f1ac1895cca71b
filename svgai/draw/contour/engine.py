"""The contour engine's recipe."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Pixels
from svgai.draw.contour.composition import Composition, Drawn, paints, refined
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.fine_lattice import FINENESS, fine_labels
from svgai.draw.contour.labels.label import Labels, label
from svgai.draw.contour.labels.palette import Palette, Seeds, every_color, find_palette
from svgai.draw.contour.labels.ring import ringed_pixels
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.contour.squares import Squares, squares
from svgai.draw.contour.strokes.with_strokes import DrawnOutlines, with_strokes
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.fit.fit import curves_of, polylines
from svgai.draw.outline.planar.arcs import LOOSEST, lattice, locate
from svgai.draw.outline.planar.crossings import Crossing, summed
from svgai.draw.outline.planar.half_edges import Coverage
from svgai.draw.outline.planar.planar_map import PlanarMap, planar_map
from svgai.draw.outline.shapes import idealized, recognized
from svgai.draw.outline.stack.page import moved_to_page, to_page
from svgai.draw.outline.stack.stack import stack
from svgai.drawing import Declined, Drawing
from svgai.picture.alpha import premultiply
from svgai.picture.raster import Raster


def flat_coverage(premultiplied: Pixels, palette: Palette, metric: Metric) -> Coverage:
    """Shares of two palette colours in pixels, by projection on the line between them."""
    colors = metric.features(palette.premultiplied)

    def coverage(y: Index, x: Index, a: Index, b: Index) -> NDArray[np.float64]:
        d = colors[a] - colors[b]
        length = np.maximum(np.einsum("ij,ij->i", d, d), 1e-9)
        seen = metric.features(premultiplied[y, x].astype(np.float32)) - colors[b]
        return np.asarray(np.clip(np.einsum("ij,ij->i", seen, d) / length, 0, 1), np.float64)

    return coverage


def tolerances(planar: PlanarMap, palette: Palette, metric: Metric, least: float) -> NDArray[np.float64]:
    """(A,) how far each arc's curve may stray, px: what noise does to a sum of coverage, and `least`."""
    colors = metric.features(palette.premultiplied)
    contrast = np.linalg.norm(colors[planar.left_label] - colors[planar.right_label], axis=1)
    # The sum over 6 pixels has √6 times a pixel's noise, and the fit must hold the greatest of many.
    noise = 4 * np.sqrt(3) * metric.noise / np.maximum(contrast, 1e-6)
    return np.asarray(np.minimum(np.hypot(least, noise), max(LOOSEST, least)))


# Of the pixels far from edges flat art has none that change slowly, shaded art 2 % and more (in the corpus); in coded
# pictures ripples are 10 %.
SMOOTH_LIMIT, SMOOTH_LIMIT_CODED = 0.015, 0.2
# Photographs are more than half edges; so are small icons.
EDGES_LIMIT, EDGES_AREA = 0.45, 10_000
# A picture of more than 20,000 arcs is noise or texture, or would take half a minute (wild/charts/surface-3d: 18,035
# arcs, 23 s).
MOST_ARCS = 20_000
# On the finer lattice 1,500 arcs take two seconds.
MOST_FINE_ARCS = 1500
# Pictures up to DENSE_AREA that their drawing misses by this squared error a pixel, before refinement, are tried on a
# finer lattice; up to ICON_AREA that costs little, and gains from a smaller error on.
DENSE_AREA, DENSE_ERROR = 100_000, 8.0
ICON_AREA, ICON_ERROR = 5_000, 3.0
# Where it costs so much less from the beginning, the other is not refined.
FAR_BETTER = 0.5
# Its points know the place of an edge less well than sums of coverage do: so much more may a curve stray from them.
LEVEL_TOLERANCE = 1.25


# Above this size renderings of drawings cost more time and memory than refinement is worth.
SHOWN_PIXELS = 4_000_000


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
    labels: Labels,
    ringed: Pixels,
    planar: PlanarMap,
    crossing: Crossing,
    allowed: NDArray[np.float64],
    plan: ContourPlan,
) -> tuple[Composition, Curves]:
    """A planar map with its arcs as curves, not yet refined."""
    arcs = locate(planar, crossing, allowed, ring=planar.fineness)
    curves = curves_of(arcs)
    shapes = recognized(arcs, curves)
    known = {k: moved_to_page(shape) for k, shape in shapes.items()}
    return Composition(planar, arcs, labels.palette, ringed, known, plan.decimals), idealized(curves, shapes)


def _best(coarse: Drawn, labels: Labels, plan: ContourPlan) -> Drawn:
    """The drawing refined, or the one from labels on a finer lattice where that is better."""
    fine = fine_labels(labels.shares)
    planar = planar_map(fine.labels, fine.coverage, FINENESS)
    if planar.arc_count > MOST_FINE_ARCS:
        return refined(coarse)
    allowed = np.full(planar.arc_count, LEVEL_TOLERANCE * plan.tolerance)
    composition, curves = _composed(labels, coarse.of.pixels, planar, fine.crossings, allowed, plan)
    finer = composition.drawn(curves)
    if finer.cost < FAR_BETTER * coarse.cost:
        return refined(finer)
    return min(refined(coarse), refined(finer), key=lambda d: d.cost)


def _is_dense(raster: Raster, coarse: Drawn) -> bool:
    """Whether a drawing misses enough of a lossless picture to try a finer lattice."""
    area, error = (ICON_AREA, ICON_ERROR) if raster.area <= ICON_AREA else (DENSE_AREA, DENSE_ERROR)
    return not raster.noise and raster.area <= area and coarse.error > error


def _squared(s: Squares, raster: Raster, plan: ContourPlan) -> Drawing | Declined:
    """Squares as they are: areas of one colour with every corner on the grid."""
    seeds = every_color(s.pixels)
    if len(seeds.palette) > plan.max_colors:
        return Declined(f"more than {plan.max_colors} flat colours")
    ringed = np.pad(seeds.labels, 1, mode="edge")
    pixels = ringed_pixels(premultiply(s.pixels), ringed, seeds.palette)
    planar = planar_map(ringed, flat_coverage(pixels, seeds.palette, Metric(0)))
    page = to_page(planar, polylines(lattice(planar)))
    at = page.beziers.astype(np.int64)
    placed = np.stack(
        [s.edges(n, axis)[at[..., axis]] for axis, n in ((0, raster.width), (1, raster.height))], axis=-1
    )
    return stack(planar, replace(page, beziers=placed), paints(seeds.palette), raster.width, raster.height)


def _outlined(raster: Raster, plan: ContourPlan) -> DrawnOutlines | Drawing | Declined:
    """A picture's areas as stacked shapes of its own colours, or why it has none; a mere drawing if exact or large."""
    premultiplied = premultiply(raster.pixels)
    seeds = find_palette(raster, premultiplied, plan.max_colors)
    if seeds.exact:
        return _squared(Squares(raster.pixels, 1, 0, 0), raster, plan)
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
        return composition.drawing(curves)
    coarse = composition.drawn(curves)
    drawn = _best(coarse, labels, plan) if _is_dense(raster, coarse) else refined(coarse)
    return DrawnOutlines(drawn, premultiplied, labels.labels[1:-1, 1:-1], labels.palette)


def draw(raster: Raster, plan: ContourPlan) -> Drawing | Declined:
    """Flat art as stacked shapes of its own colours and strokes, or why it is none."""
    enlarged = squares(raster)
    if enlarged:
        return _squared(enlarged, raster, plan)
    outlines = _outlined(raster, plan)
    if isinstance(outlines, DrawnOutlines):
        return with_strokes(raster, outlines, _outlined, plan)
    return outlines
