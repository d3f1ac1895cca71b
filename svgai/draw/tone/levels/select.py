"""Which patches of a tree are worth their bytes, exactly: the least error + price × bytes over all choices.

Dynamic programming on the tree, as for pruned trees in coding: P. A. Chou, T. Lookabaugh, R. M. Gray, "Optimal
pruning with applications to tree-structured source coding and modeling", IEEE Trans. Information Theory 35(2), 1989;
here a skipped node's children stay, so that the value painted below a node is the state.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Mask
from svgai.draw.tone.levels.tree import GROUND, Tree
from svgai.records import Record


class Selection(Record):
    """kept: (n,) the nodes worth drawing. parent: (n,) the nearest kept node that holds each, GROUND where there is
    none. value: (n,) for kept nodes, the weighted mean tone of what they show: their own pixels and those of skipped
    nodes inside. depth: (n,) how many kept nodes hold it."""

    kept: Mask
    parent: Index
    value: Floats
    depth: Index


def _costs(tree: Tree, values: Floats, bytes_: Floats, price: float) -> tuple[NDArray[np.float32], Index, Floats]:
    """For every node the cost of what it holds by the value painted on it, its best value, and its cost when drawn."""
    costs = np.empty((tree.count, len(values)), np.float32)
    best, drawn = np.empty(tree.count, np.int64), np.empty(tree.count)
    below: Floats | None = None
    for k in range(len(tree.levels) - 2, -1, -1):
        nodes = slice(int(tree.levels[k]), int(tree.levels[k + 1]))
        w, first, second = (v[nodes, None] for v in (tree.weight, tree.first, tree.second))
        cost = w * values**2 - 2 * first * values + second
        if below is not None:
            cost += below
        best[nodes] = cost.argmin(axis=1)
        drawn[nodes] = cost.min(axis=1) + price * bytes_[nodes]
        costs[nodes] = cost
        if k:
            least = np.minimum(cost, drawn[nodes, None])
            below = _summed(least, tree.parent[nodes] - tree.levels[k - 1], int(tree.levels[k] - tree.levels[k - 1]))
    return costs, best, drawn


def _summed(rows: Floats, parent: Index, count: int) -> Floats:
    """(count, n): the rows summed by parent."""
    order = np.argsort(parent, kind="stable")
    there, begins = np.unique(parent[order], return_index=True)
    out = np.zeros((count, rows.shape[1]))
    out[there] = np.add.reduceat(rows[order], begins, axis=0)
    return out


def select(tree: Tree, ground: float, values: Floats, bytes_: Floats, price: float) -> Selection:
    """The nodes that pay.

    ground: the tone where nothing is drawn. values: the tones that may be painted, for the choice alone. bytes_: (n,)
    what a node costs. price: of a byte, in units of weight × tone².
    """
    grid = np.concatenate([[ground], values])
    costs, best, drawn = _costs(tree, grid, bytes_, price)
    kept = np.zeros(tree.count, np.bool_)
    painted = np.zeros(tree.count, np.int64)
    holder = np.full(tree.count, GROUND, np.int64)
    depth = np.zeros(tree.count, np.int64)
    for k in range(len(tree.levels) - 1):
        nodes = np.arange(tree.levels[k], tree.levels[k + 1])
        parent = tree.parent[nodes]
        inside = parent != GROUND
        shown = np.where(inside, painted[parent], 0)
        kept[nodes] = drawn[nodes] < costs[nodes, shown]
        painted[nodes] = np.where(kept[nodes], best[nodes], shown)
        up = np.where(inside, np.where(kept[parent], parent, holder[parent]), GROUND)
        holder[nodes] = up
        depth[nodes] = np.where(up != GROUND, depth[up] + 1, 0)
    return Selection(kept, holder, _means(tree, kept, holder), depth)


def _means(tree: Tree, kept: Mask, holder: Index) -> Floats:
    """(n,): each kept node's mean over its own pixels and those of the skipped nodes that it shows."""
    shows = np.where(kept, np.arange(tree.count), holder)
    inside = shows != GROUND
    weight = np.bincount(shows[inside], tree.weight[inside], tree.count)
    first = np.bincount(shows[inside], tree.first[inside], tree.count)
    return np.asarray(first / np.maximum(weight, 1e-12))
