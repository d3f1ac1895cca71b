"""Arcs of one ink on one ground, and fitted curves as points."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.outline.curves.cubics import evaluate
from svgai.draw.outline.curves.curves import Curves, are_lines
from svgai.draw.outline.planar.arcs import Arcs, locate
from svgai.draw.outline.planar.crossings import summed
from svgai.draw.outline.planar.planar_map import OUTSIDE, planar_map
from tests.truth import BLACK, WHITE, Inside, picture


def arcs_of(inside: Inside, size: int = 96, tolerance: float = 0.2) -> Arcs:
    """The arcs of a black figure on white, without the picture's border."""
    ink = 1 - picture(size, size, WHITE, (inside, BLACK)).pixels[..., 0] / 255

    def coverage(y: Index, x: Index, a: Index, _: Index) -> Floats:
        return np.where(a == 1, ink[y, x], 1 - ink[y, x])

    labels = (ink > 0.5).astype(np.int16)
    found = locate(planar_map(labels, coverage), summed(labels, coverage), tolerance)
    return found.take(np.flatnonzero((found.left != OUTSIDE) & (found.right != OUTSIDE)))


def of_points(points: Points, closed: bool, tolerance: float = 0.2) -> Arcs:
    """One arc through given points."""
    one = np.ones(1, np.int64)
    return Arcs(points, np.array([0, len(points)]), np.array([closed]), one, 0 * one, np.array([tolerance]))


def is_line(curves: Curves) -> Mask:
    return are_lines(curves.beziers)


def along(curves: Curves, count: int = 24) -> Points:
    """(S·count, 2) points along all segments."""
    u = np.broadcast_to(np.linspace(0, 1, count), (len(curves.beziers), count))
    return evaluate(curves.beziers, u).reshape(-1, 2)


def distances(points: Points, curves: Curves) -> Floats:
    """(n,) from points to the curves, as polylines of 64 steps a segment."""
    u = np.broadcast_to(np.linspace(0, 1, 65), (len(curves.beziers), 65))
    path = evaluate(curves.beziers, u)
    start, step = path[:, :-1].reshape(-1, 2), np.diff(path, axis=1).reshape(-1, 2)
    share = ((points[:, None] - start) * step).sum(axis=2) / np.maximum((step**2).sum(axis=1), 1e-12)
    foot = start + np.clip(share, 0, 1)[..., None] * step
    return np.asarray(np.linalg.norm(points[:, None] - foot, axis=2).min(axis=1))
