"""Arcs → the fewest lines and cubic Béziers that hold the tolerance."""

from __future__ import annotations

import numpy as np

from svgai.draw.contour import corners, joints, runs, search, settle
from svgai.draw.contour.arcs import Arcs
from svgai.draw.contour.curves import Curves

# How far a chosen joint may still slide, points.
_SLIDE = 3


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
    c = settle.chain(r, nodes, spans.take(search.cheapest(spans, nodes)), arcs.closed)
    c = settle.settled(r, c)
    offsets = np.searchsorted(r.arc[c.run], np.arange(len(arcs.closed) + 1))
    return Curves(c.beziers, offsets.astype(np.int64), c.corner)
