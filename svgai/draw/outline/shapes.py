"""Closed arcs that are circles, ellipses, rectangles or rounded rectangles, upright in pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from svgai.arrays import Floats, Points
from svgai.draw.budget import affords, spend
from svgai.draw.outline.curves.curves import Curves, are_lines
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.ragged import offsets_of, pieces
from svgai.draw.vectors import cross, turn
from svgai.drawing import Ellipse, Rect

# A shape holds where its points lie within 0.1 px of it in the root mean square and 0.3 px at most (by eye: what
# sub-pixel arcs of drawn shapes leave).
_RMS, _WORST = 0.1, 0.3
# Fewer than 8 points fit anything.
_LEAST = 8
# Two radii within 0.12 px of each other are those of a circle; a corner radius below 0.75 px is a corner (by eye).
_CIRCLE, _SHARP = 0.12, 0.75
# A point within 1.6 px of a sharp corner is rounded by the pixel's own width, as in fit/runs.py.
_ROUNDED = 1.6
# An ellipse covers π/4 ± 0.03 of its box, a rounded box up to 1.03 (by eye); ± ½ px / the shorter side more, as points
# that are 1 px apart miss the outermost ones.
_BOX, _BOX_POINTS = 0.03, 0.5
# A joint that turns by 45° or more is a sharp corner (by eye).
_CORNER = np.pi / 4
# Least squares take 6 Gauss–Newton steps at most, with slopes by differences of 1e-5 px, none longer than 1 px, and no
# radius below 0.1 px; an ellipse or box of an arc's own size is near enough. A step below 1e-4 px is the last.
_FITTINGS, _DIFFERENCE, _LONGEST_STEP, _LEAST_RADIUS, _SETTLED = 6, 1e-5, 1.0, 0.1, 1e-4
# Points that lie 1 px off that ellipse or box in the root mean square lie on none: ten times as far as on one that
# holds.
_HOPELESS = 1.0
# A rounding begins its fit at no more than 0.98 of half the shorter side: at the half the slope is undefined.
_ROUNDEST = 0.98

# Least squares take 1.5 ms (benchmarks/work.py).
_FITTING = 1.5e-3

# Distances of points, (n, 2), from a shape of given parameters.
_Distances: TypeAlias = Callable[[Points, Floats], Floats]


def _distances_ellipse(points: Points, ellipse: Floats) -> Floats:
    """First-order distances (Taubin 1991) from the ellipse of centre [:2] and radii [2:]."""
    scaled = (points - ellipse[:2]) / ellipse[2:]
    size = np.linalg.norm(scaled, axis=1)
    return np.asarray((size - 1) * size / np.maximum(np.linalg.norm(scaled / ellipse[2:], axis=1), 1e-12))


def _distances_rounded(points: Points, box: Floats) -> Floats:
    """Distances from the rounded box of centre [:2], half sizes [2:4] and corner radius [4], negative inside."""
    beyond = np.abs(points - box[:2]) - (box[2:4] - box[4])
    outside = np.linalg.norm(np.maximum(beyond, 0), axis=1)
    return np.asarray(outside + np.minimum(beyond.max(axis=1), 0) - box[4])


def _adjusted(distances: _Distances, points: Points, start: Floats) -> Floats:
    """A centre and lengths after Gauss–Newton steps from `start` to the least squares of the distances."""
    spend(_FITTING)
    found = start
    least = [-np.inf, -np.inf, *np.full(len(start) - 2, _LEAST_RADIUS)]
    for _ in range(_FITTINGS):
        off = distances(points, found)
        if np.sqrt((off**2).mean()) > _HOPELESS:
            break
        changes = _DIFFERENCE * np.eye(len(found))
        slopes = np.stack([(distances(points, found + change) - off) / _DIFFERENCE for change in changes], axis=1)
        step = np.linalg.lstsq(slopes, -off, rcond=None)[0]
        found = np.maximum(found + np.clip(step, -_LONGEST_STEP, _LONGEST_STEP), least)
        if np.abs(step).max() < _SETTLED:
            break
    return found


def _holds(distance: Floats) -> bool:
    return bool(np.sqrt((distance**2).mean()) <= _RMS and np.abs(distance).max() <= _WORST)


def _ellipse(points: Points, box: Floats) -> Ellipse | None:
    """The ellipse or circle that points lie on; box: (2, 2), their least and greatest coordinates."""
    found = _adjusted(_distances_ellipse, points, np.concatenate([(box[0] + box[1]) / 2, (box[1] - box[0]) / 2]))
    if abs(found[2] - found[3]) <= _CIRCLE:
        circle = np.array([found[0], found[1], *np.full(2, found[2:].mean())])
        found = circle if _holds(_distances_ellipse(points, circle)) else found
    return Ellipse(*found.tolist()) if _holds(_distances_ellipse(points, found)) else None


def _rounded(points: Points, box: Floats, area: float) -> Rect | None:
    """The rounded rectangle that points lie on; a corner of radius r takes (1 − π/4) r² of the box's area."""
    half = (box[1] - box[0]) / 2
    radius = np.sqrt(max(4 * half.prod() - area, 0) / (4 - np.pi))
    start = np.array([*box.mean(axis=0), *half, min(radius, half.min() * _ROUNDEST)])
    found = _adjusted(_distances_rounded, points, start)
    found[4] = min(found[4], found[2:4].min())
    if found[4] < _SHARP or not _holds(_distances_rounded(points, found)):
        return None
    x, y, half_width, half_height, radius = found.tolist()
    return Rect(x - half_width, y - half_height, 2 * half_width, 2 * half_height, radius)


