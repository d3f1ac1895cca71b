"""The cheapest chain of lines and cubics along each run, by dynamic programming over candidate joints."""

from __future__ import annotations

from dataclasses import fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Mask, Points, freeze_fields
from svgai.draw.outline.curves.cubics import FREE, HELD, Ends, fit_cubics
from svgai.draw.outline.curves.curves import are_lines
from svgai.draw.outline.fit.joints import Joints
from svgai.draw.outline.fit.runs import Runs
from svgai.draw.ragged import offsets_of, ranges
from svgai.draw.vectors import cross
from svgai.kernels.library import kernel
from svgai.records import Record
from svgai.sorted_values import distinct

# A cubic costs 1, a line 0.3: it is written with 2 coordinates where a cubic takes 6.
_CUBIC, _LINE = 1.0, 0.3
# A point a full tolerance off costs 0.3, and the cost falls with the fourth power of its distance: so noise is free,
# and 50 points at half the tolerance are worth one more segment (by eye, on the corpus).
_POINT, _POINT_POWER = 0.3, 4
# A point counts as 9 px off at most, so that the fourth power of an infinite distance stays a number.
_FARTHEST = 9
# A line costs 2 px / its length more for each smooth end: a short one there is rather a piece of a curve (by eye).
_SHORT = 2.0
# A search uses 0.75 of the tolerance; making the chain exact needs the rest (by eye).
_SHARE = 0.75
# A cubic leaves a joint's tangent by at most 4 times the tangent's own error, or no neighbour would follow it.
_LEAN = 4
# A point is off its curve by 0.04 px: what 8-bit coverage and the renderer's anti-aliasing leave (by eye).
_NOISE = 0.04
# A line's tangents turn from its chord by at most 0.02 rad, their own error, and 0.3 px / its length: the chord of a
# circle turns from its tangents by four times its bow, 0.08 px here, over its length.
_CHORD_TURN, _CHORD_BOW = 0.02, 0.3
# A search looks at 16 points of a span (by eye).
_SAMPLES = 16
# Spans are solved 2048 at a time, as many as a processor's second cache holds.
_BATCH = 2048
# A pair of neighbours that no segment holds still connects, at the price of 100 cubics, so that every run has a way.
_LAST_RESORT = 100.0
# Two ways cost the same within a share of 1e-12, which their order of summation leaves.
_TIE = 1e-12
# A search asks for spans of 1 to 8 joints first, then for 9 to 16, 17 to 32 and so on, 8 lengths or so each round.
_FIRST_REACH, _LENGTHS = 8, 8


class Spans(Record):
    """Segments between joints. start, stop: (S,) into Joints; beziers: (S, 4, 2); cost: (S,), inf where none holds."""

    start: Index
    stop: Index
    beziers: Points
    cost: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    def take(self, rows: NDArray[np.generic]) -> Spans:
        return Spans(self.start[rows], self.stop[rows], self.beziers[rows], self.cost[rows])

    @classmethod
    def joined(cls, parts: list[Spans]) -> Spans:
        """All spans of several records."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


class _Inside(NamedTuple):
    """What S spans hold. points: (S, K, 2), spread evenly; trusted: (S, K) bool; tolerance: (S,) px;
    share: (S,) how many of the span's points each trusted one stands for."""

    points: Points
    trusted: Mask
    tolerance: Floats
    share: Floats

    def take(self, rows: Index) -> _Inside:
        return _Inside(self.points[rows], self.trusted[rows], self.tolerance[rows], self.share[rows])

    def cost(self, distance: Floats, segment: float | Floats) -> Floats:
        """(S,): the price of segments whose points lie so far off, (S, K) px; inf where one exceeds the tolerance."""
        off = np.minimum(distance, _FARTHEST) / self.tolerance[:, None]
        price = segment + _POINT * self.share * (off**_POINT_POWER).sum(axis=1)
        return np.where(distance.max(axis=1) <= self.tolerance, price, np.inf)


