"""Features too thin or small to have a flat pixel: their colours, and the pixels they take part in."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Mask, Pixels
from svgai.draw.budget import affords, spend
from svgai.draw.contour.labels.cover import Cover, filled
from svgai.draw.contour.labels.mixes import EdgePixels, Mix, mixed, unexplained
from svgai.draw.contour.labels.new_color import new_color
from svgai.draw.contour.labels.palette import MIN_PIXELS, Palette, codes, colors_of
from svgai.picture.raster import Raster

# Pixels of a plateau differ by at most 6 grey levels: as much as rounding and mild noise make of one colour. By eye.
PLATEAU = 6
# In a line of like pixels one is like those 3 px before and behind it too: what is shorter may be a corner. By eye.
LINE = 3
# A pixel is surely of a colour from a share of 90 % on. By eye.
SURE = 0.9
# A pixel has a colour nearly to the bit within 3 grey levels. By eye.
EXACT = 3.0
# Palette colours are looked for within this distance of an open pixel, px: the greatest of mixes.RADII.
RADIUS = 5
# A colour is tried between those near an open pixel in 0.15 µs, and a new one found and used in 0.6 µs
# (benchmarks/work.py).
_TRYING, _ADDING = 1.5e-7, 6e-7
# Pixels are compared with all colours 16,384 at a time, for the memory's sake.
_BLOCK = 1 << 14


def explain_thin(
    raster: Raster, premultiplied: Pixels, palette: Palette, pixels: EdgePixels, mix: Mix, limit: int
) -> tuple[Palette, Mix]:
    """The palette, extended to at most `limit` colours, and the mix, better where it left pixels unexplained.

    Those pixels are explained first by palette colours from anywhere in the picture, then by new ones; where that is
    not affordable, by the palette colour nearest to their own.
    """
    rows = _open_pixels(pixels, unexplained(pixels, mix))
    if len(rows) < MIN_PIXELS or not len(palette):
        return palette, mix
    open_pixels, default = pixels.take(rows), mix.label[rows]
    if not affords(_TRYING * len(rows) * len(palette)):
        return palette, mix.improved(rows, _nearest(open_pixels))
    alike = _alike(premultiplied, open_pixels.at)
    cover = Cover(open_pixels, filled(open_pixels.nearby(RADIUS), default).labels, alike.lone)
    plateau = alike.across & alike.along
    _use_exact(cover, alike.across | alike.along)
    _use_known(cover, plateau)
    code = codes(raster.pixels).ravel()[open_pixels.at]
    while len(palette) < limit and _affordable(cover) and (found := new_color(cover, code)) is not None:
        palette = Palette.of(np.concatenate([palette.rgba, colors_of(found)]))
        _use_new(cover, palette, default)
        _use_known(cover, plateau)
    return palette, mix.improved(rows, cover.mix())


def _affordable(cover: Cover) -> bool:
    """Whether another colour is, and to try all colours after it; if so, its work is counted."""
    adding = _ADDING * len(cover.pixels.at)
    if not affords(adding + _TRYING * int(np.count_nonzero(cover.left)) * len(cover.pixels.colors)):
        return False
    spend(adding)
    return True


def _nearest(pixels: EdgePixels) -> Mix:
    """Pixels as the palette colours nearest to theirs."""
    blocks = np.split(pixels.features, range(_BLOCK, len(pixels.at), _BLOCK))
    size = (pixels.colors**2).sum(axis=1) / 2
    label = np.concatenate([np.argmin(size - block @ pixels.colors.T, axis=1) for block in blocks]).astype(np.int16)
    error = np.linalg.norm(pixels.features - pixels.colors[label], axis=1)
    return Mix(label, label, np.ones(len(label), np.float32), np.asarray(error, np.float32))


def _open_pixels(pixels: EdgePixels, left: Mask) -> Index:
    """The unexplained ones of n pixels, `left`, with two such neighbours: less is where three colours meet."""
    mask = np.zeros(pixels.labels.shape, np.uint8)
    mask.ravel()[pixels.at[left]] = 1
    around = cv2.boxFilter(mask, cv2.CV_16S, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.flatnonzero(left & (around.ravel()[pixels.at] >= 3))


class _Alike(NamedTuple):
    """(n,) each: pixels like both neighbours in their column, and in their row; lone: like both in one and neither in
    the other, of a line one pixel wide."""

    across: Mask
    along: Mask
    lone: Mask


def _alike(premultiplied: Pixels, at: Index) -> _Alike:
    """Which pixels are like which neighbours.

    Like all four, a pixel is a colour of its own, not a line of another colour at half coverage.
    """
    height, width = premultiplied.shape[:2]
    y, x = at // width, at % width
    here = premultiplied[y, x].astype(np.int16)

    def like(dy: int, dx: int) -> Mask:
        there = premultiplied[np.clip(y + dy, 0, height - 1), np.clip(x + dx, 0, width - 1)]
        return np.asarray(np.abs(there - here).max(axis=1) <= PLATEAU)

    up, down, left, right = like(-1, 0), like(1, 0), like(0, -1), like(0, 1)
    upright = up & down & ~(left | right) & like(-LINE, 0) & like(LINE, 0)
    level = left & right & ~(up | down) & like(0, -LINE) & like(0, LINE)
    return _Alike(up & down, left & right, upright | level)


def _use_exact(cover: Cover, in_line: Mask) -> None:
    """Choose palette colours for the open pixels that have them nearly to the bit, in a row of such pixels.

    A grey line of the palette's grey is that, and no thinner line of a farther colour that happens to mix to it.
    """
    rows = np.flatnonzero(cover.left & in_line)
    for number, color in enumerate(cover.pixels.colors):
        exact = rows[np.linalg.norm(cover.pixels.features[rows] - color, axis=1) <= EXACT]
        if len(exact) >= cover.least:
            cover.choose(number, exact, cover.explained(color, exact))


def _use_known(cover: Cover, plateau: Mask) -> None:
    """Choose palette colours while one explains enough more of the open pixels, the most useful first."""
    rows = np.flatnonzero(cover.left)
    spend(_TRYING * len(rows) * len(cover.pixels.colors))
    fits, useful = [], []
    for number, color in enumerate(cover.pixels.colors):
        found = cover.between(color, rows)
        fits.append((found.error <= cover.limit) & (~plateau[rows] | (found.share > SURE)))
        useful.append(fits[-1] & cover.enough(rows, found.share, new=number >= cover.known))
    while useful:
        left = cover.left[rows]
        counts = [int((mask & left).sum()) for mask in useful]
        most = int(np.argmax(counts))
        if counts[most] < cover.least:
            break
        use = rows[fits[most]]
        cover.choose(most, use, cover.between(cover.pixels.colors[most], use))


def _use_new(cover: Cover, palette: Palette, default: NDArray[np.int16]) -> None:
    """Explain open pixels by the newest colour of a palette, alone and between it and those near.

    default: (n,) the palette colour nearest to a pixel that has none near it.
    """
    pixels = replace(cover.pixels, colors=cover.pixels.metric.features(palette.premultiplied))
    newest, every = len(palette) - 1, np.arange(len(pixels.at))
    cover.pixels = pixels
    cover.choose(newest, every, cover.explained(pixels.colors[newest], every))
    # Where two new colours meet, neither has flat pixels: those surely of the new one count as such from here on.
    labels = pixels.labels.copy()
    labels.ravel()[pixels.at[(cover.color == newest) & (cover.share > SURE)]] = newest
    cover.pixels = replace(pixels, labels=labels)
    near = filled(cover.pixels.nearby(RADIUS), default)
    cover.candidates = near.labels
    cover.choose_mixes(mixed(pixels.features, pixels.colors, near))
