"""The planar map of a label map: faces, arcs and nodes on the cracks between pixels.

A crack is the unit edge between two pixels of different label; a node is a lattice point where three or more meet.
Every arc is shared by the two faces beside it, so that neighbours can neither gap nor overlap. Kovalevsky, "Finite
topology as applied to image analysis" (1989) has the cell complex this rests on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index
from svgai.draw.outline.planar.components import components, unite
from svgai.draw.outline.planar.linked_lists import chains

# (rows, columns, label a, label b), all (n,) → the share of a, 0–1, in each pixel when it is a mix of a and b.
Coverage: TypeAlias = Callable[[Index, Index, Index, Index], NDArray[np.float64]]

OUTSIDE = -1
# Directions of half-edges, clockwise on the screen: east, south, west, north.
DX, DY = np.array([1, 0, -1, 0]), np.array([0, 1, 0, -1])
# Where at a lattice point (y, x) the pixel on the left hand lies, as (dy, dx), when leaving in each direction.
_LEFT_Y, _LEFT_X = np.array([-1, 0, 0, -1]), np.array([0, 0, -1, -1])
_RIGHT_Y, _RIGHT_X = np.array([0, 0, -1, -1]), np.array([0, -1, -1, 0])


@dataclass(frozen=True, slots=True, eq=False)
class PlanarMap:
    """Faces, and the arcs between them as chains of cracks.

    width, height: of the picture. x, y, direction: (N,) where each crack begins and its direction (0 east, 1 south,
    2 west, 3 north), in order along each arc; offsets: (A + 1,), arc k is [offsets[k]:offsets[k + 1]].
    closed: (A,) bool. start, end: (A,) node indices, -1 for a closed arc. nodes: (M, 2) int64, lattice x, y.
    left, right: (A,) face on the left and right hand (y down) walking along the arc, OUTSIDE beyond the border.
    face_label, face_area: (F,) label and pixels of each face.
    following: (2A,) the directed arc after each around the face on its left; k is arc k forwards, A + k backwards.
    fineness: lattice steps a pixel of the picture; everything above counts in those steps.
    """

    width: int
    height: int
    x: Index
    y: Index
    direction: Index
    offsets: Index
    closed: NDArray[np.bool_]
    start: Index
    end: Index
    nodes: Index
    left: Index
    right: Index
    face_label: Index
    face_area: Index
    following: Index
    fineness: int = 1

    @property
    def arc_count(self) -> int:
        return len(self.closed)

    @property
    def left_label(self) -> Index:
        return _with_outside(self.face_label)[self.left]

    @property
    def right_label(self) -> Index:
        return _with_outside(self.face_label)[self.right]


def _with_outside(values: Index) -> Index:
    """So that index OUTSIDE, the last, gives OUTSIDE."""
    return np.append(values, OUTSIDE)


def _half_edges(padded: NDArray[np.int16]) -> tuple[Index, Index]:
    """Origin (flat index into the padded map's lattice) and direction of both half-edges of every crack.

    Lattice point (y, x) is the top left corner of padded pixel (y, x). Half-edge k + n is the twin of k < n.
    """
    w = padded.shape[1]
    level = np.flatnonzero(padded[1:] != padded[:-1]) + w
    upright = np.flatnonzero(padded[:, 1:] != padded[:, :-1])
    upright = upright // (w - 1) * w + upright % (w - 1) + 1
    origin = np.concatenate([level, upright, level + 1, upright + w])
    direction = np.repeat([0, 1, 2, 3], [len(level), len(upright)] * 2)
    return origin, direction


def _saddles(padded: NDArray[np.int16], vertex: Index, mask: Index, coverage: Coverage) -> NDArray[np.int8]:
    """(n,) how to pass vertices of four cracks: 0 not (a node), 1 joining top left to bottom right, 2 the other two.

    Where both diagonals are of one label each, the one with more coverage in the 2×2 is joined.
    """
    w = padded.shape[1]
    join = np.zeros(len(vertex), np.int8)
    four = np.flatnonzero(mask == 15)
    v = vertex[four]
    flat = padded.ravel()
    tl, tr, bl, br = flat[v - w - 1], flat[v - w], flat[v - 1], flat[v]
    join[four[(tl == br) & (tr != bl)]] = 1
    join[four[(tr == bl) & (tl != br)]] = 2
    both = np.flatnonzero((tl == br) & (tr == bl))
    y, x = v[both] // w - 1, v[both] % w - 1  # of the pixel to the bottom right, unpadded
    a, b = tl[both].astype(np.int64), tr[both].astype(np.int64)
    total = sum((coverage(y + dy, x + dx, a, b) for dy in (-1, 0) for dx in (-1, 0)), np.zeros(len(both), np.float64))
    join[four[both]] = np.where(total >= 2, 1, 2)
    return join


def _turns() -> NDArray[np.int8]:
    """[mask, join, incoming direction] → outgoing direction along an arc, or -1 at a node."""
    table = np.full((16, 3, 4), -1, np.int8)
    for mask in range(16):
        out = [d for d in range(4) if mask >> d & 1]
        for d in range(4):
            rest = [o for o in out if o != (d + 2) % 4]
            if len(out) == 2 and len(rest) == 1:
                table[mask, :, d] = rest[0]
    # Joining top left with bottom right cuts off the other two corners: north–east and south–west are connected.
    for join, pairs in ((1, ((3, 0), (1, 2))), (2, ((0, 1), (2, 3)))):
        for p, q in pairs:
            table[15, join, (p + 2) % 4] = q
            table[15, join, (q + 2) % 4] = p
    return table


_TURNS = _turns()


class _Lattice:
    """Half-edges by the lattice point they leave."""

    def __init__(self, padded: NDArray[np.int16], coverage: Coverage) -> None:
        self.width = padded.shape[1]
        self.origin, self.direction = _half_edges(padded)
        n = len(self.origin) // 2
        self.twin = np.concatenate([np.arange(n, 2 * n), np.arange(n)])
        self._order = np.argsort(self.origin * 4 + self.direction, kind="stable")
        self._keys = (self.origin * 4 + self.direction)[self._order]
        first = np.flatnonzero(np.r_[True, np.diff(self._keys >> 2) > 0])
        self.vertex = self._keys[first] >> 2
        self.mask = np.bitwise_or.reduceat(1 << (self._keys & 3), first)
        self.join = _saddles(padded, self.vertex, self.mask, coverage)
        self.target = np.searchsorted(self.vertex, self.origin[self.twin])

    def leaving(self, vertex: Index, direction: Index) -> Index:
        """The half-edge that leaves a vertex (index into .vertex) in a direction."""
        return self._order[np.searchsorted(self._keys, self.vertex[vertex] * 4 + direction)]

    def following(self) -> Index:
        """The next half-edge along the arc; itself where the arc ends in a node."""
        turn = _TURNS[self.mask[self.target], self.join[self.target], self.direction]
        go = np.flatnonzero(turn >= 0)
        result = np.arange(len(turn))
        result[go] = self.leaving(self.target[go], turn[go].astype(np.int64))
        return result

    def around_left(self, arriving: Index) -> Index:
        """The half-edge that goes on around the face to the left of half-edges arriving at nodes."""
        target, direction = self.target[arriving], self.direction[arriving]
        mask = self.mask[target]
        chosen = np.full(len(arriving), -1, np.int64)
        for turn in (3, 0, 1):  # left, straight on, right
            out = (direction + turn) % 4
            chosen = np.where((chosen < 0) & (mask >> out & 1 == 1), out, chosen)
        return self.leaving(target, chosen)


def _faces(
    padded: NDArray[np.int16], lattice: _Lattice
) -> tuple[Callable[[Index, Index], Index], NDArray[np.int64], NDArray[np.int64]]:
    """(function of padded rows and columns → face, label of each face, its area); joined saddles are one face."""
    width = padded.shape[1]
    start, size, component = components(padded)
    n = int(component.max()) + 1

    at = _lookup(start, component, width)
    y, x = lattice.vertex // width, lattice.vertex % width
    one, two = lattice.join == 1, lattice.join == 2
    a = np.concatenate([at(y[one], x[one]), at(y[two] - 1, x[two])])
    b = np.concatenate([at(y[one] - 1, x[one] - 1), at(y[two], x[two] - 1)])
    _, face = np.unique(unite(n, a, b), return_inverse=True)
    face -= 1  # the first component, the padding, is OUTSIDE = -1
    component = face[component]
    label = np.empty(face.max() + 2, np.int64)
    label[component] = padded.ravel()[start]
    area = np.bincount(component + 1, size, len(label)).astype(np.int64)
    return _lookup(start, component, width), label[:-1], area[1:]


def _lookup(start: Index, value: Index, width: int) -> Callable[[Index, Index], Index]:
    """Look up by row and column what is stored by run."""
    return lambda y, x: value[np.searchsorted(start, y * width + x, "right") - 1]


def planar_map(labels: NDArray[np.int16], coverage: Coverage, fineness: int = 1) -> PlanarMap:
    """The planar map of (h, w) labels ≥ 0; coverage decides only which diagonal of a saddle is joined.

    fineness: how many labels a pixel is wide.
    """
    padded = np.pad(labels, 1, constant_values=OUTSIDE)
    lattice = _Lattice(padded, coverage)
    half = chains(lattice.following())
    first, last = half.members[half.offsets[:-1]], half.members[half.offsets[1:] - 1]
    # Each arc was found both ways: the way whose least half-edge is the lesser is kept.
    least = np.minimum.reduceat(half.members, half.offsets[:-1])
    twin_least = np.minimum.reduceat(lattice.twin[half.members], half.offsets[:-1])
    kept = np.flatnonzero(least < twin_least)
    lengths = np.diff(half.offsets)[kept]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    member = half.members[np.arange(offsets[-1]) + np.repeat(half.offsets[kept] - offsets[:-1], lengths)]
    y, x = lattice.origin[member] // lattice.width, lattice.origin[member] % lattice.width
    direction = lattice.direction[member]
    face_at, face_label, face_area = _faces(padded, lattice)
    d0, y0, x0 = direction[offsets[:-1]], y[offsets[:-1]], x[offsets[:-1]]
    closed = half.closed[kept]
    node, start, end = _nodes(lattice, first[kept], last[kept], closed)
    return PlanarMap(
        labels.shape[1], labels.shape[0], x - 1, y - 1, direction, offsets, closed, start, end, node,
        face_at(y0 + _LEFT_Y[d0], x0 + _LEFT_X[d0]), face_at(y0 + _RIGHT_Y[d0], x0 + _RIGHT_X[d0]),
        face_label, face_area, _around(lattice, first[kept], last[kept], closed), fineness,
    )  # fmt: skip


def _nodes(lattice: _Lattice, first: Index, last: Index, closed: NDArray[np.bool_]) -> tuple[Index, Index, Index]:
    """Lattice x, y of the nodes, and the node at the start and end of each arc."""
    ends = lattice.target[np.concatenate([lattice.twin[first], last])]
    open_ = np.tile(~closed, 2)
    vertex, index = np.unique(ends[open_], return_inverse=True)
    node = np.full(len(ends), -1, np.int64)
    node[open_] = index
    place = lattice.vertex[vertex]
    points = np.stack([place % lattice.width, place // lattice.width], axis=1) - 1
    return points, node[: len(first)], node[len(first) :]


def _around(lattice: _Lattice, first: Index, last: Index, closed: NDArray[np.bool_]) -> Index:
    """PlanarMap.following."""
    count = len(first)
    leaves = np.concatenate([first, lattice.twin[last]])
    arrives = np.concatenate([last, lattice.twin[first]])
    open_ = np.flatnonzero(np.tile(~closed, 2))
    following = np.arange(2 * count)
    order = np.argsort(leaves[open_])
    next_half = lattice.around_left(arrives[open_])
    following[open_] = open_[order[np.searchsorted(leaves[open_], next_half, sorter=order)]]
    return following
