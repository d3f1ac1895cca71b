"""Strokes on trial: what lies beneath them, and how well they explain the pixels."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from svgai.arrays import Pixels, Plane, freeze_fields
from svgai.draw.contour.composition import paint_of
from svgai.draw.contour.strokes.areas import around_ends, around_lines, mean_errors
from svgai.draw.contour.strokes.refine import stepped
from svgai.draw.contour.strokes.rounded import rounded
from svgai.draw.contour.strokes.stroke import Stroke, named
from svgai.draw.shown import Step, improved, pixel_errors, shown
from svgai.drawing import Drawing, Shape
from svgai.picture.alpha import straight_alpha
from svgai.picture.raster import Raster
from svgai.records import Record

# Strokes are rendered 4 times finer to be compared, if that takes no more than 1.6 MP: resvg draws them poorly at 1×.
ZOOM, MOST_PIXELS = 4, 1_600_000
# A stroke hides what is beneath it from an alpha of 2 (of 255) on, and 1 px beyond.
HIDDEN = 2
# Beneath strokes pixels are blurred by a σ of 1 px where the stroke has an alpha of 128 (of 255) or more, so that the
# blur does not show. By eye.
SOFT, CORE = 1.0, 128
# Strokes take 3 Gauss–Newton steps on the residual at most. By eye.
STEPS = 3
# Ends are round where that leaves less than 85 % of the error of butt ones. By eye.
ROUNDER = 0.85
# Up to 1.7 px the width of a stroke is uncertain, and its ends look the same round or butt. By eye.
THIN = 1.7
# A stroke is kept if its error is at most 1.1 times that of the outlines it replaces, and 6e-5 of its squared contrast
# more, or 2e-3 if it is thin: it takes a tenth of the segments. By eye.
WORSE, SLACK, SLACK_THIN = 1.1, 6e-5, 2e-3


def shapes(strokes: list[Stroke]) -> tuple[Shape, ...]:
    """The strokes as shapes, bottom first."""
    return tuple(Shape(stroke.outline, paint_of(stroke.color), stroke.width, stroke.round) for stroke in strokes)


def overlaid(ground: Drawing, strokes: list[Stroke]) -> Drawing:
    """A drawing with strokes on top."""
    return replace(ground, shapes=ground.shapes + shapes(strokes))


def fineness(drawing: Drawing) -> int:
    """How many times finer a drawing with strokes is rendered to be compared."""
    return max(1, min(ZOOM, int((MOST_PIXELS / (drawing.width * drawing.height)) ** 0.5)))


class _Seen(Record):
    """Strokes, and what they show over the pixels that remain without them, (h, w, 4), premultiplied."""

    strokes: list[Stroke]
    seen: Pixels

    def __post_init__(self) -> None:
        freeze_fields(self)


class StrokeTrial(Record):
    """A picture that strokes are to explain: premultiplied as (h, w, 4). decimals: of the drawing."""

    raster: Raster
    premultiplied: Pixels
    decimals: int

    def __post_init__(self) -> None:
        freeze_fields(self)

    def _shown(self, drawing: Drawing) -> Pixels:
        """What a drawing shows, (h, w, 4), premultiplied."""
        return shown(drawing, self.decimals, fineness(drawing))

    def error(self, drawing: Drawing) -> Plane:
        """(h, w): the mean squared error of each pixel, (grey levels)²."""
        return pixel_errors(self.premultiplied, self._shown(drawing))

    def _shown_alone(self, strokes: list[Stroke]) -> Pixels:
        """What the strokes show on nothing, (h, w, 4), premultiplied."""
        return self._shown(Drawing(self.raster.width, self.raster.height, shapes(strokes)))

    def erased(self, strokes: list[Stroke]) -> Raster:
        """The picture without the pixels that strokes touch and those next to them."""
        left = _without(self.premultiplied, self._shown_alone(strokes))
        changed = (left != self.premultiplied).any(axis=2)
        pixels = self.raster.pixels.copy()
        pixels[changed] = straight_alpha(left)[changed]
        return replace(self.raster, pixels=pixels)

    def likely_error(self, strokes: list[Stroke]) -> Plane:
        """(h, w): the error of the strokes over the pixels that remain without them, (grey levels)²."""
        return pixel_errors(self.premultiplied, self._likely(strokes))

    def _likely(self, strokes: list[Stroke]) -> Pixels:
        """What the strokes show over the pixels that remain without them, (h, w, 4), premultiplied."""
        top = self._shown_alone(strokes)
        left = 255 - top[..., 3:].astype(np.uint16)
        ground = _without(self.premultiplied, top)
        return np.asarray(top + (ground * left + 127) // 255, np.uint8)

    def refined(self, strokes: list[Stroke]) -> list[Stroke]:
        """The strokes after those Gauss–Newton steps on the residual that lower the error around each."""
        if not strokes:
            return []
        found = improved(_Seen(strokes, self._likely(strokes)), self._step, STEPS)
        return [named(stroke) for stroke in found.strokes]

    def _step(self, now: _Seen) -> Step[_Seen]:
        """What a Gauss–Newton step leads to; a stroke around which the error does not fall stays where it was."""
        areas = around_lines(now.strokes, now.seen.shape[:2])
        moved = stepped(now.strokes, self.premultiplied.astype(np.float32) - now.seen)
        then = self._likely(moved)
        before, after = (
            mean_errors(areas, pixel_errors(self.premultiplied, pixels), len(moved)) for pixels in (now.seen, then)
        )
        better = after < before
        strokes = [new if is_better else old for old, new, is_better in zip(now.strokes, moved, better, strict=True)]
        seen = now.seen if not better.any() else then if better.all() else self._likely(strokes)
        return Step(_Seen(strokes, seen), float(before.sum()), float(np.minimum(before, after).sum()))

    def capped(self, strokes: list[Stroke]) -> list[Stroke]:
        """The strokes with round ends and corners where that fits better."""
        if not any(stroke.width > THIN for stroke in strokes):
            return strokes
        round_ones = [rounded(stroke) if stroke.width > THIN else stroke for stroke in strokes]
        areas = around_ends(strokes, self.premultiplied.shape[:2])
        butt, soft = (mean_errors(areas, self.likely_error(tried), len(strokes)) for tried in (strokes, round_ones))
        rounder = soft < ROUNDER * butt
        return [new if is_rounder else old for old, new, is_rounder in zip(strokes, round_ones, rounder, strict=True)]


def _without(pixels: Pixels, strokes: Pixels) -> Pixels:
    """Pixels, (h, w, 4), those that the strokes shown touch and those next to them as the nearest beyond."""
    neighbours = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    hidden = cv2.dilate((strokes[..., 3] > HIDDEN).astype(np.uint8), neighbours)
    if hidden.all():
        return pixels
    _, nearest = cv2.distanceTransformWithLabels(hidden, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    outside, inside = np.flatnonzero(hidden.ravel() == 0), hidden > 0
    place = np.zeros(int(nearest.max()) + 1, np.int64)
    place[nearest.ravel()[outside]] = outside
    result = pixels.copy()
    result[inside] = pixels.reshape(-1, 4)[place[nearest[inside]]]
    # Where two sides meet beneath a line, an edge of whole pixels would be drawn as a staircase.
    core = strokes[..., 3] >= CORE
    result[core] = cv2.GaussianBlur(result, (0, 0), SOFT)[core]
    return result


def paying(strokes: list[Stroke], before: Plane, after: Plane, lenience: float = 1.0) -> list[Stroke]:
    """The strokes around which the error `after`, (h, w), is no greater than `before`, or hardly.

    lenience: how many times the slack is allowed.
    """
    areas = around_lines(strokes, before.shape)
    with_strokes, without = (mean_errors(areas, error, len(strokes)) for error in (after, before))
    slack = [lenience * stroke.contrast**2 * (SLACK if stroke.width > THIN else SLACK_THIN) for stroke in strokes]
    pays = with_strokes <= WORSE * without + np.array(slack)
    return [stroke for stroke, stroke_pays in zip(strokes, pays, strict=True) if stroke_pays]
