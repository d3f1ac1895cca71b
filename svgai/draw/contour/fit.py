"""Arcs → the fewest lines and cubic Béziers that hold the tolerance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.draw.contour import corners, joints, runs, search, settle
from svgai.draw.contour.arcs import Arcs
from svgai.draw.contour.curves import Curves
from svgai.draw.contour.runs import Runs
from svgai.draw.contour.settle import Chain

# How far a chosen joint may still slide, points.
_SLIDE = 3
# How often what does not hold is cut.
_CUTS = 6


def fit(arcs: Arcs) -> Curves:
    """Every arc as the chain of lines and cubics that costs least, each within the arc's tolerance of its points."""
    if not len(arcs.closed):
        return Curves(np.zeros((0, 4, 2)), np.zeros(1, np.int64), np.zeros(0, bool))
    r = runs.split(arcs, corners.find(arcs))
    nodes = joints.candidates(r)
    spans = search.longest(r, nodes)
    chosen, natural = search.joints_of(spans.take(search.cheapest(spans, nodes)))
    r, index, run = runs.turned(r, nodes.index[chosen], nodes.run[chosen], natural)
    nodes, groups = joints.nearby(r, index, run, _SLIDE)
    spans = search.between(r, nodes, groups)
    chain = settle.chain(r, nodes, spans.take(search.cheapest(spans, nodes)), arcs.closed)
    chain = _held(r, chain, arcs.closed)
    offsets = np.searchsorted(r.arc[chain.run], np.arange(len(arcs.closed) + 1))
    return Curves(chain.beziers, offsets.astype(np.int64), chain.corner)


def _held(r: Runs, chain: Chain, closed: NDArray[np.bool_]) -> Chain:
    """The chain settled; segments that then leave the tolerance are cut in two, until none does."""
    for _ in range(_CUTS):
        result = settle.settled(r, chain)
        off = settle.deviations(r, result) > r.tolerance[chain.run]
        off &= chain.last - chain.first >= 4
        if not off.any():
            break
        index = np.concatenate([chain.first, chain.last, (chain.first + chain.last)[off] // 2])
        index, first = np.unique(index, return_index=True)
        run = np.concatenate([chain.run, chain.run, chain.run[off]])[first]
        nodes = joints.at(r, index, run)
        chain = settle.chain(r, nodes, search.neighbours(r, nodes), closed)
    return result
