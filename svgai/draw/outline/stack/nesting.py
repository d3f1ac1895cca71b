"""How the faces of a planar map lie in one another, and in which order they are painted."""

from __future__ import annotations

import heapq
from collections import defaultdict

import numpy as np

from svgai.arrays import Index, Mask, freeze_fields
from svgai.draw.outline.planar.components import unite
from svgai.draw.outline.planar.half_edges import DX, DY
from svgai.draw.outline.planar.linked_lists import Chains, chains
from svgai.draw.outline.planar.planar_map import OUTSIDE, PlanarMap
from svgai.records import Record
from svgai.sorted_values import distinct


class Nesting(Record):
    """The boundary cycles of all faces.

    cycles: directed arcs (k forwards, A + k backwards) with the face on the left hand. face: (C,) of each cycle;
    hole: (C,) whether it bounds the face from within; island: (C,) the connected set of arcs it belongs to.
    parent: (I,) the face that an island lies in, OUTSIDE for the one along the picture's border.
    island_of: (F,) the island that a face's outer cycle belongs to. depth: (F,) 0 for faces along the border.
    """

    cycles: Chains
    face: Index
    hole: Mask
    island: Index
    parent: Index
    island_of: Index
    depth: Index

    def __post_init__(self) -> None:
        freeze_fields(self)


def _islands(planar: PlanarMap) -> Index:
    """(A,) arcs connected through nodes have the same number, 0, 1, …"""
    ended, count = np.flatnonzero(~planar.closed), planar.arc_count
    nodes = count + np.concatenate([planar.start[ended], planar.end[ended]])
    root = unite(count + len(planar.nodes), np.tile(ended, 2), nodes)
    return np.unique(root[:count], return_inverse=True)[1].astype(np.int64)


def _arc_areas(planar: PlanarMap) -> Index:
    """(A,) twice the signed area each arc contributes to a cycle through it, by the shoelace formula."""
    return np.add.reduceat(planar.x * DY[planar.direction] - planar.y * DX[planar.direction], planar.offsets[:-1])


def nesting(planar: PlanarMap) -> Nesting:
    """The boundary cycles of a planar map's faces, and which face each island of arcs lies in."""
    cycles = chains(planar.following)
    face = np.concatenate([planar.left, planar.right])[cycles.members[cycles.offsets[:-1]]]
    area = _arc_areas(planar)
    signed = np.add.reduceat(np.concatenate([area, -area])[cycles.members], cycles.offsets[:-1])
    # With y down, a face on the left hand is walked round with negative area, and a hole with positive.
    hole = signed > 0
    island = _islands(planar)[cycles.members[cycles.offsets[:-1]] % planar.arc_count]
    parent = np.full(island.max() + 1, OUTSIDE, np.int64)
    parent[island[hole]] = face[hole]
    island_of = np.empty(len(planar.face_label), np.int64)
    island_of[face[~hole]] = island[~hole]
    return Nesting(cycles, face, hole, island, parent, island_of, _depths(parent, island_of))


def _depths(parent: Index, island_of: Index) -> Index:
    """(F,) how many faces a face lies within."""
    depth = np.zeros(len(island_of), np.int64)
    outer = parent[island_of]
    while (outer != OUTSIDE).any():
        inside = outer != OUTSIDE
        depth += inside
        outer = np.where(inside, parent[island_of[outer]], OUTSIDE)
    return depth


def solid_islands(nesting: Nesting, opaque: Mask) -> Mask:
    """(I,) islands with nothing but opaque faces in them, those of islands within included."""
    solid = np.ones(len(nesting.parent), bool)
    for face in np.argsort(-nesting.depth, kind="stable"):
        solid[nesting.island_of[face]] &= opaque[face]
    for island in sorted(range(len(nesting.parent)), key=lambda island: -_parent_depth(nesting, island)):
        if not solid[island] and nesting.parent[island] != OUTSIDE:
            solid[nesting.island_of[nesting.parent[island]]] = False
    return solid


def _parent_depth(nesting: Nesting, island: int) -> int:
    return -1 if nesting.parent[island] == OUTSIDE else int(nesting.depth[nesting.parent[island]])


def paint_order(planar: PlanarMap, nesting: Nesting, paint: Index, on_top: Mask) -> list[int]:
    """All faces, those within others later, of neighbours the bigger first; equal paints together where that allows.

    paint: (F,) a number for each face's paint. on_top: (F,) faces that come after all their neighbours.
    """
    rank = np.lexsort((np.arange(len(paint)), -planar.face_area, nesting.depth))
    place = np.empty_like(rank)
    place[rank] = np.arange(len(rank))
    inner = ~planar.on_border
    outer = nesting.parent[nesting.island_of]
    within = np.flatnonzero(outer != OUTSIDE)
    beside = np.stack([np.append(planar.left[inner], outer[within]), np.append(planar.right[inner], within)], axis=1)
    first_then = np.where((place[beside[:, 0]] < place[beside[:, 1]])[:, None], beside, beside[:, ::-1])
    count = len(paint)
    pairs = np.stack(np.divmod(distinct(first_then @ [count, 1]), count), axis=1)
    for face in np.flatnonzero(on_top).tolist():
        pairs = _put_on_top(pairs, face)
    return _by_paint(pairs, place + count * on_top, paint)


def _put_on_top(pairs: Index, face: int) -> Index:
    """Pairs (first, then) with a face after all its neighbours; what was before it stays before what was after it."""
    before, after = pairs[pairs[:, 1] == face, 0], pairs[pairs[:, 0] == face, 1]
    across = np.stack([np.repeat(before, len(after)), np.tile(after, len(before))], axis=1)
    turned = np.stack([after, np.full(len(after), face)], axis=1)
    return np.unique(np.concatenate([pairs[pairs[:, 0] != face], across, turned]), axis=0)


def _by_paint(pairs: Index, place: Index, paint: Index) -> list[int]:
    """Topological order of the pairs (first, then) that stays with one paint as long as it can (Kahn 1962)."""
    waits = np.bincount(pairs[:, 1], minlength=len(place)).tolist()
    later: dict[int, list[int]] = defaultdict(list)
    for first, then in pairs.tolist():
        later[first].append(then)
    ready: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for face in range(len(place)):
        if not waits[face]:
            heapq.heappush(ready[int(paint[face])], (int(place[face]), face))
    order: list[int] = []
    while ready:
        color = min(ready, key=lambda number: ready[number][0])
        while ready[color]:
            face = heapq.heappop(ready[color])[1]
            order.append(face)
            for then in later[face]:
                waits[then] -= 1
                if not waits[then]:
                    heapq.heappush(ready[int(paint[then])], (int(place[then]), then))
        del ready[color]
    return order