def _inside(runs: Runs, joints: Joints, start: Index, stop: Index) -> _Inside:
    """The points between pairs of joints."""
    first, last = joints.index[start], joints.index[stop]
    evenly = np.arange(1, _SAMPLES + 1) / (_SAMPLES + 1)
    where = np.rint(first[:, None] + (last - first)[:, None] * evenly).astype(np.int64)
    trusted = runs.trusted[where] & (where != first[:, None]) & (where != last[:, None])
    share = (last - first - 1) / np.maximum(trusted.sum(axis=1), 1)
    return _Inside(runs.points[where], trusted, _SHARE * runs.tolerance[joints.run[start]], share)


def _ends(joints: Joints, walked: Floats, start: Index, stop: Index) -> Ends:
    """The ends of the segments between pairs of joints; walked: (M,) px along all points of the runs."""
    points = np.stack([joints.points[start], joints.points[stop]], axis=1)
    tangents = np.stack([joints.tangents[start], -joints.tangents[stop]], axis=1)
    length = walked[joints.index[stop]] - walked[joints.index[start]]
    length = np.maximum(length, np.linalg.norm(points[:, 1] - points[:, 0], axis=1))
    # A point strays by _NOISE, a control, a third of the length away, by the tangent's error.
    stray = np.stack([joints.spread[start], joints.spread[stop]], axis=1) * np.maximum(length, 1)[:, None] / 3
    hold = np.minimum((_NOISE / stray) ** 2, HELD)
    free = np.stack([joints.free[start], joints.free[stop]], axis=1)
    return Ends(points, tangents, np.where(free, FREE, hold), length)


def _line_distance(ends: Ends, inside: _Inside) -> Floats:
    """(S, K): distances from the chords; infinite where a joint's tangent leaves the chord by more than its noise."""
    chord = ends.points[:, 1] - ends.points[:, 0]
    length = np.maximum(np.linalg.norm(chord, axis=1), 1e-9)
    along = (chord / length[:, None])[:, None]
    distance = np.abs(cross(inside.points - ends.points[:, :1], along)) * inside.trusted
    turned = np.abs(cross(ends.tangents, along)) > (_CHORD_TURN + _CHORD_BOW / length)[:, None]
    distance[(turned & (ends.hold > FREE)).any(axis=1) | (length < 1e-6)] = np.inf
    return np.asarray(distance)


def _leaning(beziers: Points, ends: Ends, spread: Floats) -> Mask:
    """Which cubics, (S, 4, 2), leave a joint's tangent by more than its spread, (S, 2), allows."""
    handles = beziers[:, 1:3] - ends.points
    allowed = _LEAN * spread * np.linalg.norm(handles, axis=2)
    return np.asarray(((np.abs(cross(handles, ends.tangents)) > allowed) & (ends.hold > FREE)).any(axis=1))


def _spans(runs: Runs, joints: Joints, walked: Floats, start: Index, stop: Index) -> Spans:
    """The cheapest segment between each pair of joints: a line, or a cubic where no line holds for less."""
    compiled = kernel("spans")
    if compiled is None:
        return specified(runs, joints, walked, start, stop)
    of_joints = joints.index, joints.run, joints.points, joints.tangents, joints.free, joints.spread
    of_runs = runs.points, runs.trusted, walked, runs.tolerance
    beziers, cost = np.empty((len(start), 4, 2)), np.empty(len(start))
    compiled(len(start), *map(np.ascontiguousarray, (start, stop, *of_joints, *of_runs)), beziers, cost)
    return Spans(start, stop, beziers, cost)


def specified(runs: Runs, joints: Joints, walked: Floats, start: Index, stop: Index) -> Spans:
    """_spans in numpy: what kernels/spans.c does, one span at a time."""
    ends, inside = _ends(joints, walked, start, stop), _inside(runs, joints, start, stop)
    smooth = (ends.hold > FREE).sum(axis=1)
    beziers = ends.points[:, [0, 0, 1, 1]]
    cost = inside.cost(_line_distance(ends, inside), _LINE + smooth * _SHORT / np.maximum(ends.length, 1))
    rows = np.flatnonzero(cost > _CUBIC)
    cubics, cubic_cost = _cubics(ends.take(rows), inside.take(rows), joints.spread[np.stack([start, stop], 1)[rows]])
    better = cubic_cost <= cost[rows]
    beziers[rows[better]], cost[rows[better]] = cubics[better], cubic_cost[better]
    return Spans(start, stop, beziers, cost)


