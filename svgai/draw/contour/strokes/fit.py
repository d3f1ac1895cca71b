"""Lines → strokes: their points as straight segments and cubics."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Mask, Points
from svgai.draw.contour.strokes.line import Line, step_of
from svgai.draw.contour.strokes.stroke import Stroke
from svgai.draw.contour.strokes.style import HAIR
from svgai.draw.outline.fit.fit import fit
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.ragged import offsets_of
from svgai.draw.vectors import cross

# A stroke is fitted to 0.06 of the distance between its points at least, whatever the tolerance: they are no more
# exact. By eye.
TIGHTEST = 0.06
# Segments are one line if their controls lie within 0.15 px of it. By eye.
ASIDE = 0.15


def fitted(lines: list[Line], tolerance: float) -> list[Stroke]:
    """Each line as the straight segments and cubics that hold the tolerance, px, of its points."""
    if not lines:
        return []
    steps = [step_of(line.width) for line in lines]
    points = [line.points / step for line, step in zip(lines, steps, strict=True)]
    none = np.zeros(len(lines), np.int64)
    closed = np.array([line.closed for line in lines])
    allowed = np.array([_allowed(line, tolerance / step) for line, step in zip(lines, steps, strict=True)])
    arcs = Arcs(np.concatenate(points), offsets_of(np.array([len(p) for p in points])), closed, none, none, allowed)
    curves = fit(arcs)
    strokes = []
    for line, step, start, stop in zip(lines, steps, curves.offsets[:-1], curves.offsets[1:], strict=True):
        beziers, corner = straightened(curves.beziers[start:stop] * step, curves.corner[start:stop])
        strokes.append(Stroke(beziers, corner, line.closed, line.width, line.color, line.ground))
    return strokes


def straightened(beziers: Points, corner: Mask) -> tuple[Points, Mask]:
    """Segments, (n, 4, 2), and whether each begins at a corner, with neighbours that lie on one line as one line."""
    kept, starts, first = [], [], 0
    while first < len(beziers):
        last = first
        while last + 1 < len(beziers) and _is_straight(beziers[first : last + 2]):
            last += 1
        start, end = beziers[first, 0], beziers[last, 3]
        kept.append(beziers[first] if last == first else np.stack([start, start, end, end]))
        starts.append(corner[first])
        first = last + 1
    return np.stack(kept), np.array(starts)


def _is_straight(beziers: Points) -> bool:
    """Whether the controls of segments, (n, 4, 2), lie on the way from the first to the last, in order."""
    way = beziers[-1, 3] - beziers[0, 0]
    size = float(np.linalg.norm(way))
    gap = beziers.reshape(-1, 2) - beziers[0, 0]
    along = gap @ way
    return size > 0 and bool((np.abs(cross(gap, way)) <= ASIDE * size).all() and (np.diff(along) >= 0).all())


def _allowed(line: Line, tolerance: float) -> float:
    """How far the fit may stray, in distances between points: half as far from lines that are seen well."""
    return max(tolerance / (1 if line.width < HAIR else 2), TIGHTEST)
