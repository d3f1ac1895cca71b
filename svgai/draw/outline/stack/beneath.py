"""Edges that other shapes hide, drawn no more exactly than hiding takes."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Index, Mask, Points
from svgai.draw.outline.curves.cubics import FREE, Ends, fit_cubics
from svgai.draw.outline.curves.curves import are_lines
from svgai.draw.outline.curves.gauss_newton import places
from svgai.draw.outline.stack.bleed import tangents
from svgai.draw.outline.stack.cover import Cover
from svgai.draw.ragged import offsets_of, owners, ranks

# A line is drawn by 2 numbers, a cubic by 6.
LINE, CUBIC = 2, 6
# An edge is looked at every half pixel, at 4 to 400 places of a segment.
STEP, FEWEST, MOST = 0.5, 4, 400


def simplified(contour: Points, hidden: Mask, place: int, cover: Cover) -> Points:
    """A closed contour, (n, 4, 2), with stretches of hidden segments, (n,), as few as hide them as well.

    place: of its face in paint order.
    """
    if hidden.all() or not hidden.any():
        return contour
    first = int(np.flatnonzero(hidden & ~np.roll(hidden, 1))[0])
    contour, hidden = np.roll(contour, -first, axis=0), np.roll(hidden, -first)
    cuts = np.flatnonzero(np.diff(hidden)) + 1
    pieces = np.split(contour, cuts)
    return np.concatenate(
        [piece if k % 2 else _simpler(piece, *_walk(piece), place, cover) for k, piece in enumerate(pieces)]
    )


def _simpler(chain: Points, walk: Points, first: Index, place: int, cover: Cover) -> Points:
    """A chain of hidden segments as a line, as a cubic, or as two simpler halves; walk, first: see _walk."""
    price = int(np.where(are_lines(chain), LINE, CUBIC).sum())
    if price <= LINE:
        return chain
    start, stop = chain[0, 0], chain[-1, 3]
    old = walk[first[0] : first[-1] + 1]
    line = np.stack([start, start, stop, stop])[None]
    if (start != stop).any() and cover.hides(old, _walk(line)[0], place):
        return line
    if price > CUBIC:
        cubic = _cubic(chain, old)
        if cover.hides(old, _walk(cubic)[0], place):
            return cubic
    if len(chain) == 1:
        return chain
    half = len(chain) // 2
    halves = (chain[:half], first[: half + 1]), (chain[half:], first[half:])
    return np.concatenate([_simpler(some, walk, starts, place, cover) for some, starts in halves])


def _walk(chain: Points) -> tuple[Points, Index]:
    """Points along a chain of n segments, STEP apart or so, its ends among them; and which of them the segments begin
    with, (n + 1,), the last point among these."""
    length = np.linalg.norm(np.diff(chain, axis=1), axis=2).sum(axis=1)
    counts = np.clip(np.ceil(length / STEP), FEWEST, MOST).astype(np.int64)
    segment = owners(counts)
    share = ranks(counts) / counts[segment]
    walk = places(chain[segment], are_lines(chain)[segment], share[:, None])[:, 0]
    return np.concatenate([walk, chain[-1:, 3]]), offsets_of(counts)


def _cubic(chain: Points, walk: Points) -> Points:
    """(1, 4, 2): the cubic nearest to points of a chain, between its ends."""
    leave, arrive = tangents(chain)
    ends = Ends(
        walk[None, [0, -1]],
        np.stack([leave[0], -arrive[-1]])[None],
        np.full((1, 2), FREE),
        np.array([np.linalg.norm(np.diff(walk, axis=0), axis=1).sum()]),
    )
    inner = walk[1:-1]
    some = inner[np.linspace(0, len(inner) - 1, min(len(inner), 48)).astype(int)]
    return fit_cubics(ends, some[None], np.ones((1, len(some))), 4)[0]
