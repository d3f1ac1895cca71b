"""Boundaries between labelled regions as sub-pixel arcs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Points
from svgai.draw.outline.planar.planar_map import OUTSIDE, Coverage, PlanarMap


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """All arcs of a planar map, end to end in one array.

    points: (N, 2) float64, about one a crack (≈ 1 px apart), in order along each arc.
    offsets: (A + 1,) int64; arc k is points[offsets[k]:offsets[k + 1]].
    closed: (A,) bool. An open arc begins and ends on a node (its first and last point, shared to the bit by all arcs
    of that node); a closed one does not repeat its first point.
    left, right: (A,) int64, the labels to either side when walking along the arc (y down).
    tolerance: (A,) float64, px, how far a fitted curve may stray from the points.
    """

    points: Points
    offsets: NDArray[np.int64]
    closed: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    tolerance: NDArray[np.float64]

    def take(self, rows: Index) -> Arcs:
        """Some of the arcs, rows rising."""
        counts = np.diff(self.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(counts)])
        index = np.arange(offsets[-1]) + np.repeat(self.offsets[rows] - offsets[:-1], counts)
        sides = self.closed[rows], self.left[rows], self.right[rows], self.tolerance[rows]
        return Arcs(self.points[index], offsets, *sides)


# Pixels of coverage summed on either side of a crack, and how far ahead the next edge is looked for.
REACH, LOOK = 3, 6
# The axis across an arc is chosen over this many cracks to either side, the last at half weight: the window then holds
# as many level as upright cracks on an exact 45° edge, and the choice does not flicker.
AXIS_WINDOW = 3
# Shorter arcs keep all their cracks: a window as long as the arc says nothing.
SHORT = 12


def _neighbours(m: PlanarMap, reach: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """((2·reach + 1, N) indices of the cracks around each crack of its arc, wrapped in closed ones; which exist)."""
    length = np.repeat(np.diff(m.offsets), np.diff(m.offsets))
    first = np.repeat(m.offsets[:-1], np.diff(m.offsets))
    closed = np.repeat(m.closed, np.diff(m.offsets))
    place = np.arange(len(m.x)) - first + np.arange(-reach, reach + 1)[:, None]
    exists = closed | ((place >= 0) & (place < length))
    return first + place % length, exists


def _upright(m: PlanarMap) -> NDArray[np.bool_]:
    """(N,) whether the arc runs more up and down than level at each crack; ties count as upright."""
    vertical = m.direction % 2 == 1
    index, exists = _neighbours(m, AXIS_WINDOW)
    weight = np.ones((2 * AXIS_WINDOW + 1, 1))
    weight[[0, -1]] = 0.5
    lean = (weight * exists * np.where(vertical[index], 1, -1)).sum(axis=0)
    # Stairs of 2 px, as halved chroma leaves, seem level at every rise and upright at every tread: all of them count.
    lengths = np.diff(m.offsets)
    arc = np.repeat(np.arange(m.arc_count), lengths)
    fitting = np.bincount(arc, (lean >= 0) == vertical, m.arc_count)
    every = (lengths < SHORT) | (fitting == 0)
    return np.asarray(np.where(every[arc], vertical, lean >= 0))


@dataclass(frozen=True, slots=True, eq=False)
class Crossings:
    """Where the edge crosses the pixel row or column of n cracks. points: (n, 2); clean: (n,) no third label near."""

    points: Points
    clean: NDArray[np.bool_]


# (rows, columns, upright or not), (n,) each, of the lower pixels beside cracks (right of an upright one, below a level
# one) → where the edge crosses there.
Crossing: TypeAlias = Callable[[Index, Index, NDArray[np.bool_]], Crossings]


def summed(labels: NDArray[np.int16], coverage: Coverage) -> Crossing:
    """Crossings by sums of coverage across cracks.

    The window ends after REACH pixels, or half way to the next edge: what a thin line lacks on both sides is then
    shared between its two edges.
    """
    h, w = labels.shape

    def cross(y: Index, x: Index, vertical: NDArray[np.bool_]) -> Crossings:
        ahead_y, ahead_x = (~vertical).astype(np.int64), vertical.astype(np.int64)

        def place(step: int) -> tuple[Index, Index]:
            return np.clip(y + step * ahead_y, 0, h - 1), np.clip(x + step * ahead_x, 0, w - 1)

        a, b = labels[place(-1)], labels[place(0)]
        a_run, a_end = _run(labels, place, a, -1)
        b_run, b_end = _run(labels, place, b, 1)
        total = np.zeros(len(y))
        for step in range(-REACH, REACH):
            run, depth = (a_run, -1 - step) if step < 0 else (b_run, step)
            weight = np.clip(np.minimum(REACH, run / 2) - depth, 0, 1)
            use = np.flatnonzero(weight > 0)
            py, px = place(step)
            total[use] += weight[use] * coverage(py[use], px[use], a[use].astype(np.int64), b[use].astype(np.int64))
        position = np.where(vertical, x, y) - np.minimum(REACH, a_run / 2) + total
        third = ((a_run < 2) & (a_end != b)) | ((b_run < 2) & (b_end != a))
        return Crossings(across(position, y, x, vertical), ~third)

    return cross


def across(position: NDArray[np.float64], y: Index, x: Index, vertical: NDArray[np.bool_]) -> Points:
    """(n, 2) the points at a position along the rows (upright cracks) or columns (level ones) of pixels (y, x)."""
    along = np.where(vertical, y, x) + 0.5
    return np.where(vertical[:, None], np.stack([position, along], axis=1), np.stack([along, position], axis=1))


def _run(
    labels: NDArray[np.int16], place: Callable[[int], tuple[Index, Index]], label: NDArray[np.int16], sign: int
) -> tuple[Index, NDArray[np.int16]]:
    """Pixels of one label on from the crack, at most LOOK, and the label that ends them (its own where none does)."""
    run, end = np.ones(len(label), np.int64), label.copy()
    for depth in range(1, LOOK):
        here = labels[place(depth if sign > 0 else -1 - depth)]
        same = here == label
        run += same & (run == depth)
        end = np.where((run == depth) & ~same, here, end)
    return run, end


def locate(m: PlanarMap, crossing: Crossing, tolerance: float | NDArray[np.float64], ring: int = 0) -> Arcs:
    """Sub-pixel arcs of a planar map: one point a row or column, nodes by least squares.

    Arcs along the map's border are its corners and nodes exactly. tolerance: px, (A,) or one for all arcs; an arc of
    noisy points gets more. ring: width, in lattice steps, of a frame of made-up pixels around the picture, whose rows
    and columns give no points.
    """
    lengths = np.diff(m.offsets)
    arc = np.repeat(np.arange(m.arc_count), lengths)
    border = (m.left == OUTSIDE) | (m.right == OUTSIDE)
    vertical = m.direction % 2 == 1
    row = np.where(vertical, m.y - (m.direction == 3), m.x - (m.direction == 2))
    real = (row >= ring) & (row < np.where(vertical, m.height, m.width) - ring)
    used = np.flatnonzero((_upright(m) == vertical) & ~border[arc] & real)
    low_y = m.y[used] - (m.direction[used] == 3)
    low_x = m.x[used] - (m.direction[used] == 2)
    crossings = crossing(low_y, low_x, vertical[used])
    few = np.bincount(arc[used], crossings.clean, m.arc_count)[arc[used]] < 3
    keep = crossings.clean | few | _remote(crossings.clean, arc[used])
    used, points = used[keep], crossings.points[keep]
    corner = _border_corners(m, border[arc])
    used = np.concatenate([used, corner])
    points = np.concatenate([points, np.stack([m.x, m.y], axis=1)[corner]])
    order = np.argsort(used, kind="stable")
    of, points = arc[used[order]], points[order]
    nodes = _node_places(m, of, points)
    keep = _clear_of_nodes(m, nodes, of, points)
    of, points = of[keep], points[keep]
    allowed = np.maximum(tolerance, np.minimum(SPREAD * _noise(of, points, m.arc_count) / m.fineness, LOOSEST))
    return _joined(m, of, points / m.fineness, nodes / m.fineness, allowed)


# Doubtful points this near (places along the arc) to a clean one are not needed.
NEAR = 4


def _remote(clean: NDArray[np.bool_], arc: Index) -> NDArray[np.bool_]:
    """(n,) points far from any clean one of their arc: without them a curve would run free there."""
    place = np.arange(len(clean))
    before = np.maximum.accumulate(np.where(clean, place, -1))
    after = np.minimum.accumulate(np.where(clean, place, len(clean))[::-1])[::-1]
    padded = np.append(arc, -1)
    far_before = (place - before > NEAR) | (padded[before] != arc)
    return np.asarray(far_before & ((after - place > NEAR) | (padded[after] != arc)))


# Points stray from a curve by three times their σ; more than LOOSEST px is no curve. Arcs of fewer points than this
# are as likely to be bent as noisy.
SPREAD, LOOSEST, LONG = 3.0, 1.2, 100


def _noise(arc: Index, points: Points, count: int) -> NDArray[np.float64]:
    """(count,) σ of each arc's points, px, from the median fourth difference; 0 for an arc of less than LONG points.

    Fourth differences see no curve wider than a few pixels: a circle of radius 5 px adds 0.01.
    """
    inner = np.flatnonzero(arc[4:] == arc[:-4]) + 2
    fourth = points[inner - 2] - 4 * points[inner - 1] + 6 * points[inner] - 4 * points[inner + 1] + points[inner + 2]
    size = np.linalg.norm(fourth, axis=1)
    of = arc[inner]
    size = size[np.lexsort((size, of))]
    number = np.bincount(of, minlength=count)
    middle = np.cumsum(number) - number + number // 2
    known = number >= LONG
    result = np.zeros(count)
    # 0.6745 σ is a normal median, √(1 + 16 + 36 + 16 + 1) what differencing does to σ.
    result[known] = size[middle[known]] / (0.6745 * np.sqrt(70))
    return result


def lattice(m: PlanarMap) -> Arcs:
    """Arcs along the cracks themselves: their turning points only, nodes where they are."""
    arc = np.repeat(np.arange(m.arc_count), np.diff(m.offsets))
    index, exists = _neighbours(m, 1)
    turns = np.flatnonzero((m.direction != m.direction[index[0]]) & exists[0])
    points = np.stack([m.x, m.y], axis=1).astype(np.float64)
    return _joined(m, arc[turns], points[turns], m.nodes.astype(np.float64), np.zeros(m.arc_count))


def _border_corners(m: PlanarMap, on_border: NDArray[np.bool_]) -> Index:
    """Cracks along the border that begin at a corner of the picture."""
    turned = np.isin(m.x, (0, m.width)) & np.isin(m.y, (0, m.height)) & on_border
    first = np.zeros(len(m.x), bool)
    first[m.offsets[:-1][~m.closed]] = True  # there the node stands already
    return np.flatnonzero(turned & ~first)


def _joined(m: PlanarMap, arc: Index, points: Points, nodes: Points, tolerance: NDArray[np.float64]) -> Arcs:
    """Arcs of inner points, given with the arc of each in order, with the nodes put at the ends of open arcs."""
    open_ = np.flatnonzero(~m.closed)
    at = np.concatenate([arc, open_, open_])
    rank = np.concatenate([np.ones(len(arc)), np.zeros(len(open_)), np.full(len(open_), 2)])
    everything = np.concatenate([points, nodes[m.start[open_]], nodes[m.end[open_]]])
    order = np.lexsort((rank, at))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=m.arc_count))])
    return Arcs(everything[order], offsets, m.closed, m.left_label, m.right_label, tolerance)


# Points this near to the node of their arc say less than the node does, and may lie behind it.
CLEAR = 0.75


def _clear_of_nodes(m: PlanarMap, nodes: Points, arc: Index, points: Points) -> NDArray[np.bool_]:
    """(n,) points that lie CLEAR px from the ends of their arc."""
    clear = np.ones(len(arc), bool)
    for node in (m.start[arc], m.end[arc]):
        ends = np.flatnonzero(node >= 0)
        clear[ends] &= np.linalg.norm(points[ends] - nodes[node[ends]], axis=1) >= CLEAR
    return clear


# Points of an arc's end that say where it is heading, and the pull of the lattice point on its node.
END_POINTS, NODE_PULL = 4, 0.01
# An edge that leaves the picture at a grazing angle crosses the border up to this far from where its labels end, px.
BORDER_SLIDE = 6.0


def _node_places(m: PlanarMap, arc: Index, points: Points) -> Points:
    """(M, 2): each node where the lines through the ends of its arcs meet, by least squares; at most 1 px off."""
    place = m.nodes.astype(np.float64)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(arc, minlength=m.arc_count))])
    counts = np.diff(offsets)
    inner = np.flatnonzero(~m.closed & (counts >= 2) & (m.left != OUTSIDE) & (m.right != OUTSIDE))
    step = np.arange(END_POINTS)
    # The first one stands where three colours mix.
    skip = np.minimum(1, np.maximum(counts[inner] - END_POINTS, 0))[:, None]
    take = np.minimum(step + skip, counts[inner, None] - 1)
    index = np.concatenate([offsets[inner, None] + take, offsets[inner + 1, None] - 1 - take])
    weight = np.tile((step < counts[inner, None]).astype(np.float64), (2, 1))
    node = np.concatenate([m.start[inner], m.end[inner]])
    normal, mean = _lines(points[index], weight)
    a = np.zeros((len(place), 2, 2))
    b = np.zeros((len(place), 2))
    # Two points make a line too, but not one to rely on.
    trust = (weight.sum(axis=1) - 1) ** 2 / (END_POINTS - 1) ** 2
    nn = normal[:, :, None] * normal[:, None, :] * trust[:, None, None]
    np.add.at(a, node, nn)
    np.add.at(b, node, np.einsum("nij,nj->ni", nn, mean - place[node]))
    fixed = np.stack([np.isin(m.nodes[:, 0], (0, m.width)), np.isin(m.nodes[:, 1], (0, m.height))], axis=1)
    a += np.eye(2) * (NODE_PULL + 1e9 * fixed[:, None, :])
    shift = np.linalg.solve(a, b[..., None])[..., 0] if len(place) else b
    reach = np.where(fixed.any(axis=1), _border_reach(m, fixed), 1.0)
    shift *= np.minimum(1, reach / np.maximum(np.linalg.norm(shift, axis=1), 1e-9))[:, None]
    return np.where(fixed, place, place + shift)


def _border_reach(m: PlanarMap, fixed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(M,) how far a node may slide along the border: BORDER_SLIDE px, and not half way to the next node or corner."""
    reach = np.full(len(m.nodes), BORDER_SLIDE)
    for axis, size, length in ((0, m.width, m.height), (1, m.height, m.width)):
        for side in (0, size):
            on = np.flatnonzero(fixed[:, axis] & (m.nodes[:, axis] == side))
            on = on[np.argsort(m.nodes[on, 1 - axis])]
            gaps = np.diff(np.concatenate([[0], m.nodes[on, 1 - axis], [length]]))
            gaps[1:-1] = gaps[1:-1] / 2
            reach[on] = np.minimum(reach[on], np.maximum(np.minimum(gaps[:-1], gaps[1:]) - 0.01, 0))
    return reach


def _lines(points: Points, weight: NDArray[np.float64]) -> tuple[Points, Points]:
    """Total least squares: unit normal and centroid, (n, 2) each, of n sets of k weighted points, (n, k, 2)."""
    w = weight[..., None]
    mean = (points * w).sum(axis=1) / w.sum(axis=1)
    d = (points - mean[:, None]) * w
    xx, yy, xy = (d[..., 0] ** 2).sum(1), (d[..., 1] ** 2).sum(1), (d[..., 0] * d[..., 1]).sum(1)
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    return np.stack([-np.sin(angle), np.cos(angle)], axis=1), mean
