"""The gradient engine's recipe."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svgai.arrays import Pixels, freeze_fields
from svgai.draw.budget import affords
from svgai.draw.gradient.fields.sample import samples
from svgai.draw.gradient.outlines import Areas, Outlines
from svgai.draw.gradient.paints.overlays import Layers
from svgai.draw.gradient.paints.unite import painted
from svgai.draw.gradient.plan import GradientPlan
from svgai.draw.gradient.regions.clean import clean_regions
from svgai.draw.gradient.regions.seams import seam_weights
from svgai.draw.outline.fine_lattice import DENSE_AREA, lattice_work, pays
from svgai.draw.outline.refine import work
from svgai.draw.shown import Step, cost, improved, shared_error, shown, squared_error
from svgai.drawing import Declined, Drawing, Paint, Shape
from svgai.output.svg import write
from svgai.picture.alpha import premultiplied, premultiply
from svgai.picture.raster import Raster
from svgai.records import Record

# In a coded picture the price of a byte rises by 2 σ²: about 30 bytes buy one parameter, which can fit the noise of
# one 8 × 8 block, 64 σ², without showing anything real.
NOISE_PRICE = 2.0
# Outlines take two Gauss–Newton steps; above 2,000,000 px a render costs more than they are worth (by eye).
REFINEMENTS, REFINED_PIXELS = 2, 2_000_000


def _ringed(premultiplied: Pixels) -> Pixels:
    """(h + 2, w + 2, 4): with a ring of the border's own pixels."""
    return np.pad(premultiplied, ((1, 1), (1, 1), (0, 0)), mode="edge")


class _Composition(Record):
    """All that makes a drawing but the outlines.

    source: (h + 2, w + 2, 4) uint8, premultiplied, with its ring. layers: by region, None for nothing. decimals: of
    the coordinates written.
    """

    source: Pixels
    layers: tuple[Layers | None, ...]
    decimals: int

    def __post_init__(self) -> None:
        freeze_fields(self)

    def drawing(self, outlines: Outlines, for_good: bool = False) -> Drawing:
        """Each region's outline with its paint, and its overlays on top; for_good: hidden edges simply."""
        drawing = outlines.drawing([k.paints[0] if k else None for k in self.layers], for_good)
        above: dict[Paint, tuple[Paint, ...]] = {k.paints[0]: k.paints[1:] for k in self.layers if k}
        shapes = [Shape(s.outline, p) for s in drawing.shapes for p in (s.paint, *above[s.paint])]
        return replace(drawing, shapes=tuple(shapes))

    def drawn(self, outlines: Outlines) -> _Drawn:
        """What these outlines look like."""
        drawing = self.drawing(outlines)
        seen = _ringed(shown(drawing, self.decimals))
        return _Drawn(self, outlines, drawing, seen, squared_error(self.source, seen))


class _Drawn(Record):
    """Outlines, their drawing, how it looks, premultiplied and with the ring, and its mean squared error."""

    of: _Composition
    outlines: Outlines
    drawing: Drawing
    shown: Pixels
    error: float

    def __post_init__(self) -> None:
        freeze_fields(self)


def _step(drawn: _Drawn) -> Step[_Drawn]:
    """What a Gauss–Newton step of the outlines leads to."""
    then = drawn.of.drawn(drawn.outlines.moved(drawn.of.source, drawn.shown))
    return Step(then, drawn.error, then.error)


def _refined(drawn: _Drawn, steps: int) -> _Drawn:
    """The drawing after some refinement steps."""
    return improved(drawn, _step, steps, work=work(drawn.outlines.curves, drawn.shown.shape[0] * drawn.shown.shape[1]))


def _best(coarse: _Drawn, areas: Areas, plan: GradientPlan, steps: int) -> _Drawn:
    """The drawing after some refinement steps, or that from a finer lattice where it is better for its bytes."""
    coarse = _refined(coarse, steps)
    # In a coded picture it is noise that makes outlines vague, which a finer lattice bears.
    vague = coarse.outlines.arcs.vague if steps else 0.0
    if not pays(areas.labels.size, coarse.error, vague) or not affords(lattice_work(areas.labels.size)):
        return coarse
    fine = _refined(coarse.of.drawn(areas.fine_outlines(plan.tolerance)), steps)
    # What both leave is shading, which no outline changes.
    shared = shared_error(coarse.of.source, coarse.shown, fine.shown)
    return min(coarse, fine, key=lambda drawn: cost(drawn.error - shared, write(drawn.drawing, plan.decimals).bytes))


def draw(raster: Raster, plan: GradientPlan) -> Drawing | Declined:
    """Shaded art as stacked shapes with flat and gradient paints, or why it is none."""
    price = plan.price_for(raster.area) + NOISE_PRICE * raster.noise**2
    colors = premultiplied(raster.pixels)
    regions = clean_regions(colors, raster.noise, price)
    if isinstance(regions, Declined):
        return regions
    weights = seam_weights(regions.labels, regions.strength, regions.interior)
    sampled = samples(colors, regions.labels, weights, np.arange(regions.count))
    paints = painted(list(sampled), regions.labels, regions.strength, price)
    labels = np.asarray(paints.owner[regions.labels], np.int32)
    areas = Areas.of(colors, labels, regions.interior, regions.strength)
    found = areas.outlines(plan.tolerance)
    composition = _Composition(_ringed(premultiply(raster.pixels)), paints.layers, plan.decimals)
    # Coding noise would be drawn, not edges: at q75 and up 4× the original SSIM falls by 0.002.
    steps = 0 if raster.noise else REFINEMENTS
    if raster.area > (DENSE_AREA if raster.noise else REFINED_PIXELS):
        return composition.drawing(found, for_good=True)
    best = _best(composition.drawn(found), areas, plan, steps)
    return best.of.drawing(best.outlines, for_good=True)
