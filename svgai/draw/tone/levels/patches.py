"""Kept nodes of a tree → their polygons, and what each is held by."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.tone.levels.select import Selection
from svgai.draw.tone.levels.tree import Tree
from svgai.draw.tone.outlines.polygon import Polygons, corner_count, on_grid, simplified
from svgai.drawing import Contour, Path
from svgai.records import Record, Value

# Bytes a corner and a polygon take in the SVG: two whole numbers with a sign or a space; a moveto, a closepath
# (design-photographs, step 5).
CORNER, LOOP = 4.2, 5.0


class Grid(Value):
    """From pixels of a plane to the page: its size, the page's, tolerance of the outlines in pixels of the plane, and
    the area of the smallest polygon in units of the page. solid: (h, w) of the working plane, what may be painted;
    None where all may."""

    plane: tuple[int, int]
    page: tuple[int, int]
    tolerance: float
    least: float
    solid: Mask | None = None

    @property
    def scale(self) -> Points:
        return np.array([self.page[0] / self.plane[0], self.page[1] / self.plane[1]])


def costs(tree: Tree, tolerance: float) -> Floats:
    """(n,): bytes of each node's outline; infinite where it has none."""
    bounds = tree.chain_starts.tolist()
    corners = np.array([corner_count(tree.chains[a:b], tolerance) for a, b in pairwise(bounds)], np.float64)
    found = np.bincount(tree.chain_node, CORNER * corners + LOOP, tree.count)
    return np.where(found > 0, found, np.inf)


class Patches(Record):
    """Polygons of kept nodes: of each polygon, its node."""

    polygons: Polygons
    node: Index

    def path(self, nodes: Index) -> Path | None:
        """All outlines of some nodes as one path, near ones one after another; None where there are none."""
        wanted = np.flatnonzero(np.isin(self.node, nodes))
        if not len(wanted):
            return None
        starts = self.polygons.starts
        first = self.polygons.points[starts[wanted]]
        # Rows of 32 px, every other one backwards: short movetos.
        row = (first[:, 1] // 32).astype(np.int64)
        order = np.lexsort((np.where(row % 2, -first[:, 0], first[:, 0]), row))
        return Path(tuple(Contour.polygon(self.polygons.points[starts[k] : starts[k + 1]]) for k in wanted[order]))


def patches(tree: Tree, selection: Selection, grid: Grid) -> Patches:
    """The outlines of the kept nodes on the page."""
    wanted = np.flatnonzero(selection.kept[tree.chain_node])
    if not len(wanted):
        return Patches(Polygons(np.zeros((0, 2)), np.zeros(1, np.int64)), np.zeros(0, np.int64))
    lengths = np.diff(tree.chain_starts)[wanted]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    at = np.arange(starts[-1]) + np.repeat(tree.chain_starts[wanted] - starts[:-1], lengths)
    rough = simplified(tree.chains[at], starts, grid.tolerance)
    polygons = on_grid(rough, grid.scale, grid.page)
    small = np.abs(polygons.areas()) < grid.least
    polygons = polygons.without(small[polygons.owner])
    full = np.diff(polygons.starts) > 0
    return Patches(
        Polygons(polygons.points, np.append(polygons.starts[:-1][full], len(polygons.points))),
        tree.chain_node[wanted][full],
    )
