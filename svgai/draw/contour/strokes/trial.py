"""Strokes over a drawing: what lies beneath them, and how well they explain the pixels."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Pixels
from svgai.draw.contour.strokes.join import Stroke, named
from svgai.draw.contour.strokes.refine import settled
from svgai.draw.outline.curves.cubics import split
from svgai.draw.outline.curves.curves import are_lines
from svgai.draw.outline.curves.gauss_newton import places
from svgai.drawing import Color, Drawing, Flat, Shape
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.alpha import premultiply, straight_alpha
from svgai.picture.raster import Raster

# How much finer a drawing is rendered to be compared, and the most pixels that may cost.
_ZOOM, _MOST_PIXELS = 4, 1_600_000
# The blur of what is beneath strokes, px, and the opacity from which it does not show.
_SOFT, _CORE = 1.0, 128
# Gauss–Newton steps.
_STEPS = 3
# What counts as a stroke's surroundings, px.
_MARGIN = 1.5
# Ends are round where that leaves less than this share of the error of butt ones.
_ROUNDER = 0.85
# A stroke may leave this many times the error of the outlines it replaces, and this share of its squared contrast,
# more where its own width is not known: it is a tenth of the segments. Thin ones' ends look the same.
_WORSE, _SLACK, _SLACK_THIN, _THIN = 1.1, 6e-5, 2e-3, 1.7


def paint_of(color: Floats) -> Flat:
    """A premultiplied colour, (4,), 0–255, as a paint."""
    straight = np.clip(color[:3] * 255 / max(color[3], 1e-9), 0, 255)
    return Flat(Color(*(int(v) for v in np.rint(straight))), round(min(float(color[3]) / 255, 1.0), 3))


def shapes(strokes: list[Stroke]) -> tuple[Shape, ...]:
    """Strokes as shapes with their paint."""
    return tuple(Shape(s.outline, paint_of(s.color), s.width, s.round) for s in strokes)


def overlaid(ground: Drawing, strokes: list[Stroke]) -> Drawing:
    """A drawing with strokes on top."""
    return replace(ground, shapes=ground.shapes + shapes(strokes))


def squared(source: Pixels, seen: Pixels) -> NDArray[np.float32]:
    """(h, w): the mean squared error of each pixel; both premultiplied."""
    difference = cv2.absdiff(source, seen).astype(np.float32)
    return np.asarray((difference**2).mean(axis=2), np.float32)


class Ink:
    """A picture that strokes are to explain: premultiplied as (h, w, 4); decimals: of the drawing."""

    def __init__(self, raster: Raster, premultiplied: Pixels, decimals: int) -> None:
        self.raster, self.premultiplied, self.decimals = raster, premultiplied, decimals

    def _shown(self, drawing: Drawing) -> Pixels:
        """What a drawing shows, premultiplied, each pixel the mean of finer ones: strokes are drawn poorly at 1×."""
        w, h = drawing.width, drawing.height
        zoom = max(1, min(_ZOOM, int((_MOST_PIXELS / (w * h)) ** 0.5)))
        fine = premultiply(render(write(drawing, self.decimals), w * zoom, h * zoom).pixels)
        return np.asarray(cv2.resize(fine, (w, h), interpolation=cv2.INTER_AREA), np.uint8)

    def error(self, drawing: Drawing) -> NDArray[np.float32]:
        """(h, w): the mean squared error of each pixel."""
        return squared(self.premultiplied, self._shown(drawing))

    def _strokes(self, strokes: list[Stroke]) -> Pixels:
        return self._shown(Drawing(self.raster.width, self.raster.height, shapes(strokes)))

    def erased(self, strokes: list[Stroke]) -> Raster:
        """The picture without the pixels that strokes touch and those next to them."""
        left = self._without(self.premultiplied, self._strokes(strokes))
        changed = (left != self.premultiplied).any(axis=2)
        pixels = self.raster.pixels.copy()
        pixels[changed] = straight_alpha(left)[changed]
        return replace(self.raster, pixels=pixels)

    def _without(self, pixels: Pixels, strokes: Pixels) -> Pixels:
        """Pixels, (h, w, 4), those that the strokes shown touch and those next to them as the nearest beyond."""
        cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
        hidden = cv2.dilate((strokes[..., 3] > 2).astype(np.uint8), cross)
        if hidden.all():
            return pixels
        _, nearest = cv2.distanceTransformWithLabels(hidden, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
        outside, inside = np.flatnonzero(hidden.ravel() == 0), hidden > 0
        place = np.zeros(int(nearest.max()) + 1, np.int64)
        place[nearest.ravel()[outside]] = outside
        result = pixels.copy()
        result[inside] = pixels.reshape(-1, 4)[place[nearest[inside]]]
        # Where two sides meet beneath a line, an edge of whole pixels would be drawn as a staircase.
        core = strokes[..., 3] >= _CORE
        result[core] = cv2.GaussianBlur(result, (0, 0), _SOFT)[core]
        return result

    def likely_error(self, strokes: list[Stroke]) -> NDArray[np.float32]:
        """(h, w): the error of the strokes over the pixels that remain without them."""
        return squared(self.premultiplied, self._likely(strokes))

    def _likely(self, strokes: list[Stroke]) -> Pixels:
        top = self._strokes(strokes)
        left = 255 - top[..., 3:].astype(np.uint16)
        ground = self._without(self.premultiplied, top)
        return np.asarray(top + (ground * left + 127) // 255, np.uint8)

    def settled(self, strokes: list[Stroke]) -> list[Stroke]:
        """The strokes after those Gauss–Newton steps on the residual that lower the error around each."""
        seen = self._likely(strokes)
        for _ in range(_STEPS if strokes else 0):
            areas = _areas(strokes, seen.shape[:2])
            better = settled(strokes, self.premultiplied.astype(np.float32) - seen)
            now = self._likely(better)
            old, new = (_means(areas, squared(self.premultiplied, p), len(strokes)) for p in (seen, now))
            if not (new < old).any():
                break
            strokes = [b if n < o else s for s, b, n, o in zip(strokes, better, new, old, strict=True)]
            seen = now if (new < old).all() else self._likely(strokes)
        return [named(s) for s in strokes]

    def capped(self, strokes: list[Stroke]) -> list[Stroke]:
        """The strokes with round ends and corners where that fits better."""
        if not any(s.width > _THIN for s in strokes):
            return strokes
        rounded = [_rounded(s) if s.width > _THIN else s for s in strokes]
        areas = _end_areas(strokes, self.premultiplied.shape[:2])
        butt, soft = (_means(areas, self.likely_error(s), len(strokes)) for s in (strokes, rounded))
        return [r if a < _ROUNDER * b else s for s, r, a, b in zip(strokes, rounded, soft, butt, strict=True)]


def _rounded(stroke: Stroke) -> Stroke:
    """The stroke with round ends of as much ink as its butt ones: π/8 of its width shorter at either."""
    beziers = stroke.beziers.copy()
    if not stroke.closed:
        beziers[-1] = _shortened(beziers[-1], np.pi / 8 * stroke.width)
        beziers[0] = _shortened(beziers[0][::-1], np.pi / 8 * stroke.width)[::-1]
    return replace(stroke, beziers=beziers, round=True)


def _shortened(bezier: Floats, cut: float) -> Floats:
    """A cubic, (4, 2), without the last `cut` px, of its last third at most."""
    t = np.linspace(0, 1, 49)
    line = are_lines(bezier[None])
    walk = places(bezier[None], line, t[None])[0]
    left = np.cumsum(np.linalg.norm(np.diff(walk[::-1], axis=0), axis=1))[::-1]
    at = float(np.interp(-cut, -left, t[:-1]))
    if line[0]:
        end = bezier[0] + max(at, 2 / 3) * (bezier[3] - bezier[0])
        return np.stack([bezier[0], bezier[0], end, end])
    return split(bezier, max(at, 2 / 3))


def _areas(strokes: list[Stroke], shape: tuple[int, ...]) -> NDArray[np.int32]:
    """(h, w): the last stroke whose line and _MARGIN around it a pixel belongs to, from 1; 0 for none."""
    number = np.zeros(shape, np.int32)
    t = np.linspace(0, 1, 17)
    for k, s in enumerate(strokes, 1):
        line = are_lines(s.beziers)
        walk = places(s.beziers, line, np.broadcast_to(t, (len(line), len(t)))).reshape(-1, 1, 2)
        thick = max(1, round(s.width + 2 * _MARGIN))
        cv2.polylines(number, [np.rint((walk - 0.5) * 16).astype(np.int32)], s.closed, k, thick, cv2.LINE_8, 4)
    return number


def _end_areas(strokes: list[Stroke], shape: tuple[int, ...]) -> NDArray[np.int32]:
    """The same of the strokes' ends and corners alone."""
    number = np.zeros(shape, np.int32)
    for k, s in enumerate(strokes, 1):
        sharp = s.beziers[s.corner, 0] if s.closed else np.concatenate([s.beziers[s.corner, 0], s.beziers[-1:, 3]])
        for x, y in np.rint(sharp - 0.5).astype(int).tolist():
            cv2.circle(number, (x, y), round(s.width / 2 + _MARGIN), k, -1)
    return number


def _means(number: NDArray[np.int32], error: NDArray[np.float32], count: int) -> Floats:
    """(count,): the mean of the error where each number from 1 on is; 0 where none is."""
    size = np.bincount(number.ravel(), minlength=count + 1)[1:]
    return np.asarray(np.bincount(number.ravel(), error.ravel(), count + 1)[1:] / np.maximum(size, 1))


def paying(
    strokes: list[Stroke], before: NDArray[np.float32], after: NDArray[np.float32], lenience: float = 1.0
) -> list[Stroke]:
    """The strokes around which the error `after` is no greater than `before`, or hardly."""
    areas = _areas(strokes, before.shape)
    with_, without = (_means(areas, error, len(strokes)) for error in (after, before))
    slack = np.array([lenience * s.contrast**2 * (_SLACK if s.width > _THIN else _SLACK_THIN) for s in strokes])
    return [s for s, a, b, more in zip(strokes, with_, without, slack, strict=True) if a <= _WORSE * b + more]
