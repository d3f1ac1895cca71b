"""A chosen chain made exact: lines through their points, joints on them, tangents shared, cubics fitted anew."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.outline.curves.cubics import FREE, HELD, Ends, chord_parameters, fit_cubics, project
from svgai.draw.outline.curves.gauss_newton import places, relaxed
from svgai.draw.outline.curves.normal_equations import normals
from svgai.draw.outline.fit.chain import Chain
from svgai.draw.outline.fit.runs import Runs
from svgai.draw.ragged import owners, ranges
from svgai.draw.vectors import cross, unit

# A line lies on an axis where it leaves it by at most 0.6 of the tolerance over its length, and by 4° (by eye).
_AXIS, _AXIS_TURN = 0.6, np.deg2rad(4)
# Two points tell where a line is, four its direction too (by eye).
_PLACED, _DIRECTED = 2, 4
# Two lines that turn by less than 8° have no meeting point worth trusting (by eye).
_MEETING = np.sin(np.deg2rad(8))
# A joint moves by 1 px at most to where its lines want it: farther off it is another place.
_MOVE = 1.0
# A fit looks at 24 points of a segment, and its tolerance is checked on 48 (by eye).
_SAMPLES, _CHECKED = 24, 48
# Joints, tangents and handles adjust to the points together in 3 steps (by eye).
_ROUNDS = 3


class _Sums(NamedTuple):
    """Of the points inside n segments: number (n,), centroid (n, 2), and sums of squares and products of their
    distances from it along x and y, (n,) each."""

    number: Floats
    centroid: Points
    xx: Floats
    xy: Floats
    yy: Floats


def _sums(runs: Runs, chain: Chain, rows: Index) -> _Sums:
    """The sums of the trusted points inside some segments."""
    size = chain.size[rows]
    row, index = owners(size), ranges(chain.first[rows] + 1, size)
    trusted = runs.trusted[index]
    row, points = row[trusted], runs.points[index[trusted]]

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(row, values, len(rows)), np.float64)

    number = total(np.ones(len(row)))
    centroid = np.stack([total(points[:, axis]) for axis in (0, 1)], axis=1) / np.maximum(number, 1)[:, None]
    x, y = (points - centroid[row]).T
    return _Sums(number, centroid, total(x**2), total(x * y), total(y**2))


def _lines(runs: Runs, chain: Chain) -> tuple[Points, Points]:
    """A point and the unit direction of every segment's line by total least squares; of a cubic, its chord's."""
    chord = chain.ends[:, 1] - chain.ends[:, 0]
    center, ahead = chain.ends.mean(axis=1), unit(chord)
    rows = np.flatnonzero(chain.line)
    sums = _sums(runs, chain, rows)
    angle = 0.5 * np.arctan2(2 * sums.xy, sums.xx - sums.yy)
    direction = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    direction *= np.where((direction * ahead[rows]).sum(axis=1) < 0, -1.0, 1.0)[:, None]
    placed, directed = sums.number >= _PLACED, sums.number >= _DIRECTED
    center[rows[placed]] = sums.centroid[placed]
    ahead[rows[directed]] = direction[directed]
    return center, _on_axes(runs, chain, ahead, np.linalg.norm(chord, axis=1))


def _on_axes(runs: Runs, chain: Chain, ahead: Points, length: Floats) -> Points:
    """(S, 2): the directions `ahead`, those of lines that are all but horizontal or vertical turned onto the axis."""
    most = np.minimum(_AXIS * runs.tolerance[chain.run] / np.maximum(length, 1e-12), np.sin(_AXIS_TURN))
    flat = (np.abs(ahead) < most[:, None]) & chain.line[:, None]
    # Two consecutive lines on one axis would be one line: only the first is turned.
    flat &= ~(flat[chain.before] & (chain.before >= 0)[:, None])
    ahead = np.where(flat, 0.0, ahead)
    return np.where(flat.any(axis=1, keepdims=True), np.sign(ahead), ahead)


def _foot(points: Points, center: Points, ahead: Points) -> Points:
    """(n, 2): the points of lines, through `center` along `ahead`, that lie nearest to points."""
    return np.asarray(center + ((points - center) * ahead).sum(axis=1, keepdims=True) * ahead)


def _starts(chain: Chain, center: Points, ahead: Points) -> Points:
    """(S, 2): where the joints at the segments' starts come to lie: on the lines to either side."""
    old, before = chain.ends[:, 0], chain.before
    mine, theirs = chain.line & (before >= 0), chain.line[before] & (before >= 0)
    on_mine, on_theirs = _foot(old, center, ahead), _foot(old, center[before], ahead[before])
    sine = cross(ahead[before], ahead)
    meets = mine & theirs & (np.abs(sine) > _MEETING)
    along = cross(center - center[before], ahead) / np.where(meets, sine, 1.0)
    new = np.where(mine[:, None], on_mine, np.where(theirs[:, None], on_theirs, old))
    both = mine & theirs & ~meets
    new[both] = (on_mine + on_theirs)[both] / 2
    new[meets] = (center[before] + along[:, None] * ahead[before])[meets]
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
    follows = (chain.before >= 0)[:, None]
    # The longer handle knows the direction better, in proportion.
    shared = first + np.where(follows, last[chain.before], 0)
    chord = stops - starts
    shared = np.where(chain.line[chain.before, None] & follows, chord[chain.before], shared)
    return unit(np.where(chain.line[:, None], chord, shared))


