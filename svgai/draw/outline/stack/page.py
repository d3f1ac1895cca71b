"""Curves of a picture with a ring of one pixel around, in the coordinates of its page."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Points
from svgai.draw.outline.curves.cubics import split
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.planar.planar_map import OUTSIDE, PlanarMap
from svgai.draw.outline.shapes import moved_shape
from svgai.drawing import Ellipse, Rect


def _crossing(bezier: Points, axis: int, value: float) -> float | None:
    """The greatest parameter in (0, 1) where a cubic, (4, 2), has this coordinate."""
    a, b, c, d = bezier[:, axis] - value
    roots = np.roots([d - 3 * c + 3 * b - a, 3 * (c - 2 * b + a), 3 * (b - a), a])
    real = roots.real[(np.abs(roots.imag) < 1e-9) & (roots.real > 1e-9) & (roots.real < 1 - 1e-9)]
    return float(real.max()) if len(real) else None


def _cut(chain: Points, axis: int, value: float) -> Points:
    """A chain (n, 4, 2) that ends beyond a border line, ended on the line where it last crosses it."""
    for k in range(len(chain) - 1, -1, -1):
        t = _crossing(chain[k], axis, value)
        if t is not None:
            line = (chain[k, 0] == chain[k, 1]).all() and (chain[k, 2] == chain[k, 3]).all()
            piece = split(chain[k], t)
            piece[3, axis] = value
            if line:
                piece[1], piece[2] = piece[0], piece[3]
            return np.concatenate([chain[:k], piece[None]])
    return chain


def moved_to_page(shape: Ellipse | Rect) -> Ellipse | Rect:
    """A shape of a ringed map in the page's coordinates."""
    return moved_shape(shape, -1, -1)


def _side(m: PlanarMap, node: int) -> tuple[int, float, float] | None:
    """(axis, the ring's outer coordinate, the page's border) of the side that a node of a ringed map lies on."""
    for axis, size in ((0, m.width), (1, m.height)):
        for outer, border in ((0, 1), (size, size // m.fineness - 1)):
            if m.nodes[node, axis] == outer:
                return axis, outer / m.fineness, border
    return None


def to_page(m: PlanarMap, curves: Curves) -> Curves:
    """Curves of a ringed map in the page's coordinates: cut where they cross its border, and lying on it beyond."""
    chains = np.split(curves.beziers, curves.offsets[1:-1])
    on_border = (m.left == OUTSIDE) | (m.right == OUTSIDE)
    at_end = {}
    for k in np.flatnonzero(~m.closed & ~on_border):
        for end in (0, 1):
            side = _side(m, int((m.end if end else m.start)[k]))
            if side is not None:
                chain = chains[k] if end else chains[k][::-1, ::-1]
                chain = _cut(chain, side[0], side[2])
                at_end[int((m.end if end else m.start)[k])] = chain[-1, 3].copy()
                chains[k] = chain if end else chain[::-1, ::-1]
    for k in np.flatnonzero(on_border & ~m.closed):
        chains[k] = chains[k].copy()
        chains[k][0, :2] = at_end.get(int(m.start[k]), chains[k][0, 0])
        chains[k][-1, 2:] = at_end.get(int(m.end[k]), chains[k][-1, 3])
    low, high = np.array([1.0, 1.0]), np.array([m.width, m.height]) / m.fineness - 1.0
    for k in np.flatnonzero(on_border):
        chains[k] = np.clip(chains[k], low, high)
    counts = np.array([len(c) for c in chains])
    corner = np.concatenate([curves.corner[o : o + n] for o, n in zip(curves.offsets, counts, strict=False)])
    return Curves(np.concatenate(chains) - 1, np.concatenate([[0], np.cumsum(counts)]), corner)
