"""Pieces of line → strokes: joined where they meet, in few colours and widths, each fitted by lines and cubics."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Points
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.contour.strokes.find import Line, relief, step_of
from svgai.draw.contour.strokes.gaps import Heading, bridge, heading
from svgai.draw.contour.strokes.profiles import spaced
from svgai.draw.outline.curves.curves import Curves, are_lines
from svgai.draw.outline.curves.gauss_newton import places
from svgai.draw.outline.fit.fit import fit
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.outline.shapes import moved_shape, recognized
from svgai.drawing import Contour, Ellipse, Outline, Path, Rect

# Lines that meet go on in each other where their ink is within this ratio, the straightest pair first.
_ALIKE = 1.4
# A stroke is no shorter than this many times its width, nor than so many px, unless others of its kind are.
_LONG, _LEAST = 8.0, 10.0
_SHORT = 2.0
# A colour explains a line whose pixels go its way within this angle's cosine, nearly as far at least.
_SAME_WAY, _AS_FAR = 0.985, 0.93
# Thinner than this, px, a line's colour and width cannot both be known.
HAIR = 1.35
# resvg draws strokes of 1 px or less as hairlines, at 45° with 71 % of their ink. A line nearly as wide keeps its
# colour.
LEAST_WIDTH, _NEARLY = 1.02, 0.97
# Strokes of widths within this ratio have one.
_SAME_WIDTH = 1.06


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """A fitted line. beziers: (n, 4, 2); corner: (n,), at each segment's start; closed; width: px.

    color: (4,) premultiplied, 0–255. ground: (2, 4) beside it. known: the ring that it is, where it is a simple one.
    round: whether its ends and corners are round, not butt and mitred.
    """

    beziers: Points
    corner: NDArray[np.bool_]
    closed: bool
    width: float
    color: Floats
    ground: Floats
    known: Ellipse | Rect | None = None
    round: bool = False

    @property
    def outline(self) -> Outline:
        if self.known:
            return self.known
        return Path((Contour(self.beziers[0, 0], self.beziers[:, 1:], self.closed),))

    @property
    def contrast(self) -> float:
        """How far the colour is from the mixes of those beside it."""
        return relief(self.color, self.ground)


def _heading(line: Line, end: int) -> Heading:
    return heading(line.points if end else line.points[::-1])


def _partners(lines: list[Line]) -> dict[tuple[int, int], tuple[int, int]]:
    """(line, end) → the (line, end) that it goes on in."""
    meeting: dict[int, list[tuple[int, int]]] = {}
    for k, line in enumerate(lines):
        for end in (0, 1):
            if line.nodes[end] >= 0:
                meeting.setdefault(line.nodes[end], []).append((k, end))
    partner: dict[tuple[int, int], tuple[int, int]] = {}
    for ends in meeting.values():
        turns = []
        for a, b in combinations(ends, 2):
            ink = [lines[k].width * lines[k].contrast for k, _ in (a, b)]
            if max(ink) <= _ALIKE * min(ink):
                straight = float(_heading(lines[a[0]], a[1])[1] @ -_heading(lines[b[0]], b[1])[1])
                turns.append((-straight, a, b))
        for _, a, b in sorted(turns):
            if a not in partner and b not in partner:
                partner[a], partner[b] = b, a
    return partner


def _chains(count: int, partner: dict[tuple[int, int], tuple[int, int]]) -> list[tuple[list[tuple[int, int]], bool]]:
    """Lists of (line, end it is left by), and whether each leads back to its first."""
    used = np.zeros(count, bool)
    result = []
    starts = [(k, e) for k in range(count) for e in (0, 1) if (k, e) not in partner]
    for first, end in [*starts, *((k, 0) for k in range(count))]:
        if used[first]:
            continue
        chain = []
        at, left_by = first, 1 - end
        while not used[at]:
            used[at] = True
            chain.append((at, left_by))
            if (at, left_by) not in partner:
                break
            at, entered = partner[at, left_by]
            left_by = 1 - entered
        result.append((chain, (chain[-1] in partner) and partner[chain[-1]] == (first, end)))
    return result


def joined(lines: list[Line], places: Points) -> list[Line]:
    """The lines that go on in each other as one; an end that meets others without going on reaches their place."""
    partner = _partners(lines)
    return [_as_one(lines, chain, closed, places) for chain, closed in _chains(len(lines), partner)]


def _as_one(lines: list[Line], chain: list[tuple[int, int]], closed: bool, places: Points) -> Line:
    """The line of a chain of lines, each with the end it is left by."""
    members = [lines[k] for k, _ in chain]
    strongest = max(members, key=lambda m: m.contrast)
    step = step_of(strongest.width)
    first, last = (chain[0][0], 1 - chain[0][1]), chain[-1]
    pieces = []
    for place, (k, end) in enumerate(chain):
        pieces.append(lines[k].points if end else lines[k].points[::-1])
        if closed or place + 1 < len(chain):
            after, left_by = chain[(place + 1) % len(chain)]
            ends = _heading(lines[k], end), _heading(lines[after], 1 - left_by)
            pieces.append(bridge(*ends, places[lines[k].nodes[end]], step))
    if not closed and not members[0].closed:
        pieces = [*_reach(lines, first, places), *pieces, *_reach(lines, last, places)]
    closed = closed or members[0].closed
    ink = float(np.average([m.width * m.contrast for m in members], weights=[m.length for m in members]))
    nodes = lines[first[0]].nodes[first[1]], lines[last[0]].nodes[last[1]]
    points = spaced(np.concatenate(pieces), step, closed)
    return replace(strongest, points=points, width=ink / strongest.contrast, closed=closed, nodes=nodes)


def _reach(lines: list[Line], end: tuple[int, int], places: Points) -> list[Points]:
    """Where an end without partner goes on to its meeting point: [(1, 2)] or nothing."""
    line = lines[end[0]]
    if line.nodes[end[1]] < 0:
        return []
    p, u = _heading(line, end[1])
    far = float((places[line.nodes[end[1]]] - p) @ u)
    return [(p + u * far)[None]] if 0.25 < far < 3 * line.width + 4 else []


def _recolored(line: Line, palette: Floats) -> Line:
    """The line in a known colour, (K, 4), that explains it, its ink kept."""
    way = line.color - line.ground
    contrast = line.contrast
    best, chosen = np.inf, None
    for color in palette:
        other = color - line.ground
        size = np.linalg.norm(other, axis=1) * np.linalg.norm(way, axis=1)
        if (size < 1).any() or ((other * way).sum(axis=1) < _SAME_WAY * size).any():
            continue
        ratio = float(np.linalg.norm(other, axis=1).min()) / contrast
        near = abs(ratio - 1) < 1 - _AS_FAR
        if (near or (line.width <= HAIR and 1 < ratio < line.width / _NEARLY)) and abs(ratio - 1) < best:
            best, chosen = abs(ratio - 1), replace(line, color=color, width=line.width / ratio)
    return chosen or line


def styled(lines: list[Line], palette: Palette) -> list[Line]:
    """The lines in as few colours and widths as explain them: colours of the picture first, then the strongest."""
    known = [*palette.premultiplied.astype(np.float64)]
    result: list[Line] = []
    for line in sorted(lines, key=lambda m: (-m.contrast * min(m.width, 2), -m.length)):
        result.append(_recolored(line, np.array(known).reshape(-1, 4)))
        if not any((result[-1].color == k).all() for k in known):
            known.append(result[-1].color)
    return [_thickened(m) for m in _same_widths(result)]


def _thickened(line: Line) -> Line:
    """A line too thin to be drawn evenly by all renderers as one of LEAST_WIDTH, fainter by as much."""
    if line.width >= LEAST_WIDTH:
        return line
    ground = line.ground.mean(axis=0)
    share = 1.0 if line.width > _NEARLY * LEAST_WIDTH else line.width / LEAST_WIDTH
    return replace(line, color=ground + share * (line.color - ground), width=LEAST_WIDTH)


def _same_widths(lines: list[Line]) -> list[Line]:
    order = sorted(range(len(lines)), key=lambda k: lines[k].width)
    result = list(lines)
    group: list[int] = []
    for k in [*order, -1]:
        if group and (k < 0 or lines[k].width > _SAME_WIDTH * lines[group[0]].width):
            width = float(np.average([lines[g].width for g in group], weights=[lines[g].length for g in group]))
            for g in group:
                result[g] = replace(lines[g], width=width)
            group = []
        group.append(k)
    return result


def long_enough(lines: list[Line]) -> list[Line]:
    """The lines that are no specks: long for their width, or as wide and coloured as one that is."""
    anchors = [m for m in lines if m.length >= max(_LEAST, _LONG * m.width)]
    return [
        m
        for m in lines
        if m.length >= max(_LEAST, _LONG * m.width)
        or (m.length >= _SHORT * m.width and any((m.color == a.color).all() and m.width == a.width for a in anchors))
    ]


def fitted(lines: list[Line], tolerance: float) -> list[Stroke]:
    """Each line as the lines and cubics that hold the tolerance, px, of its points."""
    if not lines:
        return []
    steps = [step_of(m.width) for m in lines]
    points = [m.points / s for m, s in zip(lines, steps, strict=True)]
    offsets = np.concatenate([[0], np.cumsum([len(p) for p in points])])
    none = np.zeros(len(lines), np.int64)
    closed = np.array([m.closed for m in lines])
    allowed = np.array(
        [max(tolerance / s / (1 if m.width < HAIR else 2), 0.06) for m, s in zip(lines, steps, strict=True)]
    )
    arcs = Arcs(np.concatenate(points), offsets, closed, none, none, allowed)
    curves = fit(arcs)
    return [_stroke(m, s, curves, k) for k, (m, s) in enumerate(zip(lines, steps, strict=True))]


def _stroke(line: Line, step: float, curves: Curves, k: int) -> Stroke:
    piece = slice(curves.offsets[k], curves.offsets[k + 1])
    beziers = curves.beziers[piece] * step
    return Stroke(beziers, curves.corner[piece], line.closed, line.width, line.color, line.ground)


def shifted(stroke: Stroke, by: Points) -> Stroke:
    """The stroke moved by (2,) px."""
    known = moved_shape(stroke.known, *map(float, by)) if stroke.known else None
    return replace(stroke, beziers=stroke.beziers + by, known=known)


def named(stroke: Stroke) -> Stroke:
    """The stroke as the circle, ellipse or rectangle that it is, if it is one."""
    if not stroke.closed:
        return stroke
    step = step_of(stroke.width)
    beziers = stroke.beziers / step
    line = are_lines(beziers)
    at = places(beziers, line, np.broadcast_to(np.linspace(0, 1, 16, endpoint=False), (len(line), 16)))
    points = spaced(at.reshape(-1, 2), 1.0, True)
    one, none = np.ones(1), np.zeros(1, np.int64)
    arcs = Arcs(points, np.array([0, len(points)]), np.ones(1, bool), none, none, one)
    shape = recognized(arcs, Curves(beziers, np.array([0, len(beziers)]), stroke.corner)).get(0)
    return replace(stroke, known=_scaled(shape, step)) if shape else stroke


def _scaled(shape: Ellipse | Rect, by: float) -> Ellipse | Rect:
    if isinstance(shape, Ellipse):
        return Ellipse(shape.cx * by, shape.cy * by, shape.rx * by, shape.ry * by)
    return Rect(shape.x * by, shape.y * by, shape.width * by, shape.height * by, shape.radius * by)
