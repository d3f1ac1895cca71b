"""Crumbs: visible contours under a square pixel where the source has no dot.

They are what is left of an edge's anti-aliasing, or of a broken line: at 1× they pass for it, in print and at 4× they
are dots. An engine that leaves many drew noise.
"""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Floats, Index, Mask, Pixels, Points
from svgai.drawing import Contour, Drawing, Path

# Contours below this area are crumbs, px².
_AREA = 1.0
# Crumbs are seen that differ so much from the median of 5 × 5 px, in one channel of 0–255.
_VISIBLE = 24
# A dot of the source stands out by so much from all pixels two px away.
_DOT = 16


def crumbs(drawing: Drawing, source: Pixels, rendered: Pixels) -> int:
    """How many crumbs of a drawing are seen in its rendering; both pictures opaque, (h, w, 4) uint8, of one size.

    The size may differ from the drawing's: a large picture's copy is measured as well.
    """
    middles = _middles(_filled(drawing))
    if not len(middles):
        return 0
    height, width = source.shape[:2]
    scale = np.array([width / drawing.width, height / drawing.height])
    x, y = np.clip((middles * scale).astype(np.int64), 0, [width - 1, height - 1]).T
    return int((_seen(rendered, x, y) & ~_dots(source, x, y)).sum())


def _filled(drawing: Drawing) -> list[Contour]:
    paths = [s.outline for s in drawing.shapes if s.stroke_width is None and isinstance(s.outline, Path)]
    return [contour for path in paths for contour in path.contours]


def _middles(contours: list[Contour]) -> Points:
    """(n, 2): the mean of the joints of each contour under _AREA, by Green's theorem on Bernstein polynomials.

    All contours at once: a photograph has 40,000.
    """
    if not contours:
        return np.zeros((0, 2))
    counts = np.array([len(c.segments) for c in contours])
    first = np.cumsum(counts) - counts
    start = np.array([c.start for c in contours])
    b, c, d = np.concatenate([contour.segments for contour in contours]).swapaxes(0, 1)
    a = np.concatenate([start[:1], d[:-1]])
    a[first] = start
    pairs = ((a, b, 6), (a, c, 3), (a, d, 1), (b, c, 3), (b, d, 3), (c, d, 6))
    twice = np.add.reduceat(sum(weight * _cross(p, q) for p, q, weight in pairs) / 10, first)
    twice += _cross(d[first + counts - 1], start)
    small = np.abs(twice) / 2 < _AREA
    return np.asarray((np.add.reduceat(a, first) / counts[:, None])[small])


def _cross(p: Points, q: Points) -> Floats:
    return np.asarray(p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0])


def _seen(rendered: Pixels, x: Index, y: Index) -> Mask:
    around = np.asarray(cv2.medianBlur(rendered, 5), np.int16)
    return np.asarray(np.abs(rendered[y, x] - around[y, x]).max(axis=1) >= _VISIBLE)


def _dots(source: Pixels, x: Index, y: Index) -> Mask:
    """(n,): which pixels stand out from all those at a distance of two, as an edge's anti-aliasing does not."""
    wide = np.pad(source.astype(np.int16), ((2, 2), (2, 2), (0, 0)), mode="edge")
    ring = [(i, j) for i in range(5) for j in range(5) if max(abs(i - 2), abs(j - 2)) == 2]
    around = np.stack([wide[y + i, x + j] for i, j in ring])
    here = wide[y + 2, x + 2]
    return np.asarray(np.maximum(here - around.max(axis=0), around.min(axis=0) - here).max(axis=1) >= _DOT)