def _rectangle(points: Points, beziers: Points) -> Rect | None:
    """The rectangle of four lines, each along an axis, where the points lie on it."""
    corners = beziers[:, 0]
    low, high = corners.min(axis=0), corners.max(axis=0)
    if not ((corners == low) | (corners == high)).all() or not (high - low > 0).all():
        return None
    far = np.linalg.norm(points[:, None] - corners, axis=2).min(axis=1) > _ROUNDED
    box = np.array([*(low + high) / 2, *(high - low) / 2, 0.0])
    if not far.any() or not _holds(_distances_rounded(points[far], box)):
        return None
    return Rect(*low.tolist(), *(high - low).tolist())


def moved_shape(shape: Ellipse | Rect, dx: float, dy: float) -> Ellipse | Rect:
    """A shape moved by so many px."""
    if isinstance(shape, Ellipse):
        return replace(shape, cx=shape.cx + dx, cy=shape.cy + dy)
    return replace(shape, x=shape.x + dx, y=shape.y + dy)


def recognized(arcs: Arcs, curves: Curves) -> dict[int, Ellipse | Rect]:
    """Which closed arcs are a circle, an ellipse, a rectangle or a rounded rectangle: arc → outline.

    By least squares on the arcs' points, which lie within 0.1 px of the outline in the root mean square and 0.3 px at
    most; a rectangle's sides are its curves' lines. An arc with sharp corners is no ellipse and no rounded rectangle.
    Arcs whose least squares are not affordable any more stay what they are.
    """
    found: dict[int, Ellipse | Rect] = {}
    for k in np.flatnonzero(arcs.closed & (arcs.counts >= _LEAST)).tolist():
        if not affords(2 * _FITTING):
            break
        points = arcs.points[arcs.offsets[k] : arcs.offsets[k + 1]]
        shape = _recognized(points, curves.beziers[curves.offsets[k] : curves.offsets[k + 1]])
        if shape is not None:
            found[k] = shape
    return found