def _cubics(ends: Ends, inside: _Inside, spread: Floats) -> tuple[Points, Floats]:
    """The cubics between ends, (S, 4, 2), and their cost; spread: (S, 2), the error of the tangents at both ends."""
    cubics, distance = fit_cubics(ends, inside.points, inside.trusted.astype(np.float64), 3)
    distance[_leaning(cubics, ends, spread)] = np.inf
    return cubics, inside.cost(distance, _CUBIC)


def _evaluated(runs: Runs, joints: Joints, start: Index, stop: Index) -> Spans:
    """The spans between pairs of joints that hold, and those between neighbours, which have no alternative."""
    walked = runs.walked
    batches = [slice(k, k + _BATCH) for k in range(0, len(start), _BATCH)]
    spans = Spans.joined([_spans(runs, joints, walked, start[batch], stop[batch]) for batch in batches])
    return spans.take(np.flatnonzero(np.isfinite(spans.cost) | (spans.stop == spans.start + 1)))


def longest(runs: Runs, joints: Joints) -> Spans:
    """All spans worth choosing from: from every joint, ever longer ones until none holds.

    Each round doubles the reach of the joints that still held a span in the last one.
    """
    last = np.searchsorted(joints.run, joints.run, side="right") - 1
    active = np.flatnonzero(np.arange(len(last)) < last)
    found: list[Spans] = []
    near, far = 1, _FIRST_REACH
    while len(active):
        steps = np.arange(near, far + 1, max(far // _LENGTHS, 1))
        start, step = np.repeat(active, len(steps)), np.tile(steps, len(active))
        inside = start + step <= last[start]
        spans = _evaluated(runs, joints, start[inside], (start + step)[inside])
        found.append(spans)
        held = spans.start[np.isfinite(spans.cost)]
        active = distinct(held[last[held] > held + far])
        near, far = far + 1, 2 * far
    return Spans.joined(found)


def shortest(runs: Runs, joints: Joints) -> Spans:
    """The spans from each joint to the next of its run."""
    start = _followed(joints)
    return _evaluated(runs, joints, start, start + 1)


def _followed(joints: Joints) -> Index:
    """The joints that another of their run follows."""
    return np.flatnonzero(joints.run[:-1] == joints.run[1:])


def between(runs: Runs, joints: Joints, groups: Index) -> Spans:
    """The spans from each group of joints to the next two of its run, and from each joint to the next.

    groups: (J,) rising numbers.
    """
    size = np.bincount(groups)
    head = offsets_of(size)
    near, far = (np.minimum(groups + step, len(size) - 1) for step in (1, 2))
    count = head[far + 1] - head[near]
    start, stop = np.repeat(np.arange(len(groups)), count), ranges(head[near], count)
    valid = (joints.run[start] == joints.run[stop]) & (groups[stop] > groups[start]) & (stop > start + 1)
    first = _followed(joints)
    return _evaluated(runs, joints, np.append(first, start[valid]), np.append(first + 1, stop[valid]))


def cheapest(spans: Spans, joints: Joints) -> Index:
    """Rows of the spans on the cheapest way along each run, in order.

    Dynamic programming, one more segment a round on all runs at once (R. Bellman, Quart. Appl. Math. 16, 1958).
    """
    order = np.argsort(spans.stop, kind="stable")
    start, stop = spans.start[order], spans.stop[order]
    price = np.where(np.isfinite(spans.cost[order]), spans.cost[order], _LAST_RESORT)
    heads = np.flatnonzero(np.diff(stop, prepend=-1))
    reached = stop[heads]
    begins = np.diff(joints.run, prepend=-1) > 0
    best = np.where(begins, 0.0, np.inf)
    while True:
        offer = np.minimum.reduceat(best[start] + price, heads)
        if not (offer < best[reached]).any():
            break
        best[reached] = np.minimum(best[reached], offer)
    chosen = np.full(len(joints.run), -1)
    exact = np.flatnonzero(best[start] + price <= best[stop] * (1 + _TIE) + _TIE)
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
    lines = np.bincount(place, np.tile(are_lines(spans.beziers), 2), len(rows))
    return rows, (lines == 1) & (np.bincount(place, minlength=len(rows)) == 2)
