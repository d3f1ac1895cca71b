"""How the faces of a planar map lie in one another, and in which order they are painted."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index
from svgai.draw.outline.planar.components import unite
from svgai.draw.outline.planar.linked_lists import Chains, chains
from svgai.draw.outline.planar.planar_map import DX, DY, OUTSIDE, PlanarMap


@dataclass(frozen=True, slots=True, eq=False)
class Nesting:
    """The boundary cycles of all faces.

    cycles: directed arcs (k forwards, A + k backwards) with the face on the left hand. face: (C,) of each cycle;
    hole: (C,) whether it bounds the face from within; island: (C,) the connected set of arcs it belongs to.
    parent: (I,) the face that an island lies in, OUTSIDE for the one along the picture's border.
    island_of: (F,) the island that a face's outer cycle belongs to. depth: (F,) 0 for faces along the border.
    """

    cycles: Chains
    face: Index
    hole: NDArray[np.bool_]
    island: Index
    parent: Index
    island_of: Index
    depth: Index


def _islands(m: PlanarMap) -> Index:
    """(A,) arcs connected through nodes have the same number, 0, 1, …"""
    open_ = np.flatnonzero(~m.closed)
    n = m.arc_count
    root = unite(n + len(m.nodes), np.concatenate([open_, open_]), n + np.concatenate([m.start[open_], m.end[open_]]))
    return np.unique(root[:n], return_inverse=True)[1].astype(np.int64)


def _arc_areas(m: PlanarMap) -> Index:
    """(A,) twice the signed area each arc contributes to a cycle through it, by the shoelace formula."""
    dx, dy = DX[m.direction], DY[m.direction]
    return np.add.reduceat(m.x * dy - m.y * dx, m.offsets[:-1])


def nesting(m: PlanarMap) -> Nesting:
    """The boundary cycles of a planar map's faces, and which face each island of arcs lies in."""
    cycles = chains(m.following)
    face = np.concatenate([m.left, m.right])[cycles.members[cycles.offsets[:-1]]]
    area = _arc_areas(m)
    signed = np.add.reduceat(np.concatenate([area, -area])[cycles.members], cycles.offsets[:-1])
    # With y down, a face on the left hand is walked round with negative area, and a hole with positive.
    hole = signed > 0
    island = _islands(m)[cycles.members[cycles.offsets[:-1]] % m.arc_count]
    parent = np.full(island.max() + 1, OUTSIDE, np.int64)
    parent[island[hole]] = face[hole]
    island_of = np.empty(len(m.face_label), np.int64)
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


def solid_islands(n: Nesting, opaque: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(I,) islands with nothing but opaque faces in them, those of islands within included."""
    solid = np.ones(len(n.parent), bool)
    for face in np.argsort(-n.depth, kind="stable"):
        solid[n.island_of[face]] &= opaque[face]
    for island in sorted(range(len(n.parent)), key=lambda i: -_parent_depth(n, i)):
        if not solid[island] and n.parent[island] != OUTSIDE:
            solid[n.island_of[n.parent[island]]] = False
    return solid


def _parent_depth(n: Nesting, island: int) -> int:
    return -1 if n.parent[island] == OUTSIDE else int(n.depth[n.parent[island]])


def paint_order(m: PlanarMap, n: Nesting, paint: Index) -> list[int]:
    """All faces, those within others later, of neighbours the bigger first; equal paints together where that allows.

    paint: (F,) a number for each face's paint.
    """
    rank = np.lexsort((np.arange(len(paint)), -m.face_area, n.depth))
    place = np.empty_like(rank)
    place[rank] = np.arange(len(rank))
    inner = (m.left != OUTSIDE) & (m.right != OUTSIDE)
    within = n.parent[n.island_of] != OUTSIDE
    a = np.concatenate([m.left[inner], n.parent[n.island_of][within]])
    b = np.concatenate([m.right[inner], np.flatnonzero(within)])
    first, then = np.where(place[a] < place[b], a, b), np.where(place[a] < place[b], b, a)
    pairs = np.unique(np.stack([first, then], axis=1), axis=0) if len(first) else np.zeros((0, 2), np.int64)
    return _by_paint(pairs, place, paint)


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
        color = min(ready, key=lambda c: ready[c][0])
        while ready[color]:
            face = heapq.heappop(ready[color])[1]
            order.append(face)
            for then in later[face]:
                waits[then] -= 1
                if not waits[then]:
                    heapq.heappush(ready[int(paint[then])], (int(place[then]), then))
        del ready[color]
    return order
