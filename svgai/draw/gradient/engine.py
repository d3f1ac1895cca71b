"""The gradient engine's recipe."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svgai.draw.contour.stack import stack
from svgai.draw.gradient.joins import painted
from svgai.draw.gradient.outlines import outlines
from svgai.draw.gradient.overlays import Layers
from svgai.draw.gradient.plan import GradientPlan
from svgai.draw.gradient.sampling import samples
from svgai.draw.gradient.segments import segment
from svgai.draw.gradient.settle import seam_weights
from svgai.draw.gradient.watershed import premultiplied
from svgai.records import Declined, Drawing, Paint, Raster, Shape


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
    if isinstance(segments, Declined):
        return segments
    if segments.count > plan.max_regions:
        return Declined(f"{segments.count} shaded regions")
    weights = seam_weights(segments.labels, segments.strength, segments.interior)
    found = samples(colors, segments.labels, weights, np.arange(segments.count))
    paints = painted(list(found), segments.labels, segments.strength, price)
    labels = np.asarray(paints.owner[segments.labels], np.int32)
    shown = outlines(colors, labels, segments.interior, plan.tolerance)
    bottom = [layers.paints[0] if layers else None for layers in paints.layers]
    drawing = stack(shown.map, shown.curves, bottom, raster.width, raster.height, shown.known)
    return _layered(drawing, paints.layers)
