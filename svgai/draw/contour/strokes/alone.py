"""The lines of a picture alone: one path a line, through crossings too, for plotters, engravers and embroidery."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from svgai.arrays import Mask
from svgai.draw.budget import affords, spend
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.contour.strokes.areas import around_lines
from svgai.draw.contour.strokes.find import measured, traced
from svgai.draw.contour.strokes.fit import fitted
from svgai.draw.contour.strokes.join import joined
from svgai.draw.contour.strokes.line import Line
from svgai.draw.contour.strokes.masks import LineMask, thin_masks
from svgai.draw.contour.strokes.penned import face_strokes
from svgai.draw.contour.strokes.refine import centred
from svgai.draw.contour.strokes.stroke import Stroke
from svgai.draw.contour.strokes.style import long_enough, styled
from svgai.draw.contour.strokes.trial import StrokeTrial, shapes
from svgai.draw.contour.strokes.with_strokes import MEASURING, DrawnOutlines
from svgai.drawing import Color, Declined, Drawing, Flat, Paint
from svgai.picture.background import TOLERANCE, color_of
from svgai.picture.raster import Raster

# A thin line's pixels that a wide one covers, and those within 1 px of it, are that one's. By eye.
BESIDE = 1


def lines_alone(raster: Raster, outlines: DrawnOutlines, plan: ContourPlan) -> Drawing | Declined:
    """The strokes that a picture's lines are: wide ones between their outlines, thin ones in the pixels that are left.

    Areas that no pen of even width drew are left out, and so are lines in the colour of the background.
    """
    ground = color_of(raster)
    wide = [pair for pairs in face_strokes(outlines.drawn, plan.tolerance).values() for pair in pairs]
    thin = _thin(raster, outlines, _covered([stroke for stroke, _ in wide], outlines.labels.shape), plan)
    every = (*(shape for _, shape in wide), *shapes(thin))
    drawn = tuple(shape for shape in every if ground is None or not _is_near(shape.paint, ground))
    if not drawn:
        return Declined("no line of even width")
    return Drawing(raster.width, raster.height, drawn)


def _is_near(paint: Paint, ground: Color) -> bool:
    color = paint.color if isinstance(paint, Flat) else ground
    return all(abs(one - other) <= TOLERANCE for one, other in zip(color, ground, strict=True))


def _covered(strokes: list[Stroke], shape: tuple[int, ...]) -> Mask:
    """(h, w): the pixels of strokes, and those beside them."""
    cover = np.asarray(around_lines(strokes, shape) > 0).astype(np.uint8)
    return np.asarray(cv2.dilate(cover, np.ones((2 * BESIDE + 1,) * 2, np.uint8)) > 0)


def _thin(raster: Raster, outlines: DrawnOutlines, taken: Mask, plan: ContourPlan) -> list[Stroke]:
    """The thin lines in pixels that are not taken, where the picture has their ink, with round ends where they fit."""
    lines = long_enough(styled(list(_lines(outlines, taken)), outlines.palette))
    if not lines:
        return []
    trial = StrokeTrial(raster, outlines.premultiplied, plan.decimals)
    return trial.refined(trial.capped(centred(fitted(lines, plan.tolerance), outlines.premultiplied)))


def _lines(outlines: DrawnOutlines, taken: Mask) -> Iterator[Line]:
    pixels = outlines.premultiplied.astype(np.float32)
    for wanted in thin_masks(outlines.premultiplied):
        trace = traced(LineMask(wanted.mask & ~taken, wanted.weight))
        found = []
        for path in range(len(trace.paths)):
            if not affords(MEASURING):
                break
            spend(MEASURING)
            found.append(measured(pixels, trace, path))
        yield from joined([line for line in found if line is not None], trace.places)
