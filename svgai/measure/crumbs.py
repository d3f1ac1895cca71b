"""Crumbs: visible contours under a square pixel where the source has no dot.

They are what is left of an edge's anti-aliasing, or of a broken line: at 1× they pass for it, in print and at 4× they
are dots. An engine that leaves many drew noise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Mask, Pixels, Points
from svgai.drawing import Contour, Drawing, Path
from svgai.picture.alpha import over

# Contours below this area are crumbs, px².
_AREA = 1.0
# Crumbs are seen that differ so much from the median of 5 × 5 px, in one channel of 0–255.
_VISIBLE = 24
# A dot of the source stands out by so much from all pixels two px away.
_DOT = 16


def small_contours(drawing: Drawing, width: int, height: int) -> Index:
    """(2, n): x and y, in a picture of width × height, of the middles of a drawing's contours under _AREA.

    The picture's size may differ from the drawing's: a large picture's copy is measured as well.
    """
    middles = _middles(_filled(drawing)) * np.array([width / drawing.width, height / drawing.height])
    return np.asarray(np.clip(middles.astype(np.int64), 0, [width - 1, height - 1]).T)


def crumbs(at: Index, source: Pixels, rendered: Pixels, background: int) -> int:
    """How many small contours, `small_contours`, are seen as crumbs in a rendering over a background, 255 or 0.

    Both pictures are (h, w, 4) uint8 of one size.
    """
    x, y = at
    if not len(x):
        return 0
    seen, there = (_around(p, x, y, background) for p in (rendered, source))
    return int((_visible(seen) & ~_dots(there)).sum())


def _around(pixels: Pixels, x: Index, y: Index, background: int) -> NDArray[np.int16]:
    """(25, n, 4): the 5 × 5 px around each place, the picture continued by its border; row 12 is the place itself."""
    height, width = pixels.shape[:2]
    rows = [np.clip(y + step, 0, height - 1) for step in range(-2, 3)]
    columns = [np.clip(x + step, 0, width - 1) for step in range(-2, 3)]
    return over(np.stack([pixels[row, column] for row in rows for column in columns]), background).astype(np.int16)


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


_HERE = 12
_RING = [k for k in range(25) if k // 5 in (0, 4) or k % 5 in (0, 4)]


def _visible(around: NDArray[np.int16]) -> Mask:
    middle = np.partition(around, _HERE, axis=0)[_HERE]
    return np.asarray(np.abs(around[_HERE] - middle).max(axis=1) >= _VISIBLE)


def _dots(around: NDArray[np.int16]) -> Mask:
    """(n,): which places stand out from all pixels at a distance of two, as an edge's anti-aliasing does not."""
    here, ring = around[_HERE], around[_RING]
    return np.asarray(np.maximum(here - ring.max(axis=0), ring.min(axis=0) - here).max(axis=1) >= _DOT)
