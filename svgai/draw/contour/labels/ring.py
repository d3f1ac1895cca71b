"""The ring of pixels beyond the picture: what an edge along the border, or through it, goes on to there.

A disc that touches the border has its edge inside pixels that have nothing beyond them to compare with. With a ring of
one pixel around the picture that edge is measured like any other, and afterwards cut where it leaves the page.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels, Points
from svgai.draw.contour.labels.mixes import Mix, Shares
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.planar.planar_map import OUTSIDE, PlanarMap
from svgai.draw.outline.shapes import moved_shape
from svgai.drawing import Ellipse, Rect

Side: TypeAlias = tuple[int | slice, int | slice]

# Grey levels by which a border pixel must differ from its own colour for an edge to run through it.
VISIBLE = 12
# Shares of pixels one behind the other differ by less where an edge crosses the border.
STEADY = 0.15


def ringed_labels(labels: NDArray[np.int16], at: NDArray[np.int64], mix: Mix, palette: Palette) -> NDArray[np.int16]:
    """(h + 2, w + 2): labels with the ring; mix explains the pixels `at`, flat indices.

    Beyond a border pixel lies its own colour, unless it is mixed and the pixel before it has that colour too: then
    the edge runs along the border, and the other colour of the mix lies beyond.
    """
    beyond, share = labels.copy(), np.ones(labels.shape, np.float16)
    contrast = np.abs(palette.premultiplied[mix.label] - palette.premultiplied[mix.other]).max(axis=1)
    edge = (1 - mix.share) * contrast > VISIBLE
    beyond.ravel()[at[edge]] = mix.other[edge]
    share.ravel()[at] = mix.share
    result = np.pad(labels, 1, mode="edge")
    for ring, own, before in _sides(labels.shape):
        along = (labels[own] == labels[before]) & (np.abs(share[own] - share[before]) >= STEADY)
        result[ring] = _bridged(np.where(along, beyond[own], labels[own]), labels[own])
    return result


def _sides(shape: tuple[int, int]) -> tuple[tuple[Side, Side, Side], ...]:
    """Of each side of a picture: its part of the ring, in (h + 2, w + 2), its border pixels, and those before them."""
    h, w = shape
    return (
        (np.s_[0, 1:-1], np.s_[0, :], np.s_[min(1, h - 1), :]),
        (np.s_[-1, 1:-1], np.s_[h - 1, :], np.s_[max(h - 2, 0), :]),
        (np.s_[1:-1, 0], np.s_[:, 0], np.s_[:, min(1, w - 1)]),
        (np.s_[1:-1, -1], np.s_[:, w - 1], np.s_[:, max(w - 2, 0)]),
    )


def ringed_shares(ringed: NDArray[np.int16], shares: Shares) -> Shares:
    """Shares of a picture with the ring, (h + 2, w + 2), whose labels are ringed.

    Beyond a border pixel they go on where they already are those of the pixel before it: the edge crosses the border
    there. Elsewhere the ring is pure.
    """
    result = Shares.pure(ringed)
    for name in ("label", "other", "share", "error"):
        getattr(result, name)[1:-1, 1:-1] = getattr(shares, name)
    for ring, own, before in _sides(shares.label.shape):
        steady = (ringed[ring] == shares.label[own]) & (shares.label[own] == shares.label[before])
        steady &= shares.other[own] == shares.other[before]
        steady &= np.abs(shares.share[own] - shares.share[before]) < STEADY
        result.other[ring][steady] = shares.other[own][steady]
        result.share[ring][steady] = shares.share[own][steady]
    return result


def _bridged(beyond: NDArray[np.int16], own: NDArray[np.int16]) -> NDArray[np.int16]:
    """One side of the ring with the edge kept beyond a shape where it touches the border.

    There the border's pixels are pure for a while, between others whose edge runs along the border.
    """
    start = np.flatnonzero(np.r_[True, beyond[1:] != beyond[:-1]])
    stop = np.append(start[1:], len(beyond))
    result = beyond.copy()
    for a, b in zip(start[1:-1].tolist(), stop[1:-1].tolist(), strict=True):
        outside = beyond[a - 1]
        if outside == beyond[b] != beyond[a] and own[a - 1] == own[b] == beyond[a]:
            result[a:b] = outside
    return result


def ringed_pixels(premultiplied: Pixels, labels: NDArray[np.int16], palette: Palette) -> Pixels:
    """(h + 2, w + 2, 4): the picture with a ring of its labels' pure colours."""
    result = np.empty((*labels.shape, 4), np.uint8)
    result[1:-1, 1:-1] = premultiplied
    color = palette.premultiplied.astype(np.uint8)
    for ring in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        result[ring] = color[labels[ring]]
    return result


