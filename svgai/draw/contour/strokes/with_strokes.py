"""A drawing by outlines, with those lines as strokes that explain the picture as well."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Labels, Pixels, Plane, freeze_fields
from svgai.draw.budget import affords, spend
from svgai.draw.contour.composition import Drawn
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.contour.strokes.find import Traced, measured, traced
from svgai.draw.contour.strokes.fit import fitted
from svgai.draw.contour.strokes.join import joined
from svgai.draw.contour.strokes.line import Line
from svgai.draw.contour.strokes.masks import thin_masks
from svgai.draw.contour.strokes.refine import centred
from svgai.draw.contour.strokes.stroke import Stroke, shifted
from svgai.draw.contour.strokes.style import long_enough, styled
from svgai.draw.contour.strokes.trial import StrokeTrial, overlaid, paying
from svgai.draw.shown import SIZE_POWER, pixel_errors
from svgai.drawing import Declined, Drawing
from svgai.picture.raster import Raster
from svgai.records import Record

# A picture has room for lines from 12 px a side on. By eye.
LEAST_SIDE = 12
# A picture of more than 700 arcs, or on the finer lattice of more than 400 segments, is dense all over, as a coat of
# arms is: lines gain it nothing and would cost it seconds (benchmarks/dense.py).
MOST_ARCS, MOST_FINE_SEGMENTS = 700, 400
# Strokes that do not pay are left out twice at most: each time the rest is drawn anew.
ROUNDS = 2
# Strokes whose two sides are less than 30 % of all outlines do not pay for drawing the rest anew: in line art, icons
# of strokes and diagrams they are more than all of it, in drawings with a line or two a tenth to a quarter (corpus).
WORTH = 0.3
# Strokes that are not yet centred are worth it from 0.9 of that on: centring moves them by a pixel at most (by eye).
ABOUT = 0.9
# Of the longest paths, a quarter of the length of all, lines are a tenth at least, or the rest has few as well: in
# drawings whose lines pay they are a third to all (wild/schematics, wild/sketch), in a houndstooth's 1,674 edges none.
TOLD, FEW = 0.25, 0.1
# Before they are refined strokes may leave 16 times the slack. By eye.
LENIENT = 16.0
# Below a mean squared error of 2 (grey levels)² simplicity decides: each stroke has paid where it is. By eye.
SMALL = 2.0
# A path is measured in 1.5 ms; lines are fitted in 50 µs a px of the outlines (benchmarks/work.py).
_MEASURING, _FITTING = 1.5e-3, 5e-5


class DrawnOutlines(Record):
    """A drawing by outlines, and what it was drawn from: premultiplied (h, w, 4), labels (h, w).

    work: what drawing it took, in seconds of the calibrated machine.
    """

    drawn: Drawn
    premultiplied: Pixels
    labels: Labels
    palette: Palette
    work: float

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def drawing(self) -> Drawing:
        """The drawing."""
        return self.drawn.drawing

    @property
    def length(self) -> float:
        """Of all outlines, px."""
        return len(self.drawn.of.arcs.points) / self.drawn.of.map.fineness

    @property
    def error(self) -> Plane:
        """(h, w): the squared error of each pixel, (grey levels)²."""
        return pixel_errors(self.premultiplied, self.drawn.shown[1:-1, 1:-1])


# How the engine draws a picture by outlines alone: a mere drawing where it is exact or large.
DrawOutlines: TypeAlias = Callable[[Raster, ContourPlan], DrawnOutlines | Drawing | Declined]


def with_strokes(raster: Raster, outlines: DrawnOutlines, draw_outlines: DrawOutlines, plan: ContourPlan) -> Drawing:
    """The drawing of a picture by outlines, with the lines that convince as strokes over the rest drawn anew."""
    if raster.noise or min(raster.width, raster.height) < LEAST_SIDE or _dense(outlines):
        return outlines.drawing
    if not affords(_FITTING * outlines.length):
        return outlines.drawing
    strokes = _likely_strokes(outlines, plan)
    spend(_FITTING * outlines.length if strokes else 0.0)
    strokes = _convincing(raster, outlines, strokes, plan) if _worth_it(strokes, outlines) else []
    if not _worth_it(strokes, outlines):
        return outlines.drawing
    return _drawn_anew(raster, outlines, strokes, draw_outlines, plan) or outlines.drawing


def _drawn_anew(
    raster: Raster, outlines: DrawnOutlines, strokes: list[Stroke], draw_outlines: DrawOutlines, plan: ContourPlan
) -> Drawing | None:
    """Strokes over what is left without them, drawn by outlines; None where that is no better than outlines alone.

    Strokes that do not pay are left out, and the rest drawn once more, as long as most of them do. A rest that cannot
    be drawn as fully as the whole was is no better: it loses what is thin.
    """
    trial, before = StrokeTrial(raster, outlines.premultiplied, plan.decimals), outlines.error
    for tries_left in reversed(range(ROUNDS)):
        if not affords(outlines.work):
            return None
        ground = draw_outlines(trial.erased(strokes), plan)
        if isinstance(ground, Declined):
            return None
        drawing = overlaid(ground.drawing if isinstance(ground, DrawnOutlines) else ground, strokes)
        after = trial.error(drawing)
        kept = paying(strokes, before, after)
        if len(kept) == len(strokes) or not tries_left:
            return drawing if _better(drawing, after, outlines.drawing, before) else None
        if 2 * len(kept) < len(strokes):
            return None
        strokes = kept
    return None


def _worth_it(strokes: list[Stroke], outlines: DrawnOutlines, share: float = 1.0) -> bool:
    """Whether strokes stand for enough of the outlines to draw the rest anew, or for a share of that."""
    walks = [stroke.beziers.reshape(-1, 2) for stroke in strokes]
    length = sum(float(np.linalg.norm(np.diff(walk, axis=0), axis=1).sum()) for walk in walks)
    return bool(strokes) and 2 * length >= share * WORTH * outlines.length


def _better(new: Drawing, after: Plane, old: Drawing, before: Plane) -> bool:
    """Whether a drawing with strokes is no less simple than one without, and less true by less than simpler."""

    def cost(drawing: Drawing, error: Plane) -> float:
        return max(float(error.mean()), SMALL) * math.pow(max(drawing.segment_count, 1), SIZE_POWER)

    return new.segment_count <= old.segment_count and cost(new, after) <= cost(old, before)


def _dense(outlines: DrawnOutlines) -> bool:
    """Whether a drawing is too full for lines to stand out."""
    planar = outlines.drawn.of.map
    fine = planar.fineness > 1 and outlines.drawing.segment_count > MOST_FINE_SEGMENTS
    return planar.arc_count > MOST_ARCS or fine


def _likely_strokes(outlines: DrawnOutlines, plan: ContourPlan) -> list[Stroke]:
    """The lines that the picture seems to have, as strokes; none where they cannot be worth it."""
    masks = list(thin_masks(outlines.premultiplied))
    least = WORTH * outlines.length / 2
    # No line is longer than its mask has pixels.
    if sum(np.count_nonzero(wanted.mask) for wanted in masks) < least:
        return []
    found = _lines(outlines.premultiplied.astype(np.float32), [traced(wanted) for wanted in masks], least)
    strokes = fitted(long_enough(styled(found, outlines.palette)), plan.tolerance)
    return centred(strokes, outlines.premultiplied) if _worth_it(strokes, outlines, ABOUT) else []


def _lines(pixels: NDArray[np.float32], traces: list[Traced], least: float) -> list[Line]:
    """The lines along paths; none as soon as they cannot come to `least` px together any more.

    The longest are measured first: where they are no lines, nothing else need be.
    """
    longest = [trace.longest.tolist() for trace in traces]
    whole = hope = sum(map(sum, longest))
    known = 0.0
    every = [(length, number, path) for number, each in enumerate(longest) for path, length in enumerate(each)]
    found: list[dict[int, Line]] = [{} for _ in traces]
    for length, number, path in sorted(every, reverse=True):
        seen = known + whole - hope
        if hope < least or (seen > TOLD * whole and known < FEW * seen) or not affords(_MEASURING):
            return []
        spend(_MEASURING)
        line = measured(pixels, traces[number], path)
        if line is None:
            hope -= length
        else:
            known += length
            found[number][path] = line
    in_order = ([lines[path] for path in sorted(lines)] for lines in found)
    return [line for lines, trace in zip(in_order, traces, strict=True) for line in joined(lines, trace.places)]


def _convincing(raster: Raster, outlines: DrawnOutlines, strokes: list[Stroke], plan: ContourPlan) -> list[Stroke]:
    """Those strokes, refined, that explain the pixels as well as outlines do, judged in the box that holds all."""
    reach = 2 + max(stroke.width for stroke in strokes)
    points = np.concatenate([stroke.beziers.reshape(-1, 2) for stroke in strokes])
    low = np.maximum(np.floor(points.min(axis=0) - reach).astype(int), 0)
    high = np.minimum(np.ceil(points.max(axis=0) + reach).astype(int), [raster.width, raster.height])
    box = np.s_[low[1] : high[1], low[0] : high[0]]
    trial = StrokeTrial(Raster(raster.pixels[box]), outlines.premultiplied[box], plan.decimals)
    before = outlines.error[box]
    local = trial.capped([shifted(stroke, -low) for stroke in strokes])
    local = trial.refined(paying(local, before, trial.likely_error(local), LENIENT))
    local = paying(local, before, trial.likely_error(local)) if local else []
    return [shifted(stroke, low) for stroke in local]
