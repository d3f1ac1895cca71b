"""Pieces of line joined where they meet and go on in each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

import numpy as np

from svgai.arrays import Points
from svgai.draw.contour.strokes.gaps import Bridge, Heading, bridge, heading
from svgai.draw.contour.strokes.line import Line, step_of

# Lines that meet go on in each other where their ink is within a ratio of 1.4, the straightest pair first. By eye.
ALIKE = 1.4
# An end without partner goes on to its meeting point if that is over 0.25 px and under 3 widths and 4 px ahead. By
# eye.
NEAREST, FARTHEST, FARTHEST_MORE = 0.25, 3, 4


class End(NamedTuple):
    """One end of a line: the line's number, and 0 for its first point or 1 for its last."""

    line: int
    side: int

    @property
    def other(self) -> End:
        """The line's other end."""
        return End(self.line, 1 - self.side)


class _Chain(NamedTuple):
    """Lines that go on in each other, each by the end that it is left by; closed: the last goes on in the first."""

    exits: list[End]
    closed: bool


def joined(lines: list[Line], places: Points, bridge: Bridge = bridge) -> list[Line]:
    """The lines that go on in each other as one; an end that meets others without going on reaches their place."""
    return [_as_one(lines, chain, places, bridge) for chain in _chains(len(lines), _partners(lines))]


def _heading(lines: list[Line], end: End) -> Heading:
    """Where a line goes on at an end of it."""
    points = lines[end.line].points
    return heading(points if end.side else points[::-1])


def _node(lines: list[Line], end: End) -> int:
    """The meeting point at an end, −1 for none."""
    return lines[end.line].nodes[end.side]


def _partners(lines: list[Line]) -> dict[End, End]:
    """The end that each one goes on in, of those that go on."""
    meeting: dict[int, list[End]] = {}
    for end in (End(number, side) for number in range(len(lines)) for side in (0, 1)):
        if _node(lines, end) >= 0:
            meeting.setdefault(_node(lines, end), []).append(end)
    partner: dict[End, End] = {}
    for ends in meeting.values():
        turns = []
        for one, other in combinations(ends, 2):
            ink = [lines[end.line].width * lines[end.line].contrast for end in (one, other)]
            if max(ink) <= ALIKE * min(ink):
                straight = float(_heading(lines, one).ahead @ -_heading(lines, other).ahead)
                turns.append((-straight, one, other))
        for _, one, other in sorted(turns):
            if one not in partner and other not in partner:
                partner[one], partner[other] = other, one
    return partner


def _chains(count: int, partner: dict[End, End]) -> list[_Chain]:
    """Each of `count` lines in one chain: first those with a loose end, then rings."""
    used = np.zeros(count, bool)
    chains = []
    loose = [end for number in range(count) for end in (End(number, 0), End(number, 1)) if end not in partner]
    for entry in [*loose, *(End(number, 0) for number in range(count))]:
        if used[entry.line]:
            continue
        exits = []
        leaving = entry.other
        while not used[leaving.line]:
            used[leaving.line] = True
            exits.append(leaving)
            if leaving not in partner:
                break
            leaving = partner[leaving].other
        chains.append(_Chain(exits, partner.get(exits[-1]) == entry))
    return chains


def _as_one(lines: list[Line], chain: _Chain, places: Points, bridge: Bridge) -> Line:
    """The line of a chain of lines, in the colour of the strongest, with the mean ink of all."""
    members = [lines[end.line] for end in chain.exits]
    strongest = max(members, key=lambda member: member.contrast)
    step = step_of(strongest.width)
    first, last = chain.exits[0].other, chain.exits[-1]
    pieces = _pieces(lines, chain, places, step, bridge)
    if not chain.closed and not members[0].closed:
        pieces = [*_reach(lines, first, places), *pieces, *_reach(lines, last, places)]
    closed = chain.closed or members[0].closed
    inks, lengths = [member.width * member.contrast for member in members], [member.length for member in members]
    width = float(np.average(inks, weights=lengths)) / strongest.contrast
    points = np.concatenate(pieces)
    return replace(
        strongest, points=points, width=width, closed=closed, nodes=(_node(lines, first), _node(lines, last))
    )


def _pieces(lines: list[Line], chain: _Chain, places: Points, step: float, bridge: Bridge) -> list[Points]:
    """The points of a chain's lines in its order, and bridges, `step` px apart, from each to the next."""
    pieces = []
    for place, end in enumerate(chain.exits):
        points = lines[end.line].points
        pieces.append(points if end.side else points[::-1])
        if chain.closed or place + 1 < len(chain.exits):
            entry = chain.exits[(place + 1) % len(chain.exits)].other
            headings = _heading(lines, end), _heading(lines, entry)
            pieces.append(bridge(*headings, places[_node(lines, end)], step))
    return pieces


def _reach(lines: list[Line], end: End, places: Points) -> list[Points]:
    """Where an end without partner goes on to its meeting point: [(1, 2)] or nothing."""
    node = _node(lines, end)
    if node < 0:
        return []
    place, ahead, _ = _heading(lines, end)
    far = float((places[node] - place) @ ahead)
    near_enough = NEAREST < far < FARTHEST * lines[end.line].width + FARTHEST_MORE
    return [(place + ahead * far)[None]] if near_enough else []
