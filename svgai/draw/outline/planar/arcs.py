"""Boundaries between labelled regions as sub-pixel arcs."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points, freeze_fields
from svgai.draw.outline.planar.crossings import Crossing
from svgai.draw.outline.planar.nodes import node_places
from svgai.draw.outline.planar.planar_map import PlanarMap
from svgai.draw.outline.planar.stairs import are_stairs
from svgai.draw.ragged import offsets_of, owners, ranges
from svgai.records import Record


class Arcs(Record):
    """All arcs of a planar map, end to end in one array.

    points: (N, 2) float64, about one a crack (≈ 1 px apart), in order along each arc.
    offsets: (A + 1,) int64; arc k is points[offsets[k]:offsets[k + 1]].
    closed: (A,) bool. An open arc begins and ends on a node (its first and last point, shared to the bit by all arcs
    of that node); a closed one does not repeat its first point.
    left, right: (A,) int64, the labels to either side when walking along the arc (y down).
    tolerance: (A,) float64, px, how far a fitted curve may stray from the points.
    """

    points: Points
    offsets: Index
    closed: Mask
    left: Index
    right: Index
    tolerance: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def counts(self) -> Index:
        """(A,): how many points each arc has."""
        return np.diff(self.offsets)

    @property
    def vague(self) -> float:
        """The share of points of arcs that are known to LOOSEST px only: those of stairs, or of strong noise."""
        return float(self.counts[self.tolerance >= LOOSEST].sum() / max(len(self.points), 1))

    def take(self, rows: Index) -> Arcs:
        """Some of the arcs, rows rising."""
        counts = self.counts[rows]
        index = ranges(self.offsets[rows], counts)
        sides = self.closed[rows], self.left[rows], self.right[rows], self.tolerance[rows]
        return Arcs(self.points[index], offsets_of(counts), *sides)


# The axis across an arc is chosen over 3 cracks to either side, the last at half weight: the window then holds as many
# level as upright cracks on an exact 45° edge, and the choice does not flicker.
AXIS_WINDOW = 3
# An arc of fewer than 12 cracks keeps all of them: a window as long as the arc says nothing (by eye).
SHORT = 12
# An arc of fewer than 3 clean points keeps its doubtful ones too: two do not tell how it bends.
FEW = 3
# A doubtful point is dropped within 4 places along the arc from a clean one (by eye): the curve is held without it.
NEAR = 4
# A curve may stray from its points by 3 σ of their noise, as all but 0.3 % of normal noise does, and by no more than
# 1.2 px: a curve farther off is another curve. From stairs it may stray as far: that draws nine figures without
# anti-aliasing at 48–200 px to a mean SSIM of 0.974 at 4× (0.971 with 0.6 px, 0.972 with 0.9; benchmarks/mixed.py).
SPREAD, LOOSEST = 3.0, 1.2
# An arc of fewer than 100 points is as likely to be bent as noisy: its noise is not measured.
LONG = 100
# A point nearer than 0.75 px to the node of its arc says less than the node does, and may lie behind it (by eye).
CLEAR = 0.75


def _neighbours(planar: PlanarMap, reach: int) -> tuple[Index, Mask]:
    """((2·reach + 1, N) indices of the cracks around each crack of its arc, wrapped in closed ones; which exist)."""
    arc = owners(planar.crack_counts)
    length, first = planar.crack_counts[arc], planar.offsets[arc]
    place = np.arange(len(arc)) - first + np.arange(-reach, reach + 1)[:, None]
    exists = planar.closed[arc] | ((place >= 0) & (place < length))
    return first + place % length, exists


def _is_upright(planar: PlanarMap) -> Mask:
    """(N,) which cracks are upright: they lead up or down."""
    return np.asarray(planar.direction % 2 == 1)


def _runs_upright(planar: PlanarMap) -> Mask:
    """(N,) whether the arc runs more up and down than level at each crack; ties count as upright."""
    upright = _is_upright(planar)
    index, exists = _neighbours(planar, AXIS_WINDOW)
    weight = np.ones((2 * AXIS_WINDOW + 1, 1))
    weight[[0, -1]] = 0.5
    lean = (weight * exists * np.where(upright[index], 1, -1)).sum(axis=0)
    # Stairs of 2 px, as halved chroma leaves, seem level at every rise and upright at every tread: all of them count.
    arc = owners(planar.crack_counts)
    fitting = np.bincount(arc, (lean >= 0) == upright, planar.arc_count)
    every = (planar.crack_counts < SHORT) | (fitting == 0)
    return np.asarray(np.where(every[arc], upright, lean >= 0))


def locate(planar: PlanarMap, crossing: Crossing, tolerance: float | Floats, ring: int = 0) -> Arcs:
    """Sub-pixel arcs of a planar map: one point a row or column, nodes by least squares.

    Arcs along the map's border are its corners and nodes exactly. tolerance: px, (A,) or one for all arcs; an arc of
    noisy points or of stairs gets more. ring: width, in lattice steps, of a frame of made-up pixels around the
    picture, whose rows and columns give no points.
    """
    crack, points = _crossed(planar, crossing, ring)
    corner = _border_corners(planar)
    crack = np.concatenate([crack, corner])
    points = np.concatenate([points, np.stack([planar.x, planar.y], axis=1)[corner]])
    order = np.argsort(crack, kind="stable")
    arc, points = owners(planar.crack_counts)[crack[order]], points[order]
    stairs = are_stairs(points, _is_upright(planar)[crack[order]], arc, planar.closed)
    nodes = node_places(planar, arc, points)
    clear = _clear_of_nodes(planar, nodes, arc, points)
    arc, points = arc[clear], points[clear]
    noise = _noise(arc, points, planar.arc_count) / planar.fineness
    stray = np.where(stairs & (planar.fineness == 1), LOOSEST, np.minimum(SPREAD * noise, LOOSEST))
    return _joined(planar, arc, points / planar.fineness, nodes / planar.fineness, np.maximum(tolerance, stray))


def _crossed(planar: PlanarMap, crossing: Crossing, ring: int) -> tuple[Index, Points]:
    """The cracks of inner arcs that give a point, and those points: across the arc's axis, clean ones if there are."""
    arc, upright = owners(planar.crack_counts), _is_upright(planar)
    low_y, low_x = planar.y - (planar.direction == 3), planar.x - (planar.direction == 2)
    place = np.where(upright, low_y, low_x)
    real = (place >= ring) & (place < np.where(upright, planar.height, planar.width) - ring)
    crack = np.flatnonzero((_runs_upright(planar) == upright) & ~planar.on_border[arc] & real)
    found = crossing(low_y[crack], low_x[crack], upright[crack])
    few = np.bincount(arc[crack], found.clean, planar.arc_count)[arc[crack]] < FEW
    keep = found.clean | few | _remote(found.clean, arc[crack])
    return crack[keep], found.points[keep]


