"""The planar map of a label map: faces, arcs and nodes on the cracks between pixels.

A crack is the unit edge between two pixels of different label; a node is a lattice point where three or more meet.
Every arc is shared by the two faces beside it, so that neighbours can neither gap nor overlap. Kovalevsky, "Finite
topology as applied to image analysis" (1989) has the cell complex this rests on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from svgai.arrays import Index, Labels, Mask, freeze_fields
from svgai.draw.outline.planar.components import components, unite
from svgai.draw.outline.planar.half_edges import Coverage, HalfEdges
from svgai.draw.outline.planar.linked_lists import chains
from svgai.draw.ragged import offsets_of, ranges
from svgai.records import Record

# The face, and the label, of what lies beyond the picture's border.
OUTSIDE = -1
# Where at a lattice point (y, x) the pixel on the left hand lies, as (dy, dx), when leaving in each direction.
_LEFT_Y, _LEFT_X = np.array([-1, 0, 0, -1]), np.array([0, 0, -1, -1])
_RIGHT_Y, _RIGHT_X = np.array([0, 0, -1, -1]), np.array([0, -1, -1, 0])


class PlanarMap(Record, kw_only=True):
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
    closed: Mask
    start: Index
    end: Index
    nodes: Index
    left: Index
    right: Index
    face_label: Index
    face_area: Index
    following: Index
    fineness: int = 1

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def arc_count(self) -> int:
        return len(self.closed)

    @property
    def crack_counts(self) -> Index:
        """(A,): how many cracks each arc has."""
        return np.diff(self.offsets)

    @property
    def on_border(self) -> Mask:
        """(A,): which arcs run along the picture's border."""
        return np.asarray((self.left == OUTSIDE) | (self.right == OUTSIDE))

    @property
    def left_label(self) -> Index:
        """(A,): the label on each arc's left hand, OUTSIDE beyond the border."""
        return _with_outside(self.face_label)[self.left]

    @property
    def right_label(self) -> Index:
        """(A,): the label on each arc's right hand, OUTSIDE beyond the border."""
        return _with_outside(self.face_label)[self.right]


def _with_outside(values: Index) -> Index:
    """So that index OUTSIDE, the last, gives OUTSIDE."""
    return np.append(values, OUTSIDE)


_FaceAt: TypeAlias = Callable[[Index, Index], Index]


def _faces(padded: Labels, lattice: HalfEdges) -> tuple[_FaceAt, Index, Index]:
    """(function of padded rows and columns → face, label of each face, its area); joined saddles are one face."""
    width = padded.shape[1]
    start, size, component = components(padded)
    at = _lookup(start, component, width)
    row, column = lattice.vertex // width, lattice.vertex % width
    falling, rising = lattice.join == 1, lattice.join == 2
    below = np.concatenate([at(row[falling], column[falling]), at(row[rising] - 1, column[rising])])
    above = np.concatenate([at(row[falling] - 1, column[falling] - 1), at(row[rising], column[rising] - 1)])
    _, face = np.unique(unite(int(component.max()) + 1, below, above), return_inverse=True)
    face -= 1  # the first component, the padding, is OUTSIDE = -1
    component = face[component]
    label = np.empty(face.max() + 2, np.int64)
    label[component] = padded.ravel()[start]
    area = np.bincount(component + 1, size, len(label)).astype(np.int64)
    return _lookup(start, component, width), label[:-1], area[1:]


def _lookup(start: Index, value: Index, width: int) -> _FaceAt:
    """Look up by row and column what is stored by run."""
    return lambda row, column: value[np.searchsorted(start, row * width + column, "right") - 1]


def planar_map(labels: Labels, coverage: Coverage, fineness: int = 1) -> PlanarMap:
    """The planar map of (h, w) labels ≥ 0; coverage decides only which diagonal of a saddle is joined.

    fineness: how many labels a pixel is wide.
    """
    padded = np.pad(labels, 1, constant_values=OUTSIDE)
    lattice = HalfEdges(padded, coverage)
    arcs = _arcs(lattice)
    face_at, face_label, face_area = _faces(padded, lattice)
    nodes, start, end = _nodes(lattice, arcs)
    row, column = lattice.origin[arcs.half_edge] // lattice.width, lattice.origin[arcs.half_edge] % lattice.width
    direction = lattice.direction[arcs.half_edge]
    first = arcs.offsets[:-1]
    first_row, first_column, leaving = row[first], column[first], direction[first]
    return PlanarMap(
        width=labels.shape[1],
        height=labels.shape[0],
        x=column - 1,
        y=row - 1,
        direction=direction,
        offsets=arcs.offsets,
        closed=arcs.closed,
        start=start,
        end=end,
        nodes=nodes,
        left=face_at(first_row + _LEFT_Y[leaving], first_column + _LEFT_X[leaving]),
        right=face_at(first_row + _RIGHT_Y[leaving], first_column + _RIGHT_X[leaving]),
        face_label=face_label,
        face_area=face_area,
        following=_following(lattice, arcs),
        fineness=fineness,
    )


class _Arcs(NamedTuple):
    """Arcs as half-edges: half_edge (N,) in order along each, offsets (A + 1,), closed (A,)."""

    half_edge: Index
    offsets: Index
    closed: Mask

    @property
    def first(self) -> Index:
        return self.half_edge[self.offsets[:-1]]

    @property
    def last(self) -> Index:
        return self.half_edge[self.offsets[1:] - 1]


def _arcs(lattice: HalfEdges) -> _Arcs:
    """The arcs, each once: half-edges find it both ways, and the way with the least of them is kept."""
    both = chains(lattice.following())
    least = np.minimum.reduceat(both.members, both.offsets[:-1])
    twin_least = np.minimum.reduceat(lattice.twin[both.members], both.offsets[:-1])
    kept = np.flatnonzero(least < twin_least)
    counts = np.diff(both.offsets)[kept]
    return _Arcs(both.members[ranges(both.offsets[kept], counts)], offsets_of(counts), both.closed[kept])


def _nodes(lattice: HalfEdges, arcs: _Arcs) -> tuple[Index, Index, Index]:
    """(M, 2) lattice x, y of the nodes, and (A,) each the node at the start and end of each arc, −1 for none."""
    ends = lattice.target[np.concatenate([lattice.twin[arcs.first], arcs.last])]
    is_open = np.tile(~arcs.closed, 2)
    vertex, index = np.unique(ends[is_open], return_inverse=True)
    node = np.full(len(ends), -1, np.int64)
    node[is_open] = index
    place = lattice.vertex[vertex]
    points = np.stack([place % lattice.width, place // lattice.width], axis=1) - 1
    start, end = np.split(node, 2)
    return points, start, end


def _following(lattice: HalfEdges, arcs: _Arcs) -> Index:
    """PlanarMap.following: a closed arc follows itself, an open one is followed by the one that turns most left."""
    leaves = np.concatenate([arcs.first, lattice.twin[arcs.last]])
    arrives = np.concatenate([arcs.last, lattice.twin[arcs.first]])
    following = np.arange(len(leaves))
    is_open = np.flatnonzero(np.tile(~arcs.closed, 2))
    order = np.argsort(leaves[is_open])
    next_half_edge = lattice.around_left(arrives[is_open])
    following[is_open] = is_open[order[np.searchsorted(leaves[is_open], next_half_edge, sorter=order)]]
    return following
