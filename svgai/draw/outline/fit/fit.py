"""Arcs → the fewest lines and cubic Béziers that hold the tolerance."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Index, Mask, Points
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.fit import choose, corners, exact, joints, runs
from svgai.draw.outline.fit.exact import Chain
from svgai.draw.outline.fit.runs import Runs
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.outline.planar.planar_map import OUTSIDE

# How far a chosen joint may still slide, points.
_SLIDE = 6
# How often what does not hold is cut.
_CUTS = 6


def fit(arcs: Arcs) -> Curves:
    """Every arc as the chain of lines and cubics that costs least, each within the arc's tolerance of its points."""
    if not len(arcs.closed):
        return Curves(np.zeros((0, 4, 2)), np.zeros(1, np.int64), np.zeros(0, bool))
    r = runs.split(arcs, corners.find(arcs))
    nodes = joints.candidates(r)
    spans = choose.longest(r, nodes)
    chosen, natural = choose.joints_of(spans.take(choose.cheapest(spans, nodes)))
    r, index, run = runs.turned(r, nodes.index[chosen], nodes.run[chosen], natural)
    nodes, groups = joints.nearby(r, index, run, _SLIDE)
    spans = choose.between(r, nodes, groups)
    chain = exact.chain(r, nodes, spans.take(choose.cheapest(spans, nodes)), arcs.closed)
    return _held(r, chain, arcs.closed)


def _held(r: Runs, chain: Chain, closed: Mask) -> Curves:
    """The chain settled; in arcs that then leave their tolerance the segments at fault are cut in two and all settled
    anew, until none does."""
    settled: list[tuple[Index, Points, Mask]] = []
    for left in reversed(range(_CUTS)):
        result = exact.settled(r, chain)
        arc = r.arc[chain.run]
        off = (exact.deviations(r, result) > r.tolerance[chain.run]) & (chain.last - chain.first >= 4)
        off &= left > 0
        again = np.isin(arc, arc[off])
        settled.append((arc[~again], result.beziers[~again], result.corner[~again]))
        if not again.any():
            break
        ends = np.concatenate([chain.first[again], chain.last[again], (chain.first + chain.last)[off] // 2])
        index, first = np.unique(ends, return_index=True)
        run = np.concatenate([chain.run[again], chain.run[again], chain.run[off]])[first]
        nodes = joints.at(r, index, run)
        chain = exact.chain(r, nodes, choose.neighbours(r, nodes), closed)
    arc, beziers, corner = (np.concatenate(field) for field in zip(*settled, strict=True))
    order = np.argsort(arc, kind="stable")
    return Curves(
        beziers[order], np.searchsorted(arc[order], np.arange(len(closed) + 1)).astype(np.int64), corner[order]
    )


def curves_of(arcs: Arcs) -> Curves:
    """The fitted arcs; those along the picture's border, whose points are exact, as lines from point to point."""
    border = (arcs.left == OUTSIDE) | (arcs.right == OUTSIDE)
    inner, outer = np.flatnonzero(~border), np.flatnonzero(border)
    fitted, straight = fit(arcs.take(inner)), polylines(arcs.take(outer))
    counts = np.zeros(len(border), np.int64)
    counts[inner], counts[outer] = np.diff(fitted.offsets), np.diff(straight.offsets)
    arc = np.concatenate([np.repeat(inner, counts[inner]), np.repeat(outer, counts[outer])])
    order = np.argsort(arc, kind="stable")
    beziers = np.concatenate([fitted.beziers, straight.beziers])[order]
    corner = np.concatenate([fitted.corner, straight.corner])[order]
    return Curves(beziers, np.concatenate([[0], np.cumsum(counts)]), corner)


def polylines(arcs: Arcs) -> Curves:
    """Arcs as lines from point to point."""
    following = np.arange(1, len(arcs.points) + 1)
    last = arcs.offsets[1:] - 1
    following[last[arcs.closed]] = arcs.offsets[:-1][arcs.closed]
    begins = np.delete(np.arange(len(following)), last[~arcs.closed])
    start, end = arcs.points[begins], arcs.points[following[begins]]
    offsets = arcs.offsets - np.concatenate([[0], np.cumsum(~arcs.closed)])
    return Curves(np.stack([start, start, end, end], axis=1), offsets, np.ones(len(begins), bool))