def _remote(clean: Mask, arc: Index) -> Mask:
    """(n,) points far from any clean one of their arc: without them a curve would run free there."""
    place = np.arange(len(clean))
    before = np.maximum.accumulate(np.where(clean, place, -1))
    after = np.minimum.accumulate(np.where(clean, place, len(clean))[::-1])[::-1]
    padded = np.append(arc, -1)
    far_before = (place - before > NEAR) | (padded[before] != arc)
    return np.asarray(far_before & ((after - place > NEAR) | (padded[after] != arc)))


def _noise(arc: Index, points: Points, count: int) -> Floats:
    """(count,) σ of each arc's points, px, from the median fourth difference; 0 for an arc of less than LONG points.

    Fourth differences see no curve wider than a few pixels: a circle of radius 5 px adds 0.01.
    """
    inner = np.flatnonzero(arc[4:] == arc[:-4]) + 2
    fourth = points[inner - 2] - 4 * points[inner - 1] + 6 * points[inner] - 4 * points[inner + 1] + points[inner + 2]
    size = np.linalg.norm(fourth, axis=1)
    size = size[np.lexsort((size, arc[inner]))]
    number = np.bincount(arc[inner], minlength=count)
    middle = np.cumsum(number) - number + number // 2
    known = number >= LONG
    result = np.zeros(count)
    # 0.6745 σ is a normal median, √(1 + 16 + 36 + 16 + 1) what differencing does to σ.
    result[known] = size[middle[known]] / (0.6745 * np.sqrt(70))
    return result


def lattice(planar: PlanarMap) -> Arcs:
    """Arcs along the cracks themselves: their turning points only, nodes where they are."""
    index, exists = _neighbours(planar, 1)
    turns = np.flatnonzero((planar.direction != planar.direction[index[0]]) & exists[0])
    points = np.stack([planar.x, planar.y], axis=1).astype(np.float64)[turns]
    arc = owners(planar.crack_counts)[turns]
    return _joined(planar, arc, points, planar.nodes.astype(np.float64), np.zeros(planar.arc_count))


def _border_corners(planar: PlanarMap) -> Index:
    """Cracks along the border that begin at a corner of the picture."""
    at_corner = ((planar.x == 0) | (planar.x == planar.width)) & ((planar.y == 0) | (planar.y == planar.height))
    at_corner &= planar.on_border[owners(planar.crack_counts)]
    first = np.zeros(len(planar.x), bool)
    first[planar.offsets[:-1][~planar.closed]] = True  # there the node stands already
    return np.flatnonzero(at_corner & ~first)


def _joined(planar: PlanarMap, arc: Index, points: Points, nodes: Points, tolerance: Floats) -> Arcs:
    """Arcs of inner points, given with the arc of each in order, with the nodes put at the ends of open arcs."""
    ended = np.flatnonzero(~planar.closed)
    of = np.concatenate([arc, ended, ended])
    rank = np.concatenate([np.ones(len(arc)), np.zeros(len(ended)), np.full(len(ended), 2)])
    everything = np.concatenate([points, nodes[planar.start[ended]], nodes[planar.end[ended]]])
    offsets = offsets_of(np.bincount(of, minlength=planar.arc_count))
    sides = planar.left_label, planar.right_label
    return Arcs(everything[np.lexsort((rank, of))], offsets, planar.closed, *sides, tolerance)


def _clear_of_nodes(planar: PlanarMap, nodes: Points, arc: Index, points: Points) -> Mask:
    """(n,) points that lie CLEAR px from the ends of their arc."""
    clear = np.ones(len(arc), bool)
    for node in (planar.start[arc], planar.end[arc]):
        ends = np.flatnonzero(node >= 0)
        clear[ends] &= np.linalg.norm(points[ends] - nodes[node[ends]], axis=1) >= CLEAR
    return clear