def _samples(runs: Runs, chain: Chain, rows: Index, count: int = _SAMPLES) -> tuple[Points, Floats]:
    """Points spread over segments, (n, count, 2), and their weights, 0 for those not trusted."""
    first, last = chain.first[rows, None], chain.last[rows, None]
    share = np.arange(1, count + 1) / (count + 1)
    where = np.rint(first + (last - first) * share).astype(np.int64)
    trusted = runs.trusted[where] & (where != first) & (where != last)
    return runs.points[where], trusted.astype(np.float64)


def deviations(runs: Runs, chain: Chain) -> Floats:
    """(S,) px, how far the points of each segment lie from it at most."""
    points, trusted = _samples(runs, chain, np.arange(len(chain.line)), _CHECKED)
    parameters = _feet(chain.beziers, chain.line, points, chord_parameters(points, chain.ends))
    distance = np.linalg.norm(places(chain.beziers, chain.line, parameters) - points, axis=2) * trusted
    return np.asarray(distance.max(axis=1))


def _refitted(runs: Runs, chain: Chain, starts: Points, stops: Points) -> Points:
    """(S, 4, 2): the segments between their new ends; cubics held on the shared tangents."""
    beziers = np.stack([starts, starts, stops, stops], axis=1)
    rows = np.flatnonzero(~chain.line)
    shared = _tangents(chain, starts, stops)
    cut = np.stack([chain.corner, np.where(chain.after >= 0, chain.corner[chain.after], True)], axis=1)
    own = unit(chain.beziers[:, 1:3] - chain.ends)
    tangents = np.where(cut[..., None], own, np.stack([shared, -shared[chain.after]], axis=1))
    points, trusted = _samples(runs, chain, rows)
    walked = runs.walked
    length = np.maximum(walked[chain.last] - walked[chain.first], np.linalg.norm(stops - starts, axis=1))
    ends = Ends(np.stack([starts, stops], axis=1), tangents, np.where(cut, FREE, HELD), length).take(rows)
    beziers[rows] = fit_cubics(ends, points, trusted, 4)[0]
    return beziers


def made_exact(runs: Runs, chain: Chain) -> Chain:
    """The chain with its lines through their points, its joints on them, and true G1 joints elsewhere.

    The ends of open arcs stay where they are. Horizontal and vertical lines are so to the bit.
    """
    center, ahead = _lines(runs, chain)
    starts = _starts(chain, center, ahead)
    _upright(chain, starts, _stops(chain, starts), center, ahead)
    between_lines = chain.line & chain.line[chain.before] & (chain.before >= 0)
    chain = replace(chain, corner=chain.corner | between_lines)
    return _relaxed(runs, replace(chain, beziers=_refitted(runs, chain, starts, _stops(chain, starts))))


def _stops(chain: Chain, starts: Points) -> Points:
    """(S, 2): where segments stop that start there; the last of an open arc where it did."""
    return np.where((chain.after >= 0)[:, None], starts[chain.after], chain.ends[:, 1])


def _relaxed(runs: Runs, chain: Chain) -> Chain:
    """The chain with joints, tangents and handles adjusted together to the points."""
    points, trusted = _samples(runs, chain, np.arange(len(chain.line)))
    weight = trusted * (chain.size / np.maximum(trusted.sum(axis=1), 1))[:, None]
    fixed = np.stack([chain.before < 0, chain.after < 0], axis=1)
    beziers, links = chain.beziers, chain.links
    parameters = chord_parameters(points, chain.ends)
    for _ in range(_ROUNDS):
        parameters = _feet(beziers, chain.line, points, parameters)
        off = points - places(beziers, chain.line, parameters)
        offset = (off * normals(beziers, chain.line, parameters)).sum(axis=2)
        beziers = relaxed(beziers, links, parameters, offset, weight, fixed)
    return replace(chain, beziers=beziers)


def _feet(beziers: Points, line: Mask, points: Points, parameters: Floats) -> Floats:
    """Parameters, (S, K), of the feet of points on their segments, walking on from given ones."""
    even = beziers[:, :1] + np.arange(4)[:, None] / 3 * (beziers[:, 3:] - beziers[:, :1])
    handled = np.where(line[:, None, None], even, beziers)
    return project(handled, points, project(handled, points, parameters))
