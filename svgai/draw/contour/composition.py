"""Curves as drawn: the drawing, its error, and the refinement that lowers it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from svgai.arrays import Mask, Pixels
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.outline.planar.planar_map import PlanarMap
from svgai.draw.outline.refine import risen, stepped
from svgai.draw.outline.stack.page import to_page
from svgai.draw.outline.stack.stack import stack
from svgai.draw.shown import Step, improved, shown, squared_error
from svgai.drawing import Color, Drawing, Ellipse, Flat, Paint, Rect

# Four Gauss–Newton steps get nearly all there is; after the first one no more than so many segments are moved in all.
REFINEMENTS, REFINED_SEGMENTS = 4, 4_000
# A step that leaves more of the squared error than POOR did harm somewhere, one that leaves more than SETTLED is the
# last; below INVISIBLE, squared grey levels a pixel, nothing is left to gain.
POOR, SLOW, INVISIBLE = 0.8, 0.95, 0.1
# Of two drawings one with twice the segments is the better if it leaves less than 2⁻ᵖ of the error, to which this much
# is added: what hardly shows is not worth segments.
SEGMENT_POWER, UNSEEN = 0.9, 3.0


def paints(palette: Palette) -> list[Paint | None]:
    """The palette's colours as paints, None for nothing."""
    return [Flat(Color(*map(int, c[:3])), round(int(c[3]) / 255, 3)) if c[3] else None for c in palette.rgba]


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """All that makes a drawing but the curves, in the coordinates of the ringed picture.

    pixels: (h + 2, w + 2, 4) uint8, premultiplied, the source with its ring. known: on the page, the closed arcs that
    are a simple shape. decimals: of the coordinates written.
    """

    map: PlanarMap
    arcs: Arcs
    palette: Palette
    pixels: Pixels
    known: dict[int, Ellipse | Rect]
    decimals: int

    def drawing(self, curves: Curves) -> Drawing:
        """The curves as stacked shapes."""
        height, width = self.pixels.shape[:2]
        page = to_page(self.map, curves)
        return stack(self.map, page, paints(self.palette), width - 2, height - 2, self.known)

    def drawn(self, curves: Curves) -> Drawn:
        """What these curves look like."""
        drawing = self.drawing(curves)
        seen = self.pixels.copy()
        seen[1:-1, 1:-1] = shown(drawing, self.decimals)
        return Drawn(self, curves, drawing, seen, squared_error(self.pixels, seen))


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Curves, their drawing, how it looks, premultiplied and with the ring, and its mean squared error."""

    of: Composition
    curves: Curves
    drawing: Drawing
    shown: Pixels
    error: float

    @property
    def cost(self) -> float:
        """What decides between drawings of one picture: the error, and segments by their power."""
        return (self.error + UNSEEN) * math.pow(max(self.drawing.segment_count, 1), SEGMENT_POWER)


def refined(drawn: Drawn) -> Drawn:
    """The drawing after the Gauss–Newton steps that lower its error."""
    steps = min(REFINEMENTS, 1 + REFINED_SEGMENTS // max(drawn.drawing.segment_count, 1))
    return improved(drawn, _step, steps, SLOW)


def _step(drawn: Drawn) -> Step[Drawn]:
    """What a Gauss–Newton step leads to; nowhere where nothing that shows is left to gain."""
    then = drawn if drawn.error <= INVISIBLE else _moved(drawn)
    return Step(then, drawn.error, then.error)


def _moved(drawn: Drawn) -> Drawn:
    """What a Gauss–Newton step leads to; a poor one is made anew without the segments near which it did harm."""

    def moved(held: Mask) -> Drawn:
        c = drawn.of
        sides = c.arcs.closed, c.arcs.left, c.arcs.right
        return c.drawn(stepped(drawn.curves, *sides, c.palette.premultiplied, c.pixels, drawn.shown, held))

    whole = moved(np.zeros(len(drawn.curves.corner), bool))
    if whole.error < POOR * drawn.error:
        return whole
    harmed = risen(drawn.curves.beziers, drawn.of.pixels, drawn.shown, whole.shown)
    return min(whole, moved(harmed), key=lambda candidate: candidate.error)
