"""A chosen chain made exact: lines through their points, joints on them, tangents shared, cubics fitted anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.outline.curves.cubics import FREE, HELD, Ends, chord_parameters, fit_cubics, project
from svgai.draw.outline.curves.curves import are_lines
from svgai.draw.outline.curves.gauss_newton import Links, normals, places, relaxed
from svgai.draw.outline.fit.choose import Spans
from svgai.draw.outline.fit.joints import Joints
from svgai.draw.outline.fit.runs import Runs

# A line that leaves an axis by at most this share of the tolerance over its length, and by this angle, lies on it.
_AXIS, _AXIS_TURN = 0.6, np.deg2rad(4)
# Two lines that turn by less have no meeting point worth trusting.
_MEETING = np.sin(np.deg2rad(8))
# How far a joint may move to where its lines want it, px.
_MOVE = 1.0
# Points of a segment that a fit looks at, and that the tolerance is checked on.
_SAMPLES, _CHECKED = 24, 48
# Steps in which joints, tangents and handles adjust to the points together.
_ROUNDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The segments of all arcs, (S,) each, in order.

    beziers: (S, 4, 2). line: bool. corner: bool, whether the joint at the start is one. before, after: the segments
    next to it along its arc, −1 beyond the ends of an open one. first, last: the points of Runs it lies between.
    run: its run.
    """

    beziers: Points
    line: Mask
    corner: Mask
    before: Index
    after: Index
    first: Index
    last: Index
    run: Index

    @property
    def ends(self) -> Points:
        """(S, 2, 2): where each segment starts and stops."""
        return self.beziers[:, [0, 3]]


def chain(runs: Runs, nodes: Joints, spans: Spans, closed: Mask) -> Chain:
    """The chosen spans, in the order of their joints, as one chain an arc."""
    b = spans.beziers
    line = are_lines(b)
    run = nodes.run[spans.start]
    arc = runs.arc[run]
    place = np.arange(len(arc))
    head, tail = np.searchsorted(arc, arc), np.searchsorted(arc, arc, side="right") - 1
    before = np.where(place > head, place - 1, np.where(closed[arc], tail, -1))
    after = np.where(place < tail, place + 1, np.where(closed[arc], head, -1))
    first, last = nodes.index[spans.start], nodes.index[spans.stop]
    return Chain(b, line, nodes.free[spans.start], before, after, first, last, run)


def _sums(runs: Runs, chain: Chain, rows: Index) -> tuple[Floats, Points, Floats]:
    """Count, centroid and covariance (n, 3: xx, xy, yy) of the trusted points inside the segments `rows`."""
    size = np.maximum(chain.last[rows] - chain.first[rows] - 1, 0)
    row = np.repeat(np.arange(len(rows)), size)
    index = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size) + chain.first[rows][row] + 1
    good = runs.trusted[index]
    row, p = row[good], runs.points[index[good]]

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(row, values, len(rows)), np.float64)

    count = total(np.ones(len(row)))
    center = np.stack([total(p[:, k]) for k in (0, 1)], axis=1) / np.maximum(count, 1)[:, None]
    q = p - center[row]
    return count, center, np.stack([total(q[:, 0] ** 2), total(q[:, 0] * q[:, 1]), total(q[:, 1] ** 2)], axis=1)


def _lines(runs: Runs, chain: Chain) -> tuple[Points, Points]:
    """A point and the unit direction of every segment's line by total least squares; of a cubic, its chord's."""
    chord = chain.ends[:, 1] - chain.ends[:, 0]
    length = np.linalg.norm(chord, axis=1)
    center, ahead = chain.ends.mean(axis=1), chord / np.maximum(length, 1e-12)[:, None]
    rows = np.flatnonzero(chain.line)
    count, mean, spread = _sums(runs, chain, rows)
    xx, xy, yy = spread.T
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    direction = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    direction *= np.where((direction * ahead[rows]).sum(axis=1) < 0, -1.0, 1.0)[:, None]
    # Two or three points tell a place but no direction.
    known, placed = count >= 4, count >= 2
    center[rows[placed]] = mean[placed]
    ahead[rows[known]] = direction[known]
    flat = (
        np.abs(ahead)
        < np.minimum(_AXIS * runs.tolerance[chain.run] / np.maximum(length, 1e-12), np.sin(_AXIS_TURN))[:, None]
    )
    flat &= chain.line[:, None]
    # Of two in a row only one can lie on the axis, else they would be one.
    flat &= ~(flat[chain.before] & (chain.before >= 0)[:, None])
    ahead = np.where(flat, 0.0, ahead)
    return center, np.where(flat.any(axis=1, keepdims=True), np.sign(ahead), ahead)


