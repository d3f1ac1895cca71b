"""Curves as drawn: the drawing, its error, and the refinement that lowers it."""

from __future__ import annotations

from dataclasses import field

import numpy as np

from svgai.arrays import Floats, Mask, Pixels, freeze_fields
from svgai.draw.budget import affords
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.outline.planar.planar_map import PlanarMap
from svgai.draw.outline.refine import Edges, risen, stepped, wanted, work
from svgai.draw.outline.stack.page import to_page
from svgai.draw.outline.stack.stack import Known, stack
from svgai.draw.shown import Step, cost, improved, shown, squared_error
from svgai.drawing import Color, Drawing, Ellipse, Flat, Paint, Rect, Shape
from svgai.records import Record

# Four Gauss–Newton steps get nearly all there is (by eye, on the corpus); after the first one no more than 4,000
# segments are moved in all, for time.
REFINEMENTS, REFINED_SEGMENTS = 4, 4_000
# A step that leaves more than 0.8 of the squared error did harm somewhere: it is made anew without the segments near
# which the error rose (by eye).
POOR = 0.8
# A step that leaves more than 0.95 of the squared error is the last (by eye).
SLOW = 0.95
# Below a mean squared error of 0.1 (grey levels)² nothing that shows is left to gain.
INVISIBLE = 0.1


def paints(palette: Palette) -> list[Paint | None]:
    """The palette's colours as paints, None for nothing."""
    return [Flat(Color(*map(int, c[:3])), round(int(c[3]) / 255, 3)) if c[3] else None for c in palette.rgba]


def paint_of(color: Floats) -> Flat:
    """A premultiplied colour, (4,), 0–255, as a paint."""
    straight = np.clip(color[:3] * 255 / max(color[3], 1e-9), 0, 255)
    return Flat(Color(*(int(channel) for channel in np.rint(straight))), round(min(float(color[3]) / 255, 1.0), 3))


class Composition(Record):
    """All that makes a drawing but the curves, in the coordinates of the ringed picture.

    pixels: (h + 2, w + 2, 4) uint8, premultiplied, the source with its ring. known: on the page, the closed arcs that
    are a simple shape. decimals: of the coordinates written. strokes: of faces that a pen drew, on the page.
    """

    map: PlanarMap
    arcs: Arcs
    palette: Palette
    pixels: Pixels
    known: dict[int, Ellipse | Rect]
    decimals: int
    strokes: dict[int, tuple[Shape, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def edges(self) -> Edges:
        """What lies to either side of the arcs: the palette's colours."""
        return Edges.between(self.arcs.closed, self.arcs.left, self.arcs.right, self.palette.premultiplied)

    def drawing(self, curves: Curves, for_good: bool = False) -> Drawing:
        """The curves as stacked shapes; for_good: hidden edges as simply as may be."""
        height, width = self.pixels.shape[:2]
        page = to_page(self.map, curves)
        return stack(
            self.map, page, paints(self.palette), (width - 2, height - 2), Known(self.known, self.strokes), for_good
        )

    def drawn(self, curves: Curves) -> Drawn:
        """What these curves look like."""
        drawing = self.drawing(curves)
        seen = self.pixels.copy()
        seen[1:-1, 1:-1] = shown(drawing, self.decimals)
        return Drawn(self, curves, drawing, seen, squared_error(self.pixels, seen))


class Drawn(Record):
    """Curves, their drawing, how it looks, premultiplied and with the ring, and its mean squared error."""

    of: Composition
    curves: Curves
    drawing: Drawing
    shown: Pixels
    error: float

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def work(self) -> float:
        """Of a step from here."""
        return work(self.curves, self.shown.shape[0] * self.shown.shape[1])

    @property
    def cost(self) -> float:
        """What decides between drawings of one picture: the error, and segments by their power."""
        return cost(self.error, self.drawing.segment_count)


def refined(drawn: Drawn) -> Drawn:
    """The drawing after the Gauss–Newton steps that lower its error."""
    steps = min(REFINEMENTS, 1 + REFINED_SEGMENTS // max(drawn.drawing.segment_count, 1))
    return improved(drawn, _step, steps, SLOW, drawn.work)


def _step(drawn: Drawn) -> Step[Drawn]:
    """What a Gauss–Newton step leads to; nowhere where nothing that shows is left to gain."""
    then = drawn if drawn.error <= INVISIBLE else _moved(drawn)
    return Step(then, drawn.error, then.error)


def _moved(drawn: Drawn) -> Drawn:
    """What a Gauss–Newton step leads to; a poor one is made anew without the segments near which it did harm."""
    edges = drawn.of.edges
    want = wanted(drawn.curves, edges, drawn.of.pixels, drawn.shown)

    def moved(held: Mask) -> Drawn:
        return drawn.of.drawn(stepped(drawn.curves, edges, want, held))

    whole = moved(np.zeros(len(drawn.curves.corner), bool))
    if whole.error < POOR * drawn.error or not affords(drawn.work):
        return whole
    harmed = risen(drawn.curves.beziers, drawn.of.pixels, drawn.shown, whole.shown)
    return min(whole, moved(harmed), key=lambda candidate: candidate.error)
