"""The ring of pixels beyond the picture: what an edge along the border, or through it, goes on to there.

A disc that touches the border has its edge inside pixels that have nothing beyond them to compare with. With a ring of
one pixel around the picture that edge is measured like any other, and afterwards cut where it leaves the page.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Labels, Pixels
from svgai.draw.contour.labels.mixes import Mix
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.outline.shares import Shares

# An index of the pixels along one side of a picture.
Side: TypeAlias = tuple[int | slice, int | slice]

# An edge runs through a border pixel only if it differs from its own colour by more than 12 grey levels. By eye.
VISIBLE = 12
# An edge crosses the border, and does not run along it, where the shares of the border pixel and the one before it
# differ by less than 15 %: a pixel that a level edge grazes changes faster. By eye.
STEADY = 0.15


def ringed_labels(labels: Labels, at: Index, mix: Mix, palette: Palette) -> Labels:
    """(h + 2, w + 2): labels with the ring; the mix explains the pixels `at`, (n,) flat indices.

    Beyond a border pixel lies its own colour, unless it is mixed and the pixel before it has that colour too: then
    the edge runs along the border, and the other colour of the mix lies beyond.
    """
    beyond, share = labels.copy(), np.ones(labels.shape, np.float16)
    contrast = np.abs(palette.premultiplied[mix.label] - palette.premultiplied[mix.other]).max(axis=1)
    edge = (1 - mix.share) * contrast > VISIBLE
    beyond.ravel()[at[edge]] = mix.other[edge]
    share.ravel()[at] = mix.share
    result = np.pad(labels, 1, mode="edge")
    for ring, border, before in _sides(labels.shape):
        along = (labels[border] == labels[before]) & (np.abs(share[border] - share[before]) >= STEADY)
        result[ring] = _bridged(np.where(along, beyond[border], labels[border]), labels[border])
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


def ringed_shares(ringed: Labels, shares: Shares) -> Shares:
    """Shares, (h, w), of a picture with the ring, (h + 2, w + 2), whose labels are ringed.

    Beyond a border pixel they go on where they already are those of the pixel before it: the edge crosses the border
    there. Elsewhere the ring is pure.
    """
    planes = Shares.pure(ringed).copies()
    for name, plane in planes.items():
        plane[1:-1, 1:-1] = getattr(shares, name)
    for ring, border, before in _sides(shares.label.shape):
        steady = (ringed[ring] == shares.label[border]) & (shares.label[border] == shares.label[before])
        steady &= shares.other[border] == shares.other[before]
        steady &= np.abs(shares.share[border] - shares.share[before]) < STEADY
        planes["other"][ring][steady] = shares.other[border][steady]
        planes["share"][ring][steady] = shares.share[border][steady]
    return Shares(**planes)


def _bridged(beyond: NDArray[np.int16], border: NDArray[np.int16]) -> NDArray[np.int16]:
    """One side of the ring, (n,), with the edge kept beyond a shape where it touches the border, (n,).

    There the border's pixels are pure for a while, between others whose edge runs along the border.
    """
    start = np.flatnonzero(np.r_[True, beyond[1:] != beyond[:-1]])
    stop = np.append(start[1:], len(beyond))
    result = beyond.copy()
    for first, end in zip(start[1:-1].tolist(), stop[1:-1].tolist(), strict=True):
        outside = beyond[first - 1]
        if outside == beyond[end] != beyond[first] and border[first - 1] == border[end] == beyond[first]:
            result[first:end] = outside
    return result


def ringed_pixels(premultiplied: Pixels, labels: Labels, palette: Palette) -> Pixels:
    """(h + 2, w + 2, 4): the picture with a ring of its labels' pure colours."""
    result = np.empty((*labels.shape, 4), np.uint8)
    result[1:-1, 1:-1] = premultiplied
    color = palette.premultiplied.astype(np.uint8)
    for ring in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        result[ring] = color[labels[ring]]
    return result