def _foot(p: Points, center: Points, ahead: Points) -> Points:
    return np.asarray(center + ((p - center) * ahead).sum(axis=1, keepdims=True) * ahead)


def _starts(chain: Chain, center: Points, ahead: Points) -> Points:
    """(S, 2): where the joints at the segments' starts come to lie: on the lines to either side."""
    old = chain.ends[:, 0]
    b = chain.before
    mine, theirs = chain.line & (b >= 0), chain.line[b] & (b >= 0)
    cross = ahead[b, 0] * ahead[:, 1] - ahead[b, 1] * ahead[:, 0]
    gap = center - center[b]
    meet = mine & theirs & (np.abs(cross) > _MEETING)
    along = (gap[:, 0] * ahead[:, 1] - gap[:, 1] * ahead[:, 0]) / np.where(meet, cross, 1.0)
    new = np.where(
        mine[:, None], _foot(old, center, ahead), np.where(theirs[:, None], _foot(old, center[b], ahead[b]), old)
    )
    both = mine & theirs & ~meet
    new[both] = (_foot(old, center, ahead) + _foot(old, center[b], ahead[b]))[both] / 2
    new[meet] = (center[b] + along[:, None] * ahead[b])[meet]
    far = np.linalg.norm(new - old, axis=1) > _MOVE
    return np.where(far[:, None], old, new)


def _upright(chain: Chain, starts: Points, stops: Points, center: Points, ahead: Points) -> None:
    """Give both ends of horizontal and vertical lines one coordinate to the bit, in place."""
    for axis in (0, 1):
        rows = np.flatnonzero(chain.line & (ahead[:, axis] == 0))
        level = center[rows, axis]
        # The ends of open arcs are fixed: what leaves from them follows.
        level = np.where(chain.before[rows] < 0, starts[rows, axis], level)
        level = np.where((chain.after[rows] < 0) & (chain.before[rows] >= 0), stops[rows, axis], level)
        inner = chain.before[rows] >= 0
        starts[rows[inner], axis] = level[inner]
        inner = chain.after[rows] >= 0
        starts[chain.after[rows[inner]], axis] = level[inner]


def _tangents(chain: Chain, starts: Points, stops: Points) -> Points:
    """(S, 2): the unit tangent at each segment's start that its neighbour shares, where no corner is."""
    first, last = chain.beziers[:, 1] - chain.beziers[:, 0], chain.beziers[:, 3] - chain.beziers[:, 2]
    # The longer handle knows the direction better, in proportion.
    shared = first + np.where((chain.before >= 0)[:, None], last[chain.before], 0)
    chord = stops - starts
    shared = np.where((chain.line[chain.before] & (chain.before >= 0))[:, None], chord[chain.before], shared)
    shared = np.where(chain.line[:, None], chord, shared)
    return np.asarray(shared / np.maximum(np.linalg.norm(shared, axis=1, keepdims=True), 1e-12))


def _samples(runs: Runs, chain: Chain, rows: Index, count: int = _SAMPLES) -> tuple[Points, Floats]:
    """Points spread over segments, (n, count, 2), and their weights, 0 for those not trusted."""
    first, last = chain.first[rows, None], chain.last[rows, None]
    share = np.arange(1, count + 1) / (count + 1)
    where = np.rint(first + (last - first) * share).astype(np.int64)
    trusted = runs.trusted[where] & (where != first) & (where != last)
    return runs.points[where], trusted.astype(np.float64)


