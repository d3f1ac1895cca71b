"""Arcs → the fewest lines and cubic Béziers that hold the tolerance."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from svgai.arrays import Index, Mask, Points
from svgai.draw.budget import affords, spend
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.fit.chain import Chain, chained
from svgai.draw.outline.fit.choose import between, cheapest, joints_of, longest, shortest
from svgai.draw.outline.fit.corners import find_corners
from svgai.draw.outline.fit.exact import deviations, made_exact
from svgai.draw.outline.fit.joints import candidates, joints_at, nearby
from svgai.draw.outline.fit.runs import Runs, begun_at_joints, smooth_runs
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.outline.planar.planar_map import OUTSIDE
from svgai.draw.ragged import offsets_of

# A chosen joint may still slide by 6 points, the widest spacing of candidates.
_SLIDE = 6
# A segment that leaves its tolerance is cut in two, 5 times at most, while it spans 4 points or more (by eye).
_CUTS, _CUT_LENGTH = 5, 4
# Fitting takes 22 µs a point of the arcs (benchmarks/work.py).
FITTING = 22e-6
# Fewer corners than a triangle has enclose nothing.
_TRIANGLE = 3


def fit(arcs: Arcs) -> Curves:
    """Every arc as the chain of lines and cubics that costs least, each within the arc's tolerance of its points."""
    if not len(arcs.closed):
        return Curves(np.zeros((0, 4, 2)), np.zeros(1, np.int64), np.zeros(0, bool))
    runs = smooth_runs(arcs, find_corners(arcs))
    joints = candidates(runs)
    spans = longest(runs, joints)
    chosen, natural = joints_of(spans.take(cheapest(spans, joints)))
    runs, index, run = begun_at_joints(runs, joints.index[chosen], joints.run[chosen], natural)
    joints, groups = nearby(runs, index, run, _SLIDE)
    spans = between(runs, joints, groups)
    return _held(runs, chained(runs, joints, spans.take(cheapest(spans, joints)), arcs.closed), arcs.closed)


def _held(runs: Runs, chain: Chain, closed: Mask) -> Curves:
    """The chain made exact, within its tolerance: while an arc leaves it, the segments at fault are cut in two and all
    of the arc made exact anew."""
    done: list[tuple[Index, Points, Mask]] = []
    for cuts_left in reversed(range(_CUTS + 1)):
        exact = made_exact(runs, chain)
        arc = runs.arc[chain.run]
        fault = (deviations(runs, exact) > runs.tolerance[chain.run]) & (chain.last - chain.first >= _CUT_LENGTH)
        at_fault = np.zeros(len(closed), bool)
        at_fault[arc[fault]] = cuts_left > 0
        again = at_fault[arc]
        done.append((arc[~again], exact.beziers[~again], exact.corner[~again]))
        if not again.any():
            break
        chain = _cut(runs, chain, again, fault, closed)
    arc, beziers, corner = (np.concatenate(field) for field in zip(*done, strict=True))
    order = np.argsort(arc, kind="stable")
    offsets = np.searchsorted(arc[order], np.arange(len(closed) + 1)).astype(np.int64)
    return Curves(beziers[order], offsets, corner[order])


def _cut(runs: Runs, chain: Chain, again: Mask, fault: Mask, closed: Mask) -> Chain:
    """The segments of a chain to be made exact again, those at fault in two."""
    middle = (chain.first + chain.last)[fault] // 2
    index, rows = np.unique(np.concatenate([chain.first[again], chain.last[again], middle]), return_index=True)
    run = np.concatenate([chain.run[again], chain.run[again], chain.run[fault]])[rows]
    joints = joints_at(runs, index, run)
    return chained(runs, joints, shortest(runs, joints), closed)


def curves_of(arcs: Arcs) -> Curves:
    """The fitted arcs; those along the picture's border, whose points are exact, as lines from point to point.

    Where fitting is not affordable, lines that hold the arcs' tolerances stand for the curves.
    """
    border = (arcs.left == OUTSIDE) | (arcs.right == OUTSIDE)
    inner, outer = np.flatnonzero(~border), np.flatnonzero(border)
    within, straight = arcs.take(inner), polylines(arcs.take(outer))
    work = FITTING * len(within.points)
    if affords(work):
        spend(work)
        fitted = fit(within)
    else:
        fitted = polylines(simplified(within))
    counts = np.zeros(len(border), np.int64)
    counts[inner], counts[outer] = fitted.counts, straight.counts
    arc = np.concatenate([np.repeat(inner, counts[inner]), np.repeat(outer, counts[outer])])
    order = np.argsort(arc, kind="stable")
    beziers = np.concatenate([fitted.beziers, straight.beziers])[order]
    corner = np.concatenate([fitted.corner, straight.corner])[order]
    return Curves(beziers, offsets_of(counts), corner)


def simplified(arcs: Arcs) -> Arcs:
    """Arcs of fewer points, none of those left out farther from the lines between the others than its arc's tolerance.

    D. Douglas, T. Peucker, Cartographica 10 (1973). An arc keeps its points where less than a line, or if it is closed
    less than a triangle, would be left.
    """
    bounds = zip(arcs.offsets[:-1].tolist(), arcs.offsets[1:].tolist(), strict=True)
    each = zip(bounds, arcs.tolerance.tolist(), arcs.closed.tolist(), strict=True)
    kept = [_fewer(arcs.points[first:last], stray, closed) for (first, last), stray, closed in each]
    counts = np.array([len(points) for points in kept], np.int64)
    return replace(arcs, points=np.concatenate([np.zeros((0, 2)), *kept]), offsets=offsets_of(counts))


def _fewer(points: Points, tolerance: float, closed: bool) -> Points:
    """The points of an arc, (n, 2), that are left; an open one's ends to the bit: its nodes are shared."""
    if not closed and (points[0] == points[-1]).all() and len(points) > _TRIANGLE:
        farthest = int(np.argmax(np.linalg.norm(points - points[0], axis=1)))
        ways = points[: farthest + 1], points[farthest:]
        there, back = (_fewer(way, tolerance, closed=False) for way in ways)
        return np.concatenate([there, back[1:]])
    fewer = cv2.approxPolyDP(points.astype(np.float32), tolerance, closed)[:, 0].astype(np.float64)
    if len(fewer) < (_TRIANGLE if closed else 2):
        return points
    if not closed:
        fewer[[0, -1]] = points[[0, -1]]
    return fewer


def polylines(arcs: Arcs) -> Curves:
    """Arcs as lines from point to point."""
    following = np.arange(1, len(arcs.points) + 1)
    last = arcs.offsets[1:] - 1
    following[last[arcs.closed]] = arcs.offsets[:-1][arcs.closed]
    begins = np.delete(np.arange(len(following)), last[~arcs.closed])
    start, end = arcs.points[begins], arcs.points[following[begins]]
    counts = arcs.counts - ~arcs.closed
    return Curves(np.stack([start, start, end, end], axis=1), offsets_of(counts), np.ones(len(begins), bool))
