"""The gradient engine's recipe."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from svgai.arrays import Pixels
from svgai.draw.gradient.fields.sample import samples
from svgai.draw.gradient.outlines import Outlines, outlines
from svgai.draw.gradient.paints.overlays import Layers
from svgai.draw.gradient.paints.unite import painted
from svgai.draw.gradient.plan import GradientPlan
from svgai.draw.gradient.regions.clean import segment
from svgai.draw.gradient.regions.seams import seam_weights
from svgai.draw.gradient.regions.watershed import premultiplied
from svgai.drawing import Declined, Drawing, Paint, Shape
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.raster import Raster

# What a byte must save more in a coded picture, in σ² of its noise: every 30 or so make a parameter, and one fits the
# noise of a block of 64 pixels.
NOISE_PRICE = 2.0
# Gauss–Newton steps of the outlines; above this size a render costs more than they are worth.
REFINEMENTS, REFINED_PIXELS = 2, 2_000_000


def _ringed(pixels: Pixels) -> Pixels:
    """(h + 2, w + 2, 4): premultiplied, with a ring of the border's own pixels."""
    colors = pixels.copy()
    colors[..., :3] = cv2.multiply(colors[..., :3], cv2.merge([colors[..., 3]] * 3), scale=1 / 255)
    return np.pad(colors, ((1, 1), (1, 1), (0, 0)), mode="edge")


@dataclass(frozen=True, slots=True, eq=False)
class _Composition:
    """All that makes a drawing but the outlines."""

    source: Pixels
    layers: list[Layers | None]
    decimals: int

    def drawing(self, shown: Outlines) -> Drawing:
        """Each region's outline with its paint, and its overlays on top."""
        drawing = shown.drawing([k.paints[0] if k else None for k in self.layers])
        above: dict[Paint, tuple[Paint, ...]] = {k.paints[0]: k.paints[1:] for k in self.layers if k}
        shapes = [Shape(s.outline, p) for s in drawing.shapes for p in (s.paint, *above[s.paint])]
        return replace(drawing, shapes=tuple(shapes))

    def rendered(self, drawing: Drawing) -> Pixels:
        return _ringed(render(write(drawing, self.decimals), drawing.width, drawing.height).pixels)

    def error(self, rendered: Pixels) -> float:
        return float(cv2.norm(self.source, rendered, cv2.NORM_L2SQR))


def _refined(c: _Composition, shown: Outlines) -> Drawing:
    """The drawing after the steps of its outlines that lower its error."""
    drawing = c.drawing(shown)
    if drawing.width * drawing.height > REFINED_PIXELS:
        return drawing
    seen = c.rendered(drawing)
    for _ in range(REFINEMENTS):
        shown = shown.moved(c.source, seen)
        candidate = c.drawing(shown)
        now_seen = c.rendered(candidate)
        if c.error(now_seen) >= c.error(seen):
            break
        drawing, seen = candidate, now_seen
    return drawing


def draw(raster: Raster, plan: GradientPlan) -> Drawing | Declined:
    """Shaded art as stacked shapes with flat and gradient paints, or why it is none."""
    price = plan.price_for(raster.area) + NOISE_PRICE * raster.noise**2
    colors = premultiplied(raster.pixels)
    segments = segment(colors, raster.noise, price)
    if isinstance(segments, Declined):
        return segments
    weights = seam_weights(segments.labels, segments.strength, segments.interior)
    found = samples(colors, segments.labels, weights, np.arange(segments.count))
    paints = painted(list(found), segments.labels, segments.strength, price)
    labels = np.asarray(paints.owner[segments.labels], np.int32)
    shown = outlines(colors, labels, segments.interior, plan.tolerance)
    composition = _Composition(_ringed(raster.pixels), paints.layers, plan.decimals)
    # Coding noise would be drawn, not edges: at q75 and up 4× the original SSIM falls by 0.002.
    return composition.drawing(shown) if raster.noise else _refined(composition, shown)
