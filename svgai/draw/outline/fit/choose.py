"""The cheapest chain of lines and cubics along each run, by dynamic programming over candidate joints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.outline.curves.cubics import FREE, HELD, Ends, fit_cubics
from svgai.draw.outline.fit.joints import Joints
from svgai.draw.outline.fit.runs import Runs

# What a segment costs, and what a point costs that lies a full tolerance off; it falls with the fourth power, so
# that noise is free and 50 points at half the tolerance are worth one more segment.
_CUBIC, _LINE, _POINT = 1.0, 0.3, 0.3
# What a line costs more per smooth end, over its length in px.
_SHORT = 2.0
# Share of the tolerance that a search may use; settling the joints needs the rest.
_SHARE = 0.75
# How far a cubic may leave a joint's tangent, in units of its spread.
_LEAN = 4
# What a point may be wrong by, px.
_NOISE = 0.04
# Points of a span that a search looks at.
_SAMPLES = 16
# Spans solved at once: as many as the cache holds.
_BATCH = 2048


_FIELDS = ("start", "stop", "beziers", "cost")


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Segments between joints. start, stop: (S,) into Joints; beziers: (S, 4, 2); cost: (S,), inf where none holds."""

    start: Index
    stop: Index
    beziers: Points
    cost: Floats

    def take(self, rows: NDArray[np.generic]) -> Spans:
        return Spans(self.start[rows], self.stop[rows], self.beziers[rows], self.cost[rows])


def _samples(first: Index, last: Index, count: int) -> Index:
    """(S, count): indices spread evenly inside each span."""
    share = np.arange(1, count + 1) / (count + 1)
    return np.rint(first[:, None] + (last - first)[:, None] * share).astype(np.int64)


def _ends(nodes: Joints, walked: Floats, start: Index, stop: Index) -> Ends:
    points = np.stack([nodes.points[start], nodes.points[stop]], axis=1)
    tangents = np.stack([nodes.tangents[start], -nodes.tangents[stop]], axis=1)
    length = walked[nodes.index[stop]] - walked[nodes.index[start]]
    length = np.maximum(length, np.linalg.norm(points[:, 1] - points[:, 0], axis=1))
    # A point strays by _NOISE, a control, a third of the length away, by the tangent's error.
    stray = np.stack([nodes.spread[start], nodes.spread[stop]], axis=1) * np.maximum(length, 1)[:, None] / 3
    hold = np.minimum((_NOISE / stray) ** 2, HELD)
    free = np.stack([nodes.free[start], nodes.free[stop]], axis=1)
    return Ends(points, tangents, np.where(free, FREE, hold), length)


def _line_distance(ends: Ends, points: Points, trusted: Mask) -> Floats:
    """(S, K): distances from the chords; infinite where a joint's tangent leaves the chord by more than its noise."""
    chord = ends.points[:, 1] - ends.points[:, 0]
    length = np.maximum(np.linalg.norm(chord, axis=1), 1e-9)
    unit = chord / length[:, None]
    rest = points - ends.points[:, :1]
    distance = np.abs(rest[..., 0] * unit[:, None, 1] - rest[..., 1] * unit[:, None, 0]) * trusted
    turn = np.abs(ends.tangents[..., 0] * unit[:, None, 1] - ends.tangents[..., 1] * unit[:, None, 0])
    # A chord of a circle turns away from its tangents by four times its bow over its length.
    allowed = 0.02 + 0.3 / length[:, None]
    distance[((turn > allowed) & (ends.hold > FREE)).any(axis=1) | (length < 1e-6)] = np.inf
    return np.asarray(distance)


def walk(runs: Runs) -> Floats:
    """(M,): the distance walked along all points up to each."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(runs.points, axis=0), axis=1))])


def _leaning(beziers: Points, ends: Ends, first: Floats, last: Floats) -> Mask:
    """Which cubics, (S, 4, 2), leave a joint's tangent by more than its spread allows: no neighbour would follow."""
    handles = beziers[:, 1:3] - ends.points
    across = handles[..., 0] * ends.tangents[..., 1] - handles[..., 1] * ends.tangents[..., 0]
    allowed = _LEAN * np.stack([first, last], axis=1) * np.linalg.norm(handles, axis=2)
    return np.asarray(((np.abs(across) > allowed) & (ends.hold > FREE)).any(axis=1))


def _spans(runs: Runs, nodes: Joints, walked: Floats, start: Index, stop: Index) -> Spans:
    """The cheapest segment between each pair of joints."""
    ends = _ends(nodes, walked, start, stop)
    first, last = nodes.index[start], nodes.index[stop]
    where = _samples(first, last, _SAMPLES)
    points, trusted = runs.points[where], runs.trusted[where]
    trusted &= (where != first[:, None]) & (where != last[:, None])
    tolerance = _SHARE * runs.tolerance[nodes.run[start]][:, None]
    share = (last - first - 1) / np.maximum(trusted.sum(axis=1), 1)

    def cost(distance: Floats, segment: float | Floats) -> Floats:
        holds = distance.max(axis=1) <= tolerance[:, 0]
        return np.where(
            holds, segment + _POINT * share * ((np.minimum(distance, 9) / tolerance) ** 4).sum(axis=1), np.inf
        )

    beziers = np.stack([ends.points[:, 0], ends.points[:, 0], ends.points[:, 1], ends.points[:, 1]], axis=1)
    # A short line between smooth joints is rather a piece of a curve.
    smooth = (ends.hold > FREE).sum(axis=1)
    best = cost(_line_distance(ends, points, trusted), _LINE + smooth * _SHORT / np.maximum(ends.length, 1))
    curved = np.flatnonzero(best > _CUBIC)
    cubics, distance = fit_cubics(ends.take(curved), points[curved], trusted[curved].astype(np.float64), 3)
    tolerance, share = tolerance[curved], share[curved]
    distance[_leaning(cubics, ends.take(curved), nodes.spread[start[curved]], nodes.spread[stop[curved]])] = np.inf
    bent = cost(distance, _CUBIC)
    better = bent <= best[curved]
    beziers[curved[better]], best[curved[better]] = cubics[better], bent[better]
    return Spans(start, stop, beziers, best)


