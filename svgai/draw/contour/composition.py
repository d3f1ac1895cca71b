"""Curves as drawn: the drawing, its error, and the refinement that lowers it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.outline.planar.planar_map import PlanarMap
from svgai.draw.outline.refine import refined, risen
from svgai.draw.outline.stack.page import to_page
from svgai.draw.outline.stack.stack import stack
from svgai.drawing import Color, Drawing, Ellipse, Flat, Paint, Rect
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.alpha import premultiply

# Four Gauss–Newton steps get nearly all there is; after the first one no more than so many segments are moved in all.
REFINEMENTS, REFINED_SEGMENTS = 4, 4_000
# A step that leaves more of the squared error than POOR did harm somewhere, one that leaves more than SETTLED is the
# last; below INVISIBLE, squared grey levels a pixel, nothing is left to gain.
POOR, SETTLED, INVISIBLE = 0.8, 0.95, 0.1
# Of two drawings one with twice the segments is the better if it leaves less than 2⁻ᵖ of the error, to which this much
# is added: what hardly shows is not worth segments.
SEGMENT_POWER, UNSEEN = 0.9, 3.0


def paints(palette: Palette) -> list[Paint | None]:
    """The palette's colours as paints, None for nothing."""
    return [Flat(Color(*map(int, c[:3])), round(int(c[3]) / 255, 3)) if c[3] else None for c in palette.rgba]


def squared_error(source: Pixels, shown: Pixels) -> float:
    """The mean squared error of a colour channel over black or over white, whichever is greater.

    Both (h, w, 4) uint8, premultiplied.
    """
    difference = cv2.subtract(source, shown, dtype=cv2.CV_16S)
    opacity = difference[..., 3:]
    over_black = difference[..., :3]
    grounds = [over_black, over_black - opacity] if opacity.any() else [over_black]
    return max(cv2.norm(np.ascontiguousarray(d), cv2.NORM_L2SQR) for d in grounds) / over_black.size


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
        shown = self.pixels.copy()
        raster = render(write(drawing, self.decimals), drawing.width, drawing.height)
        shown[1:-1, 1:-1] = premultiply(raster.pixels)
        return Drawn(self, curves, drawing, shown, squared_error(self.pixels, shown))


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


def settled(now: Drawn) -> Drawn:
    """The drawing after the Gauss–Newton steps that lower its error."""
    for _ in range(min(REFINEMENTS, 1 + REFINED_SEGMENTS // max(now.drawing.segment_count, 1))):
        if now.error <= INVISIBLE:
            break
        before, then = now.error, _step(now)
        if then.error >= before:
            break
        now = then
        if now.error > SETTLED * before:
            break
    return now


def _step(now: Drawn) -> Drawn:
    """What a Gauss–Newton step leads to; a poor one is made anew without the segments near which it did harm."""

    def step(held: NDArray[np.bool_]) -> Drawn:
        c = now.of
        sides = c.arcs.closed, c.arcs.left, c.arcs.right
        return c.drawn(refined(now.curves, *sides, c.palette.premultiplied, c.pixels, now.shown, held))

    whole = step(np.zeros(len(now.curves.corner), bool))
    if whole.error < POOR * now.error:
        return whole
    harmed = risen(now.curves.beziers, now.of.pixels, now.shown, whole.shown)
    return min(whole, step(harmed), key=lambda d: d.error)
