"""Closed arcs that are circles, ellipses, rectangles or rounded rectangles, upright in pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from svgai.arrays import Floats, Points
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.planar.arcs import Arcs
from svgai.drawing import Ellipse, Rect

# Root mean square and greatest distance of the points from a shape, px.
_RMS, _WORST = 0.1, 0.3
# Fewer points fit anything.
_LEAST = 8
# Radii this near each other are those of a circle; a rounding below the other makes a corner.
_CIRCLE, _SHARP = 0.12, 0.75
# Points this near a sharp corner are rounded by the pixel's own width, px.
_ROUNDED = 1.6
# How the area of an ellipse in its box may vary about π/4, and how far under 1 a rounded box may come.
_BOX = 0.03


def _distances_ellipse(p: Points, x: Floats) -> Floats:
    """First-order distances (Taubin 1991) from the ellipse of centre x[:2] and radii x[2:]."""
    q = (p - x[:2]) / x[2:]
    size = np.linalg.norm(q, axis=1)
    return np.asarray((size - 1) * size / np.maximum(np.linalg.norm(q / x[2:], axis=1), 1e-12))


def _distances_rounded(p: Points, x: Floats) -> Floats:
    """Distances from the rounded box of centre x[:2], half sizes x[2:4] and corner radius x[4], negative inside."""
    q = np.abs(p - x[:2]) - (x[2:4] - x[4])
    outside = np.linalg.norm(np.maximum(q, 0), axis=1)
    return np.asarray(outside + np.minimum(q.max(axis=1), 0) - x[4])


def _adjusted(distances: Callable[[Points, Floats], Floats], p: Points, x: Floats) -> Floats:
    """Parameters after a few Gauss–Newton steps to the least squares of the distances."""
    for _ in range(6):
        d = distances(p, x)
        slopes = np.stack([(distances(p, x + h) - d) / 1e-5 for h in 1e-5 * np.eye(len(x))], axis=1)
        step = np.linalg.lstsq(slopes, -d, rcond=None)[0]
        x = np.maximum(x + np.clip(step, -1, 1), [-np.inf, -np.inf, *np.full(len(x) - 2, 0.1)])
    return x


def _holds(distance: Floats) -> bool:
    return bool(np.sqrt((distance**2).mean()) <= _RMS and np.abs(distance).max() <= _WORST)


def _ellipse(p: Points, box: Floats) -> Ellipse | None:
    x = _adjusted(_distances_ellipse, p, np.concatenate([(box[0] + box[1]) / 2, (box[1] - box[0]) / 2]))
    if abs(x[2] - x[3]) <= _CIRCLE:
        round_ = np.array([x[0], x[1], *np.full(2, x[2:].mean())])
        x = round_ if _holds(_distances_ellipse(p, round_)) else x
    return Ellipse(*x.tolist()) if _holds(_distances_ellipse(p, x)) else None


def _rounded(p: Points, box: Floats, area: float) -> Rect | None:
    half = (box[1] - box[0]) / 2
    radius = np.sqrt(max(4 * half.prod() - area, 0) / (4 - np.pi))
    x = _adjusted(_distances_rounded, p, np.array([*box.mean(axis=0), *half, min(radius, half.min() * 0.98)]))
    x[4] = min(x[4], x[2:4].min())
    if x[4] < _SHARP or not _holds(_distances_rounded(p, x)):
        return None
    cx, cy, half_width, half_height, radius = x.tolist()
    return Rect(cx - half_width, cy - half_height, 2 * half_width, 2 * half_height, radius)


def _rectangle(p: Points, beziers: Points) -> Rect | None:
    """Four lines, each along an axis."""
    corners = beziers[:, 0]
    low, high = corners.min(axis=0), corners.max(axis=0)
    if not np.isin(corners, [low, high]).all() or not (high - low > 0).all():
        return None
    far = np.linalg.norm(p[:, None] - corners, axis=2).min(axis=1) > _ROUNDED
    x = np.array([*(low + high) / 2, *(high - low) / 2, 0.0])
    if not far.any() or not _holds(_distances_rounded(p[far], x)):
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
    """
    found: dict[int, Ellipse | Rect] = {}
    for k in np.flatnonzero(arcs.closed & (np.diff(arcs.offsets) >= _LEAST)).tolist():
        p = arcs.points[arcs.offsets[k] : arcs.offsets[k + 1]]
        piece = slice(curves.offsets[k], curves.offsets[k + 1])
        shape = _recognized(p, curves.beziers[piece])
        if shape is not None:
            found[k] = shape
    return found