def _sharp(beziers: Points) -> int:
    """How many joints of a closed chain turn by 45° or more."""
    arms = beziers[:, [1, 3]] - beziers[:, [0, 2]]
    chord = np.repeat(beziers[:, 3:] - beziers[:, :1], 2, axis=1)
    out, into = np.moveaxis(np.where(arms.any(axis=2, keepdims=True), arms, chord), 1, 0)
    return int((np.abs(turn(np.roll(into, 1, axis=0), out)) > _CORNER).sum())


def _recognized(points: Points, beziers: Points) -> Ellipse | Rect | None:
    """The shape that a closed arc's points lie on, and its curves do not contradict."""
    if corners := _sharp(beziers):
        return _rectangle(points, beziers) if corners == len(beziers) == 4 else None
    box = np.stack([points.min(axis=0), points.max(axis=0)])
    size = box[1] - box[0]
    area = abs(_area(points)) / 2
    share = area / max(float(size.prod()), 1e-9)
    slack = _BOX + _BOX_POINTS / max(float(size.min()), 1.0)
    if abs(share - np.pi / 4) < slack:
        ellipse = _ellipse(points, box)
        if ellipse is not None:
            return ellipse
    return _rounded(points, box, area) if np.pi / 4 - slack < share < 1 + slack else None


# Handles of 4/3 · tan(π/8) of the radius draw a quarter circle to 2.7e-4 of it.
_KAPPA = 4 / 3 * np.tan(np.pi / 8)
# The four sides of a box, clockwise on the screen: the way out to each, and the way ahead along it.
_SIDES = (((0, -1), (1, 0)), ((1, 0), (0, 1)), ((0, 1), (-1, 0)), ((-1, 0), (0, -1)))


def _outline(shape: Ellipse | Rect) -> Points:
    """(n, 4, 2): a shape as lines and quarter ellipses, clockwise on the screen."""
    if isinstance(shape, Ellipse):
        center, inner, radii = np.array([shape.cx, shape.cy]), np.zeros(2), np.array([shape.rx, shape.ry])
    else:
        half = np.array([shape.width, shape.height]) / 2
        center, radii = np.array([shape.x, shape.y]) + half, np.full(2, shape.radius)
        inner = half - radii
    sides = []
    for out, ahead in np.array(_SIDES, np.float64):
        corner = center + inner * (out + ahead)
        start, stop = corner + radii * out, corner + radii * ahead
        if (inner * ahead).any():
            sides.append([start - 2 * inner * ahead] * 2 + [start] * 2)
        if radii.any():
            sides.append([start, start + _KAPPA * radii * ahead, stop + _KAPPA * radii * out, stop])
    result = np.array(sides)
    line = are_lines(result)
    # Joints are shared to the bit.
    result[:, 0] = np.roll(result[:, 3], 1, axis=0)
    result[line, 1] = result[line, 0]
    return result


def idealized(curves: Curves, shapes: dict[int, Ellipse | Rect]) -> Curves:
    """The curves with each recognised arc as its shape's own lines and quarter ellipses, walked the same way."""
    if not len(curves.counts):
        return curves
    counts = curves.counts.copy()
    chains = pieces(curves.beziers, curves.offsets)
    corners = pieces(curves.corner, curves.offsets)
    for k, shape in shapes.items():
        ideal = _outline(shape)
        if (_area(_controls(ideal)) > 0) != (_area(_controls(chains[k])) > 0):
            ideal = ideal[::-1, ::-1]
        chains[k], counts[k] = ideal, len(ideal)
        corners[k] = np.full(len(ideal), isinstance(shape, Rect) and shape.radius == 0)
    return Curves(np.concatenate(chains), offsets_of(counts), np.concatenate(corners))


def _controls(beziers: Points) -> Points:
    """(3n, 2): the control polygon of a closed chain."""
    return beziers[:, :3].reshape(-1, 2)


def _area(polygon: Points) -> float:
    """Twice the signed area of a closed polygon, (n, 2)."""
    return float(cross(polygon, np.roll(polygon, -1, axis=0)).sum())
