"""Half-edges: every crack between pixels of different label, walked either way, and what follows it.

A half-edge has the pixel of its own face on the left hand; its twin walks the same crack back (the doubly connected
edge list of D. Muller, F. Preparata, Theor. Comput. Sci. 7, 1978).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Labels

# (rows, columns, label a, label b), all (n,) → the share of a, 0–1, in each pixel when it is a mix of a and b.
Coverage: TypeAlias = Callable[[Index, Index, Index, Index], Floats]

# Directions of half-edges, clockwise on the screen: east, south, west, north.
DX, DY = np.array([1, 0, -1, 0]), np.array([0, 1, 0, -1])


def _half_edges(padded: Labels) -> tuple[Index, Index]:
    """Origin (flat index into the padded map's lattice) and direction of both half-edges of every crack.

    Lattice point (y, x) is the top left corner of padded pixel (y, x). Half-edge k + n is the twin of k < n.
    """
    width = padded.shape[1]
    level = np.flatnonzero(padded[1:] != padded[:-1]) + width
    upright = np.flatnonzero(padded[:, 1:] != padded[:, :-1])
    upright = upright // (width - 1) * width + upright % (width - 1) + 1
    origin = np.concatenate([level, upright, level + 1, upright + width])
    direction = np.repeat([0, 1, 2, 3], [len(level), len(upright)] * 2)
    return origin, direction


def _saddles(padded: Labels, vertex: Index, mask: Index, coverage: Coverage) -> NDArray[np.int8]:
    """(n,) how to pass vertices of four cracks: 0 not (a node), 1 joining top left to bottom right, 2 the other two.

    Where both diagonals are of one label each, the one with more coverage in the 2×2 is joined.
    """
    width, flat = padded.shape[1], padded.ravel()
    join = np.zeros(len(vertex), np.int8)
    four = np.flatnonzero(mask == 15)
    at = vertex[four]
    top_left, top_right, bottom_left, bottom_right = (flat[at - step] for step in (width + 1, width, 1, 0))
    falling, rising = top_left == bottom_right, top_right == bottom_left
    join[four[falling & ~rising]] = 1
    join[four[rising & ~falling]] = 2
    both = np.flatnonzero(falling & rising)
    row, column = at[both] // width - 1, at[both] % width - 1  # of the pixel to the bottom right, unpadded
    one, other = top_left[both].astype(np.int64), top_right[both].astype(np.int64)
    shares = [coverage(row + down, column + right, one, other) for down in (-1, 0) for right in (-1, 0)]
    join[four[both]] = np.where(sum(shares, np.zeros(len(both))) >= 2, 1, 2)
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


class HalfEdges:
    """Half-edges by the lattice point they leave."""

    def __init__(self, padded: Labels, coverage: Coverage) -> None:
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