def _sharp(beziers: Points) -> int:
    """How many joints of a closed chain turn by 45° or more."""
    arms = beziers[:, [1, 3]] - beziers[:, [0, 2]]
    chord = np.repeat(beziers[:, 3:] - beziers[:, :1], 2, axis=1)
    out, into = np.moveaxis(np.where(arms.any(axis=2, keepdims=True), arms, chord), 1, 0)
    into = np.roll(into, 1, axis=0)
    cross = into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0]
    return int((np.abs(np.arctan2(cross, (into * out).sum(axis=1))) > np.pi / 4).sum())


def _recognized(p: Points, beziers: Points) -> Ellipse | Rect | None:
    if corners := _sharp(beziers):
        return _rectangle(p, beziers) if corners == len(beziers) == 4 else None
    box = np.stack([p.min(axis=0), p.max(axis=0)])
    size = box[1] - box[0]
    ahead = np.roll(p, -1, axis=0)
    area = abs(float((p[:, 0] * ahead[:, 1] - p[:, 1] * ahead[:, 0]).sum())) / 2
    share = area / max(float(size.prod()), 1e-9)
    # The box of points ½ px apart misses the outermost ones by little; small shapes vary more.
    slack = _BOX + 0.5 / max(float(size.min()), 1.0)
    if abs(share - np.pi / 4) < slack:
        ellipse = _ellipse(p, box)
        if ellipse is not None:
            return ellipse
    return _rounded(p, box, area) if np.pi / 4 - slack < share < 1 + slack else None


# Handle length of a quarter circle of radius 1: within 2.7e-4 of it (4/3 · tan(π/8)).
_KAPPA = 4 / 3 * np.tan(np.pi / 8)


def _outline(shape: Ellipse | Rect) -> Points:
    """(n, 4, 2): a shape as lines and quarter ellipses, clockwise on the screen."""
    if isinstance(shape, Ellipse):
        center, inner, radii = np.array([shape.cx, shape.cy]), np.zeros(2), np.array([shape.rx, shape.ry])
    else:
        half = np.array([shape.width, shape.height]) / 2
        center, radii = np.array([shape.x, shape.y]) + half, np.full(2, shape.radius)
        inner = half - radii
    pieces = []
    for out, ahead in (((0, -1), (1, 0)), ((1, 0), (0, 1)), ((0, 1), (-1, 0)), ((-1, 0), (0, -1))):
        u, v = np.array(out, np.float64), np.array(ahead, np.float64)
        corner = center + inner * (u + v)
        start, stop = corner + radii * u, corner + radii * v
        if (inner * v).any():
            pieces.append([start - 2 * inner * v] * 2 + [start] * 2)
        if radii.any():
            pieces.append([start, start + _KAPPA * radii * v, stop + _KAPPA * radii * u, stop])
    result = np.array(pieces)
    line = (result[:, 0] == result[:, 1]).all(axis=1)
    # Joints are shared to the bit.
    result[:, 0] = np.roll(result[:, 3], 1, axis=0)
    result[line, 1] = result[line, 0]
    return result


def idealized(curves: Curves, shapes: dict[int, Ellipse | Rect]) -> Curves:
    """The curves with each recognised arc as its shape's own lines and quarter ellipses, walked the same way."""
    counts = np.diff(curves.offsets)
    pieces = [curves.beziers[a:b] for a, b in pairwise(curves.offsets.tolist())]
    corners = [curves.corner[a:b] for a, b in pairwise(curves.offsets.tolist())]
    for k, shape in shapes.items():
        ideal = _outline(shape)
        if (_area(ideal) > 0) != (_area(pieces[k]) > 0):
            ideal = ideal[::-1, ::-1]
        pieces[k], counts[k] = ideal, len(ideal)
        corners[k] = np.full(len(ideal), isinstance(shape, Rect) and shape.radius == 0)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    return Curves(np.concatenate(pieces), offsets, np.concatenate(corners)) if pieces else curves


def _area(beziers: Points) -> float:
    """Twice the signed area of a closed chain's control polygon."""
    p = beziers[:, :3].reshape(-1, 2)
    q = np.roll(p, -1, axis=0)
    return float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum())