def _crossing(bezier: Points, axis: int, value: float) -> float | None:
    """The greatest parameter in (0, 1) where a cubic, (4, 2), has this coordinate."""
    a, b, c, d = bezier[:, axis] - value
    roots = np.roots([d - 3 * c + 3 * b - a, 3 * (c - 2 * b + a), 3 * (b - a), a])
    real = roots.real[(np.abs(roots.imag) < 1e-9) & (roots.real > 1e-9) & (roots.real < 1 - 1e-9)]
    return float(real.max()) if len(real) else None


def split(bezier: Points, t: float) -> Points:
    """The part of a cubic up to t, by de Casteljau."""
    levels = [bezier]
    while len(levels[-1]) > 1:
        levels.append(levels[-1][:-1] + t * (levels[-1][1:] - levels[-1][:-1]))
    return np.stack([level[0] for level in levels])


def _cut(chain: Points, axis: int, value: float) -> Points:
    """A chain (n, 4, 2) that ends beyond a border line, ended on the line where it last crosses it."""
    for k in range(len(chain) - 1, -1, -1):
        t = _crossing(chain[k], axis, value)
        if t is not None:
            line = (chain[k, 0] == chain[k, 1]).all() and (chain[k, 2] == chain[k, 3]).all()
            piece = split(chain[k], t)
            piece[3, axis] = value
            if line:
                piece[1], piece[2] = piece[0], piece[3]
            return np.concatenate([chain[:k], piece[None]])
    return chain


def moved_to_page(shape: Ellipse | Rect) -> Ellipse | Rect:
    """A shape of a ringed map in the page's coordinates."""
    return moved_shape(shape, -1, -1)


def _side(m: PlanarMap, node: int) -> tuple[int, float, float] | None:
    """(axis, the ring's outer coordinate, the page's border) of the side that a node of a ringed map lies on."""
    for axis, size in ((0, m.width), (1, m.height)):
        for outer, border in ((0, 1), (size, size // m.fineness - 1)):
            if m.nodes[node, axis] == outer:
                return axis, outer / m.fineness, border
    return None


def to_page(m: PlanarMap, curves: Curves) -> Curves:
    """Curves of a ringed map in the page's coordinates: cut where they cross its border, and lying on it beyond."""
    chains = np.split(curves.beziers, curves.offsets[1:-1])
    on_border = (m.left == OUTSIDE) | (m.right == OUTSIDE)
    at_end = {}
    for k in np.flatnonzero(~m.closed & ~on_border):
        for end in (0, 1):
            side = _side(m, int((m.end if end else m.start)[k]))
            if side is not None:
                chain = chains[k] if end else chains[k][::-1, ::-1]
                chain = _cut(chain, side[0], side[2])
                at_end[int((m.end if end else m.start)[k])] = chain[-1, 3].copy()
                chains[k] = chain if end else chain[::-1, ::-1]
    for k in np.flatnonzero(on_border & ~m.closed):
        chains[k] = chains[k].copy()
        chains[k][0, :2] = at_end.get(int(m.start[k]), chains[k][0, 0])
        chains[k][-1, 2:] = at_end.get(int(m.end[k]), chains[k][-1, 3])
    low, high = np.array([1.0, 1.0]), np.array([m.width, m.height]) / m.fineness - 1.0
    for k in np.flatnonzero(on_border):
        chains[k] = np.clip(chains[k], low, high)
    counts = np.array([len(c) for c in chains])
    corner = np.concatenate([curves.corner[o : o + n] for o, n in zip(curves.offsets, counts, strict=False)])
    return Curves(np.concatenate(chains) - 1, np.concatenate([[0], np.cumsum(counts)]), corner)
