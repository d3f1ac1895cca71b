"""The middle of a face that a pen of even width drew, from its outlines."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import cv2
import numpy as np

from svgai.arrays import Floats, Points
from svgai.draw.contour.strokes.find import traced
from svgai.draw.contour.strokes.gaps import Bridge, heading, repaired
from svgai.draw.contour.strokes.join import joined
from svgai.draw.contour.strokes.line import Line, step_of
from svgai.draw.contour.strokes.masks import LineMask
from svgai.draw.contour.strokes.meetings import without_lone
from svgai.draw.contour.strokes.pens import Pen
from svgai.draw.contour.strokes.polyline import across, smoothed, spaced
from svgai.draw.contour.strokes.sides import Sides, Ways, bridged
from svgai.sorted_values import median

SCALE = 9.0
THICK = 2.2


def _mask(pen: Pen) -> tuple[LineMask, Floats, float] | None:
    scale = SCALE / pen.width
    every = np.concatenate(pen.contours)
    low = every.min(axis=0) - 2 / scale
    width, height = np.ceil((every.max(axis=0) - low) * scale + 2).astype(int).tolist()
    if width * height > 1_000_000:
        return None
    mask = np.zeros((height, width), np.uint8)
    fixed = [np.rint(((c - low) * scale - 0.5) * 16).astype(np.int32) for c in pen.contours]
    cv2.fillPoly(mask, fixed, 1, cv2.LINE_8, 4)
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    if depth.max() > THICK * SCALE / 2 + 1 or depth.sum() < 0.3 * depth.max() * mask.sum():
        return None
    return LineMask(mask > 0, depth, 1), low, scale


class _Piece(NamedTuple):
    points: Points
    ways: Ways
    closed: bool
    node: tuple[int, int]


def _centred(sides: Sides, pen: Pen, points: Points, closed: bool) -> tuple[Points, Ways]:
    step = step_of(pen.width)
    points = spaced(smoothed(points, 1.5, closed), step, closed)
    for sigma in (1.5, 1.0, 0.0):
        normal = across(points, closed)
        by = np.clip(sides.ways(points, normal).offset, -pen.width / 4, pen.width / 4)
        points = points + by[:, None] * normal
        if sigma:
            points = spaced(smoothed(points, sigma, closed), step, closed)
    return points, sides.ways(points, across(points, closed))


def middles(pen: Pen, sides: Sides) -> list[Line]:
    found = _mask(pen)
    if found is None:
        return []
    mask, low, scale = found
    trace = traced(mask, spurs=True)
    rough, places = trace.middle / scale + low, trace.places / scale + low
    pieces = []
    for path, (first, last) in enumerate(trace.paths.tolist()):
        closed = bool(trace.closed[path])
        if last - first >= 2 + closed:
            node = (int(trace.node[path, 0]), int(trace.node[path, 1]))
            pieces.append(_Piece(*_centred(sides, pen, rough[first : last + 1], closed), closed, node))
    if not pieces:
        return []
    width = float(median(np.concatenate([piece.ways.widths for piece in pieces])))
    bridge = partial(bridged, sides, width)
    lines = [line for piece in pieces if (line := _line(piece, width, bridge))]
    if not lines:
        return []
    node = without_lone(np.array([line.nodes for line in lines]), np.arange(len(lines)), len(places))
    lines = [replace(line, nodes=(int(n[0]), int(n[1]))) for line, n in zip(lines, node, strict=True)]
    return [_ended(line, sides) for line in joined(lines, places, bridge)]


def _line(piece: _Piece, width: float, bridge: Bridge) -> Line | None:
    bad = (np.abs(piece.ways.widths - width) > np.maximum(0.2, 0.03 * width)) | ~piece.ways.opposite
    points, good = piece.points, np.flatnonzero(~bad)
    if len(good) < 3:
        return None
    if not piece.closed:
        points, bad = points[good[0] : good[-1] + 1], bad[good[0] : good[-1] + 1]
    points = repaired(points, bad, piece.closed, step_of(width), bridge)
    return Line(points, width, np.zeros((2, 4)), np.full(4, 255.0), piece.closed, piece.node)


def _ended(line: Line, sides: Sides) -> Line:
    points = line.points
    if line.closed:
        return line
    for towards in (slice(None, None, -1), slice(None)):
        walk = points[towards]
        end = sides.end(heading(walk), line.width)
        if ((end - walk[-1]) @ (walk[-1] - walk[-2])) > 0:
            walk = np.concatenate([walk, end[None]])
        points = walk[towards]
    return replace(line, points=points)
