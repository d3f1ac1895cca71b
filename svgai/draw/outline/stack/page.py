"""Curves of a picture with a ring of one pixel around, in the coordinates of its page."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Points
from svgai.draw.outline.curves.cubics import split
from svgai.draw.outline.curves.curves import Curves, are_lines
from svgai.draw.outline.planar.planar_map import PlanarMap
from svgai.draw.outline.shapes import moved_shape
from svgai.draw.ragged import offsets_of, pieces, ranges
from svgai.drawing import Ellipse, Rect
from svgai.records import Value

# Roots within 1e-9 of the real axis and of the ends of [0, 1] are taken as on them: numpy.roots is that exact.
_EXACT = 1e-9


def _crossing(bezier: Points, axis: int, value: float) -> float | None:
    """The greatest parameter in (0, 1) where a cubic, (4, 2), has this coordinate."""
    p0, p1, p2, p3 = bezier[:, axis] - value
    roots = np.roots([p3 - 3 * p2 + 3 * p1 - p0, 3 * (p2 - 2 * p1 + p0), 3 * (p1 - p0), p0])
    real = roots.real[(np.abs(roots.imag) < _EXACT) & (roots.real > _EXACT) & (roots.real < 1 - _EXACT)]
    return float(real.max()) if len(real) else None


def _cut(chain: Points, axis: int, value: float) -> Points:
    """A chain (n, 4, 2) that ends beyond a border line, ended on the line where it last crosses it."""
    for k in reversed(range(len(chain))):
        crossing = _crossing(chain[k], axis, value)
        if crossing is not None:
            piece = split(chain[k], crossing)
            piece[3, axis] = value
            if are_lines(chain[k : k + 1]).all():
                piece[1], piece[2] = piece[0], piece[3]
            return np.concatenate([chain[:k], piece[None]])
    return chain


def moved_to_page(shape: Ellipse | Rect) -> Ellipse | Rect:
    """A shape of a ringed map in the page's coordinates."""
    return moved_shape(shape, -1, -1)


class _Side(Value):
    """A side of a ringed map: the axis that is fixed along it, and the coordinate of the page's border there, px."""

    axis: int
    border: float


def _side(planar: PlanarMap, node: int) -> _Side | None:
    """The side of a ringed map that a node lies on, None inside."""
    for axis, size in ((0, planar.width), (1, planar.height)):
        for outer, border in ((0, 1), (size, size // planar.fineness - 1)):
            if planar.nodes[node, axis] == outer:
                return _Side(axis, border)
    return None


def _cut_at_border(planar: PlanarMap, chains: list[Points]) -> dict[int, Points]:
    """Inner chains ended on the page's border, in place; returns where each node of the border then lies."""
    moved: dict[int, Points] = {}
    outer = ((planar.nodes == 0) | (planar.nodes == [planar.width, planar.height])).any(axis=1)
    inner = np.flatnonzero(~planar.closed & ~planar.on_border)
    for k in inner[outer[planar.start[inner]] | outer[planar.end[inner]]]:
        for node, backwards in ((int(planar.start[k]), True), (int(planar.end[k]), False)):
            side = _side(planar, node)
            if side is not None:
                chain = _cut(_reversed(chains[k]) if backwards else chains[k], side.axis, side.border)
                moved[node] = chain[-1, 3].copy()
                chains[k] = _reversed(chain) if backwards else chain
    return moved


def _reversed(chain: Points) -> Points:
    """A chain (n, 4, 2) walked the other way."""
    return chain[::-1, ::-1]


def _on_page(planar: PlanarMap, chain: Points) -> Points:
    """A chain along the ring's outer border, moved onto the page's."""
    size = np.array([planar.width, planar.height]) / planar.fineness
    return np.clip(chain, 1.0, size - 1.0)


def to_page(planar: PlanarMap, curves: Curves) -> Curves:
    """Curves of a ringed map in the page's coordinates: cut where they cross its border, and lying on it beyond."""
    chains = pieces(curves.beziers, curves.offsets)
    moved = _cut_at_border(planar, chains)
    for k in np.flatnonzero(planar.on_border):
        if not planar.closed[k]:
            chains[k] = chains[k].copy()
            chains[k][0, :2] = moved.get(int(planar.start[k]), chains[k][0, 0])
            chains[k][-1, 2:] = moved.get(int(planar.end[k]), chains[k][-1, 3])
        chains[k] = _on_page(planar, chains[k])
    counts = np.array([len(chain) for chain in chains])
    return Curves(np.concatenate(chains) - 1, offsets_of(counts), curves.corner[ranges(curves.offsets[:-1], counts)])