def _evaluated(runs: Runs, nodes: Joints, start: Index, stop: Index) -> Spans:
    """The spans between pairs of joints that hold, and those between neighbours, which have no alternative."""
    walked = walk(runs)
    found = [
        _spans(runs, nodes, walked, start[k : k + _BATCH], stop[k : k + _BATCH]) for k in range(0, len(start), _BATCH)
    ]
    spans = Spans(*(np.concatenate([getattr(s, f) for s in found]) for f in _FIELDS))
    return spans.take(np.flatnonzero(np.isfinite(spans.cost) | (spans.stop == spans.start + 1)))


def longest(runs: Runs, nodes: Joints) -> Spans:
    """All spans worth choosing from: from every joint, ever longer ones until none holds.

    Each round doubles the reach of the joints that still held a span in the last one.
    """
    last = np.searchsorted(nodes.run, nodes.run, side="right") - 1
    active = np.flatnonzero(np.arange(len(last)) < last)
    found: list[Spans] = []
    near, far = 1, 8
    while len(active):
        steps = np.arange(near, far + 1, max(far // 8, 1))
        start, step = np.repeat(active, len(steps)), np.tile(steps, len(active))
        inside = start + step <= last[start]
        spans = _evaluated(runs, nodes, start[inside], (start + step)[inside])
        found.append(spans)
        held = spans.start[np.isfinite(spans.cost)]
        active = np.unique(held[last[held] > held + far])
        near, far = far + 1, 2 * far
    return Spans(*(np.concatenate([getattr(s, f) for s in found]) for f in _FIELDS))


def neighbours(runs: Runs, nodes: Joints) -> Spans:
    """The spans from each joint to the next of its run."""
    start = _neighbours(nodes)
    return _evaluated(runs, nodes, start, start + 1)


def _neighbours(nodes: Joints) -> Index:
    """The joints that another of their run follows."""
    return np.flatnonzero(nodes.run[:-1] == nodes.run[1:])


def between(runs: Runs, nodes: Joints, groups: Index) -> Spans:
    """The spans from each group of joints to the next two of its run, and from each joint to the next.

    groups: (J,) rising numbers.
    """
    size = np.bincount(groups)
    head = np.cumsum(size) - size
    ahead = np.minimum(groups + 1, len(size) - 1), np.minimum(groups + 2, len(size) - 1)
    count = head[ahead[1]] + size[ahead[1]] - head[ahead[0]]
    start = np.repeat(np.arange(len(groups)), count)
    stop = np.arange(len(start)) - np.repeat(np.cumsum(count) - count - head[ahead[0]], count)
    valid = (nodes.run[start] == nodes.run[stop]) & (groups[stop] > groups[start]) & (stop > start + 1)
    first = _neighbours(nodes)
    return _evaluated(runs, nodes, np.concatenate([first, start[valid]]), np.concatenate([first + 1, stop[valid]]))


def cheapest(spans: Spans, nodes: Joints) -> Index:
    """Rows of the spans on the cheapest way along each run, in order.

    Dynamic programming, one more segment a round on all runs at once (R. Bellman, Quart. Appl. Math. 16, 1958).
    """
    order = np.argsort(spans.stop, kind="stable")
    start, stop = spans.start[order], spans.stop[order]
    # A pair of neighbours always connects, at a price, so that every run has a way.
    price = np.where(np.isfinite(spans.cost[order]), spans.cost[order], 100.0)
    heads = np.flatnonzero(np.diff(stop, prepend=-1))
    reached = stop[heads]
    begins = np.diff(nodes.run, prepend=-1) > 0
    best = np.where(begins, 0.0, np.inf)
    while True:
        offer = np.minimum.reduceat(best[start] + price, heads)
        if not (offer < best[reached]).any():
            break
        best[reached] = np.minimum(best[reached], offer)
    chosen = np.full(len(nodes.run), -1)
    exact = np.flatnonzero(best[start] + price <= best[stop] * (1 + 1e-12) + 1e-12)
    chosen[stop[exact[::-1]]] = order[exact[::-1]]
    return _walk_back(chosen, spans.start, np.flatnonzero(np.append(begins[1:], True)))


def _walk_back(chosen: Index, start: Index, ends: Index) -> Index:
    """Rows met from the ends back to where nothing is chosen, in rising order of their joints."""
    rows: list[Index] = []
    at = ends
    while len(at):
        row = chosen[at]
        rows.append(row[row >= 0])
        at = start[rows[-1]]
    found = np.concatenate(rows)
    return found[np.argsort(start[found], kind="stable")]


def joints_of(spans: Spans) -> tuple[Index, Mask]:
    """Rows of the joints that a cheapest chain uses, and which of them lie between a line and a cubic."""
    rows, place = np.unique(np.concatenate([spans.start, spans.stop]), return_inverse=True)
    line = (spans.beziers[:, 0] == spans.beziers[:, 1]).all(axis=1)
    lines = np.bincount(place, np.tile(line, 2), len(rows))
    return rows, (lines == 1) & (np.bincount(place, minlength=len(rows)) == 2)