def deviations(runs: Runs, chain: Chain) -> Floats:
    """(S,) px, how far the points of each segment lie from it at most, infinite where its handles turn back."""
    points, trusted = _samples(runs, chain, np.arange(len(chain.line)), _CHECKED)
    u = chord_parameters(points, chain.ends)
    u = _feet(chain.beziers, chain.line, points, u)
    distance = np.linalg.norm(places(chain.beziers, chain.line, u) - points, axis=2) * trusted
    return np.asarray(distance.max(axis=1))


def _refitted(runs: Runs, chain: Chain, starts: Points, stops: Points) -> Points:
    """(S, 4, 2): the segments between their new ends; cubics held on the shared tangents."""
    beziers = np.stack([starts, starts, stops, stops], axis=1)
    rows = np.flatnonzero(~chain.line)
    tangents = _tangents(chain, starts, stops)
    first, last = chain.beziers[:, 1] - chain.beziers[:, 0], chain.beziers[:, 2] - chain.beziers[:, 3]
    own = [v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-12) for v in (first, last)]
    cut = chain.corner, np.where(chain.after >= 0, chain.corner[chain.after], True)
    into = np.stack(
        [
            np.where(cut[0][:, None], own[0], tangents),
            np.where(cut[1][:, None], own[1], -tangents[chain.after]),
        ],
        axis=1,
    )
    hold = np.stack([np.where(k, FREE, HELD) for k in cut], axis=1)
    points, trusted = _samples(runs, chain, rows)
    walked = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(runs.points, axis=0), axis=1))])
    length = np.maximum(walked[chain.last] - walked[chain.first], np.linalg.norm(stops - starts, axis=1))
    ends = Ends(np.stack([starts, stops], axis=1), into, hold, length).take(rows)
    beziers[rows] = fit_cubics(ends, points, trusted, 4)[0]
    return beziers


def settled(runs: Runs, chain: Chain) -> Chain:
    """The chain with its lines through their points, its joints on them, and true G1 joints elsewhere.

    The ends of open arcs stay where they are. Horizontal and vertical lines are so to the bit.
    """
    center, ahead = _lines(runs, chain)
    starts = _starts(chain, center, ahead)
    stops = np.where((chain.after >= 0)[:, None], starts[chain.after], chain.ends[:, 1])
    _upright(chain, starts, stops, center, ahead)
    stops = np.where((chain.after >= 0)[:, None], starts[chain.after], chain.ends[:, 1])
    corner = chain.corner | (chain.line & chain.line[chain.before] & (chain.before >= 0))
    chain = replace(chain, corner=corner)
    return _relaxed(runs, replace(chain, beziers=_refitted(runs, chain, starts, stops)))


def _relaxed(runs: Runs, chain: Chain) -> Chain:
    """The chain with joints, tangents and handles adjusted together to the points."""
    points, trusted = _samples(runs, chain, np.arange(len(chain.line)))
    size = np.maximum(chain.last - chain.first - 1, 0)
    weight = trusted * (size / np.maximum(trusted.sum(axis=1), 1))[:, None]
    fixed = np.stack([chain.before < 0, chain.after < 0], axis=1)
    beziers, k = chain.beziers, Links(chain.line, chain.corner, chain.before, chain.after)
    u = chord_parameters(points, chain.ends)
    for _ in range(_ROUNDS):
        u = _feet(beziers, chain.line, points, u)
        offset = ((points - places(beziers, chain.line, u)) * normals(beziers, chain.line, u)).sum(axis=2)
        beziers = relaxed(beziers, k, u, offset, weight, fixed)
    return replace(chain, beziers=beziers)


def _feet(beziers: Points, line: Mask, points: Points, u: Floats) -> Floats:
    """Parameters, (S, K), of the feet of points on their segments, walking on from u."""
    even = beziers[:, :1] + np.arange(4)[:, None] / 3 * (beziers[:, 3:] - beziers[:, :1])
    handled = np.where(line[:, None, None], even, beziers)
    return project(handled, points, project(handled, points, u))
