"""The middle of a face that a pen of even width drew, from its outlines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import cv2
import numpy as np

from svgai.arrays import Floats, Points
from svgai.draw.contour.strokes.find import Traced, traced
from svgai.draw.contour.strokes.gaps import Bridge, heading, repaired
from svgai.draw.contour.strokes.join import joined
from svgai.draw.contour.strokes.line import Line, step_of
from svgai.draw.contour.strokes.masks import LineMask
from svgai.draw.contour.strokes.meetings import without_lone
from svgai.draw.contour.strokes.pens import Pen
from svgai.draw.contour.strokes.polyline import across, smoothed, spaced
from svgai.draw.contour.strokes.sides import Sides, Ways, bridged
from svgai.sorted_values import median

# A face is thinned in a mask in which its pen is 9 px wide, of up to 1,000,000 px, for time. By eye.
PEN, MOST_PIXELS = 9.0, 1_000_000
# A pen's face is 2.2 times as deep as the pen at most, where three lines meet at 45°, and its distances to the edge
# average 0.3 of their maximum or more: along a line they average ½, in a disc ⅓. By eye.
DEEPEST, EVEN = 2.2, 0.3
# 0.7 of the pixels along a pen's paths are within 0.75 px of the median depth: of 58 faces that became strokes all had
# 0.75 or more (lucide and openmoji icons).
LEVEL, MOSTLY = 0.75, 0.7
# A path of pixels is moved to the middle three times, at most by a quarter of the width, and smoothed by a σ of 1.5
# points before, then of 1.5 and 1 in between. By eye.
STAIRS, WOBBLES, FARTHEST = 1.5, (1.5, 1.0, 0.0), 1 / 4
# The width at a place may stray by 3 % of it and 0.2 px at least; a line has 3 places where it does not. By eye.
STRAY, NOISE, FEWEST = 0.03, 0.2, 3
# All of a face has one ink: which one makes no difference to its middle.
NO_GROUND: Floats = np.zeros((2, 4))
INK: Floats = np.full(4, 255.0)


class _Piece(NamedTuple):
    """Points between meeting points and loose ends, the ways from them to both sides, and as Line has it."""

    points: Points
    ways: Ways
    closed: bool
    nodes: tuple[int, int]


def middles(pen: Pen, sides: Sides) -> list[Line]:
    """The lines that a pen has drawn in its face, from loose end to loose end; none where it is no pen's."""
    trace = _traced(pen)
    pieces = list(_pieces(pen, sides, trace)) if trace else []
    if not pieces or not trace:
        return []
    width = float(median(np.concatenate([piece.ways.widths for piece in pieces])))
    bridge = partial(bridged, sides, width)
    lines = [line for piece in pieces if (line := _line(piece, width, bridge))]
    if not lines:
        return []
    nodes = without_lone(np.array([line.nodes for line in lines]), np.arange(len(lines)), len(trace.places)).tolist()
    lines = [replace(line, nodes=(first, last)) for line, (first, last) in zip(lines, nodes, strict=True)]
    return [_ended(line, sides) for line in joined(lines, trace.places, bridge)]


def _traced(pen: Pen) -> Traced | None:
    """The paths of a pen's face, px; None where its depth is not that of a pen."""
    scale = PEN / pen.width
    corners = np.concatenate(pen.contours)
    low = corners.min(axis=0) - 2 / scale
    width, height = np.ceil((corners.max(axis=0) - low) * scale + 2).astype(int).tolist()
    if width * height > MOST_PIXELS:
        return None
    mask = np.zeros((height, width), np.uint8)
    fixed = [np.rint(((contour - low) * scale - 0.5) * 16).astype(np.int32) for contour in pen.contours]
    cv2.fillPoly(mask, fixed, 1, cv2.LINE_8, 4)
    depth = np.asarray(cv2.distanceTransform(mask, cv2.DIST_L2, 5), np.float32)
    deepest = float(depth.max())
    if deepest > DEEPEST * PEN / 2 + 1 or depth.sum() < EVEN * deepest * mask.sum():
        return None
    found = traced(LineMask(mask > 0, depth), spurs=True)
    pieces = [found.depth[first : last + 1] for first, last in found.paths.tolist()]
    if not pieces or not _is_level(np.concatenate(pieces)):
        return None
    return found._replace(middle=found.middle / scale + low, places=found.places / scale + low)


def _is_level(depth: Floats) -> bool:
    """Whether the depth along a pen's paths, (n,), is nearly one for most of them."""
    return bool((np.abs(depth - median(depth)) < LEVEL).mean() >= MOSTLY)


def _pieces(pen: Pen, sides: Sides, trace: Traced) -> Iterator[_Piece]:
    """Each path, moved to the middle between the sides."""
    step = step_of(pen.width)
    for (first, last), closed, nodes in zip(
        trace.paths.tolist(), trace.closed.tolist(), trace.node.tolist(), strict=True
    ):
        if last - first < 2 + closed:
            continue
        points = spaced(smoothed(trace.middle[first : last + 1], STAIRS, closed), step, closed)
        for sigma in WOBBLES:
            normal = across(points, closed)
            by = np.clip(sides.ways(points, normal).offset, -FARTHEST * pen.width, FARTHEST * pen.width)
            points = points + by[:, None] * normal
            points = spaced(smoothed(points, sigma, closed), step, closed) if sigma else points
        yield _Piece(points, sides.ways(points, across(points, closed)), closed, (nodes[0], nodes[1]))


def _line(piece: _Piece, width: float, bridge: Bridge) -> Line | None:
    """The line of a piece, its uneven stretches bridged and its uneven ends left out; None where it is a corner."""
    bad = (np.abs(piece.ways.widths - width) > np.maximum(NOISE, STRAY * width)) | ~piece.ways.opposite
    points, good = piece.points, np.flatnonzero(~bad)
    if len(good) < FEWEST:
        return None
    if not piece.closed:
        points, bad = points[good[0] : good[-1] + 1], bad[good[0] : good[-1] + 1]
    points = repaired(points, bad, piece.closed, step_of(width), bridge)
    return Line(points, width, NO_GROUND, INK, piece.closed, piece.nodes)


def _ended(line: Line, sides: Sides) -> Line:
    """The line with its loose ends as far on as round ends fit."""
    if line.closed:
        return line
    points = line.points
    for towards in (slice(None, None, -1), slice(None)):
        walk = points[towards]
        end = sides.end(heading(walk), line.width)
        if (end - walk[-1]) @ (walk[-1] - walk[-2]) > 0:
            walk = np.concatenate([walk, end[None]])
        points = walk[towards]
    return replace(line, points=points)
