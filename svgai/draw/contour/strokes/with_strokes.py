"""A drawing by outlines, with those lines as strokes that explain the picture as well."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels
from svgai.draw.contour.composition import SEGMENT_POWER, Drawn
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.contour.strokes.find import Line, lines, thin_masks, wide_masks
from svgai.draw.contour.strokes.join import Stroke, fitted, joined, long_enough, shifted, styled
from svgai.draw.contour.strokes.refine import centred
from svgai.draw.contour.strokes.trial import Ink, overlaid, paying, squared
from svgai.drawing import Declined, Drawing
from svgai.picture.raster import Raster

# A smaller picture has no room for lines, px.
LEAST_SIDE = 12
# A picture of more arcs, or on the finer lattice of more segments, is dense all over, as a coat of arms is: lines gain
# it nothing and would cost it seconds.
MOST_ARCS, MOST_FINE_SEGMENTS = 700, 400
# Rounds of leaving out strokes that do not pay.
ROUNDS = 2
# Strokes whose two sides are less than this share of all outlines do not pay for drawing the rest anew: in line art,
# icons of strokes and diagrams they are more than all of it, in drawings with a line or two a tenth to a quarter.
WORTH = 0.3
# Before they are settled strokes may leave so many times the slack.
LENIENT = 16.0
# Below this mean squared error simplicity decides: each stroke has paid where it is.
SMALL = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """A drawing by outlines, and what it was drawn from: premultiplied (h, w, 4), labels (h, w)."""

    drawn: Drawn
    premultiplied: Pixels
    labels: NDArray[np.int16]
    palette: Palette

    @property
    def drawing(self) -> Drawing:
        return self.drawn.drawing

    @property
    def length(self) -> float:
        """Of all outlines, px."""
        return len(self.drawn.of.arcs.points) / self.drawn.of.map.fineness

    @property
    def error(self) -> NDArray[np.float32]:
        """(h, w): the squared error of each pixel."""
        return squared(self.premultiplied, self.drawn.shown[1:-1, 1:-1])


Outline = Callable[[Raster], Outlines | Drawing | Declined]


def lined(raster: Raster, o: Outlines, outlined: Outline, plan: ContourPlan) -> Drawing:
    """The drawing with the lines that convince as strokes, over the rest as outlined without them."""
    if raster.noise or min(raster.width, raster.height) < LEAST_SIDE or _dense(o):
        return o.drawing
    strokes = _strokes(o, plan)
    strokes = _convincing(raster, o, strokes, plan) if _worth_it(strokes, o) else []
    if not _worth_it(strokes, o):
        return o.drawing
    ink, before = Ink(raster, o.premultiplied, plan.decimals), o.error
    for left in reversed(range(ROUNDS)):
        ground = outlined(ink.erased(strokes))
        if isinstance(ground, Declined):
            break
        drawing = overlaid(ground.drawing if isinstance(ground, Outlines) else ground, strokes)
        after = ink.error(drawing)
        kept = paying(strokes, before, after)
        if len(kept) == len(strokes) or not left:
            return drawing if _better(drawing, after, o.drawing, before) else o.drawing
        if 2 * len(kept) < len(strokes):
            break
        strokes = kept
    return o.drawing


def _worth_it(strokes: list[Stroke], o: Outlines) -> bool:
    """Whether strokes stand for enough of the outlines to draw the rest anew."""
    length = sum(float(np.linalg.norm(np.diff(s.beziers.reshape(-1, 2), axis=0), axis=1).sum()) for s in strokes)
    return bool(strokes) and 2 * length >= WORTH * o.length


def _better(new: Drawing, after: NDArray[np.float32], old: Drawing, before: NDArray[np.float32]) -> bool:
    """Whether a drawing with strokes is no less simple than one without, and less true by less than simpler."""

    def cost(drawing: Drawing, error: NDArray[np.float32]) -> float:
        return max(float(error.mean()), SMALL) * math.pow(max(drawing.segment_count, 1), SEGMENT_POWER)

    return new.segment_count <= old.segment_count and cost(new, after) <= cost(old, before)


def _dense(o: Outlines) -> bool:
    """Whether a drawing is too full for lines to stand out."""
    m = o.drawn.of.map
    return m.arc_count > MOST_ARCS or (m.fineness > 1 and o.drawing.segment_count > MOST_FINE_SEGMENTS)


def _strokes(o: Outlines, plan: ContourPlan) -> list[Stroke]:
    """The lines that the picture seems to have, as strokes; none where they cannot be worth it."""
    wide, thin = list(wide_masks(o.labels)), list(thin_masks(o.premultiplied))
    # No line is longer than its mask has pixels.
    masks = [mask for mask, *_ in wide] + [mask for mask, _ in thin]
    if 2 * sum(np.count_nonzero(mask) for mask in masks) < WORTH * o.length:
        return []
    found: list[Line] = []
    taken = np.zeros(o.labels.shape, np.uint8)
    for mask, depth, stride in wide:
        found += joined(*lines(o.premultiplied, mask, depth, stride))
        taken |= mask
    free = cv2.dilate(taken, np.ones((5, 5), np.uint8)) == 0
    for mask, hat in thin:
        found += joined(*lines(o.premultiplied, mask & free, hat))
    return centred(fitted(long_enough(styled(found, o.palette)), plan.tolerance), o.premultiplied)


def _convincing(raster: Raster, o: Outlines, strokes: list[Stroke], plan: ContourPlan) -> list[Stroke]:
    """Those strokes, settled, that explain the pixels as well as outlines do, judged in the box that holds all."""
    reach = 2 + max(s.width for s in strokes)
    points = np.concatenate([s.beziers.reshape(-1, 2) for s in strokes])
    low = np.maximum(np.floor(points.min(axis=0) - reach).astype(int), 0)
    high = np.minimum(np.ceil(points.max(axis=0) + reach).astype(int), [raster.width, raster.height])
    box = np.s_[low[1] : high[1], low[0] : high[0]]
    ink, before = Ink(Raster(raster.pixels[box]), o.premultiplied[box], plan.decimals), o.error[box]
    local = ink.capped([shifted(s, -low) for s in strokes])
    local = ink.settled(paying(local, before, ink.likely_error(local), LENIENT))
    local = paying(local, before, ink.likely_error(local)) if local else []
    return [shifted(s, low) for s in local]
