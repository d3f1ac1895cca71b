"""Features too thin or small to have a flat pixel: their colours, and the pixels they take part in."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Pixels
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.mixes import Mix, mix, nearby_colors, project
from svgai.draw.contour.labels.palette import MIN_PIXELS, MIN_PIXELS_CODED, Palette, Seeds, codes, colors_of
from svgai.picture.raster import Raster

# (n,) each: the palette colour besides, the share of the one asked about, 0–1, and the error, grey levels.
Explanation: TypeAlias = tuple[NDArray[np.int16], NDArray[np.float32], NDArray[np.float32]]

# A thin feature's pixel belongs to it from this share on: its edges come from sums of coverage across it, so that
# the label only has to keep it in one piece where it straddles two rows.
THIN_SHARE = 0.33
# Grey levels between a plateau's pixels.
PLATEAU = 6
# Colours tried for each new one, of the most frequent and of the farthest out, on about so many pixels.
TRIALS, SAMPLE = 8, 2000
# Of the pixels that a colour takes part in, the share that has it to the bit where it is meant.
MEANT = 0.1
# Only where nearly all pixels lie on one such line is it sure that no other colour makes them.
ONE_INK = 0.95
# A pixel is surely of a colour from this share on.
SURE = 0.9


def _open_pixels(shape: tuple[int, int], at: NDArray[np.int64], unexplained: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Indices into `at` of unexplained pixels with two such neighbours: less is where three colours meet."""
    mask = np.zeros(shape, np.uint8)
    mask.ravel()[at[unexplained]] = 1
    around = cv2.boxFilter(mask, cv2.CV_16S, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.flatnonzero(unexplained & (around.ravel()[at] >= 3))


def _plateau(premultiplied: Pixels, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) pixels like their four neighbours: a colour of its own, not a line of another colour at half coverage."""
    h, w = premultiplied.shape[:2]
    y, x = at // w, at % w
    here = premultiplied[y, x].astype(np.int16)
    same = np.ones(len(at), bool)
    for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        there = premultiplied[np.clip(y + dy, 0, h - 1), np.clip(x + dx, 0, w - 1)]
        same &= np.abs(there - here).max(axis=1) <= PLATEAU
    return same


class _Cover:
    """Open pixels x (n, c), the palette colours near each (n, k, c), and what has been chosen to explain them."""

    def __init__(
        self, x: NDArray[np.float32], local: NDArray[np.int16], colors: NDArray[np.float32], metric: Metric
    ) -> None:
        self.x, self.local, self.colors = x, local, colors
        self.limit, self.least = metric.explained, MIN_PIXELS_CODED if metric.noise else MIN_PIXELS
        n = len(x)
        self.error = np.full(n, np.inf, np.float32)
        self.color, self.base = np.full(n, -1, np.int16), local[:, 0].copy()
        self.share = np.zeros(n, np.float32)

    @property
    def left(self) -> NDArray[np.bool_]:
        return self.error > self.limit

    def explained(self, color: NDArray[np.float32], rows: Index) -> Explanation:
        """Rows of the open pixels as mixes of this colour and the best of those near: that, the share, the error."""
        x, near = self.x[rows], self.local[rows]
        base, share = near[:, 0].copy(), np.zeros(len(rows), np.float32)
        error = np.full(len(rows), np.inf, np.float32)
        for local in near.T:
            use = np.flatnonzero(local >= 0)
            s, squared = project(x[use], self.colors[local[use]], np.broadcast_to(color, (len(use), len(color))))
            # Beyond the colour itself lie pixels that its own anti-aliasing or ringing made, not another colour.
            e = np.sqrt(squared) - np.where(s >= 1, self.limit / 2, 0).astype(np.float32)
            better = e < error[use]
            use = use[better]
            base[use], share[use], error[use] = local[use], s[better], e[better]
        return base, share, error

    def between(self, color: NDArray[np.float32], rows: Index) -> Explanation:
        """As explained, and by this colour between two of those near: then of these the one with the larger share.

        A line thinner than a pixel with other colours on its two sides makes pixels of all three.
        """
        base, share, error = self.explained(color, rows)
        open_ = np.flatnonzero(error > self.limit)
        x, near = self.x[rows[open_]] - color, self.local[rows[open_]]
        for i, j in ((0, 1), (0, 2), (1, 2)):
            s, t, rest = _two_shares(x, self.colors[near[:, i]] - color, self.colors[near[:, j]] - color)
            possible = (near[:, j] >= 0) & (s >= 0) & (t >= 0) & (s + t <= 1) & (rest < error[open_])
            use = open_[possible]
            base[use] = np.where(s > t, near[:, i], near[:, j])[possible]
            share[use], error[use] = (1 - s - t)[possible], rest[possible]
        return base, share, error

    def contrast(self, rows: Index) -> NDArray[np.float32]:
        """How far rows of the open pixels are from the nearest in colour of what lies around them."""
        distance = np.linalg.norm(self.colors[self.local[rows]] - self.x[rows, None], axis=2)
        return np.asarray(np.where(self.local[rows] >= 0, distance, np.inf).min(axis=1), np.float32)

    def mixed(self, m: Mix) -> None:
        """Take mixes that explain pixels that nothing did so far."""
        better = self.left & (m.error <= self.limit)
        self.color[better], self.base[better] = m.label[better], m.other[better]
        self.share[better], self.error[better] = m.share[better], m.error[better]

    def choose(self, index: int, rows: Index, found: Explanation) -> None:
        """Explain these of the open pixels by a palette colour, as found, where that is better."""
        base, share, error = found
        better = error < self.error[rows]
        use = rows[better]
        self.base[use], self.share[use], self.error[use] = base[better], share[better], error[better]
        self.color[use] = index


def _two_shares(
    x: NDArray[np.float32], a: NDArray[np.float32], b: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """s, t and |x − s·a − t·b| by least squares, all (n,) of (n, c)."""
    aa, bb, ab = (np.einsum("ij,ij->i", p, q) for p, q in ((a, a), (b, b), (a, b)))
    xa, xb = np.einsum("ij,ij->i", x, a), np.einsum("ij,ij->i", x, b)
    area = np.maximum(aa * bb - ab * ab, 1e-6 * (aa * bb + 1))
    s, t = (bb * xa - ab * xb) / area, (aa * xb - ab * xa) / area
    return s, t, np.linalg.norm(x - s[:, None] * a - t[:, None] * b, axis=1)


def _use_known(cover: _Cover, plateau: NDArray[np.bool_]) -> None:
    """Choose palette colours while one explains enough more of the open pixels, the most useful first."""
    rows = np.flatnonzero(cover.left)
    fits, useful = [], []
    for color in cover.colors:
        _, share, error = cover.between(color, rows)
        fits.append((error <= cover.limit) & (~plateau[rows] | (share > SURE)))
        useful.append(fits[-1] & (share >= THIN_SHARE))
    while useful:
        left = cover.left[rows]
        counts = [int((u & left).sum()) for u in useful]
        k = int(np.argmax(counts))
        if counts[k] < cover.least:
            break
        use = rows[fits[k]]
        cover.choose(k, use, cover.between(cover.colors[k], use))


def _new_color(cover: _Cover, code: NDArray[np.uint32]) -> NDArray[np.uint32] | None:
    """The code, (1,), of the colour that explains most of the open pixels; None when none explains enough.

    A pixel counts by its share of the colour: a colour between the true one and its surroundings explains fewer
    pixels, one beyond it (where two lines cross) less of each.
    """
    rows = np.flatnonzero(cover.left)
    if len(rows) < cover.least:
        return None
    distinct, first, count = np.unique(code[rows], return_index=True, return_counts=True)
    frequent = np.argsort(-count, kind="stable")[:TRIALS]
    far = np.argsort(-cover.contrast(rows[first]), kind="stable")[:TRIALS]
    sample = rows[:: -(-len(rows) // SAMPLE)]
    best, chosen = 0.0, -1
    for k in dict.fromkeys(np.concatenate([frequent, far]).tolist()):
        _, share, error = cover.explained(cover.x[rows[first[k]]], sample)
        useful = (error <= cover.limit) & (share >= THIN_SHARE)
        if share[useful].sum() > best and useful.sum() * (len(rows) / len(sample)) >= cover.least:
            best, chosen = float(share[useful].sum()), k
    if chosen < 0:
        return None
    chosen = _outermost(cover, rows, first, count, chosen)
    # Of the colours that near, the most frequent: anti-aliasing spreads its own.
    near = np.linalg.norm(cover.x[rows[first]] - cover.x[rows[first[chosen]]], axis=1) <= 1.5 * cover.limit
    contrast = cover.contrast(rows[first])
    return distinct[[np.lexsort((-contrast, -count * near, ~near))[0]]]


def _outermost(cover: _Cover, rows: Index, first: Index, count: Index, chosen: int) -> int:
    """Which of the distinct colours to take for a chosen one that anti-aliasing made: the last one on its way out.

    Where ink never fills a pixel, its colour lies beyond most of what is seen, on the line from the paper through it.
    A colour that many pixels have to the bit is meant. rows: the open pixels; first, count: into them, of each
    distinct colour.
    """
    color, x = cover.x[rows[first[chosen]]], cover.x[rows]
    base = cover.colors[cover.explained(color, rows)[0]]
    ahead = color - base
    length = np.maximum(np.einsum("ij,ij->i", ahead, ahead), 1e-6)
    along = np.einsum("ij,ij->i", x - base, ahead) / length
    on_way = np.linalg.norm(x - base - along[:, None] * ahead, axis=1) <= cover.limit
    if on_way.mean() < ONE_INK or count[chosen] > MEANT * np.count_nonzero(on_way & (along > THIN_SHARE)):
        return chosen
    beyond = np.flatnonzero(on_way & (along > 1))
    if len(beyond) < cover.least:
        return chosen
    last = beyond[np.argsort(-along[beyond], kind="stable")[cover.least - 1]]
    return int(np.argmin(np.linalg.norm(cover.x[rows[first]] - x[last], axis=1)))


def explain_thin(
    raster: Raster, premultiplied: Pixels, seeds: Seeds, at: NDArray[np.int64], m: Mix, limit: int
) -> Palette:
    """Explain edge pixels (flat indices `at`) that the mix m does not, changing m; returns the palette, extended.

    First by palette colours from anywhere in the picture, then by new ones.
    """
    palette, metric = seeds.palette, Metric(raster.noise)
    open_ = _open_pixels(seeds.labels.shape, at, m.error > metric.explained)
    if len(open_) < MIN_PIXELS or not len(palette):
        return palette
    code = codes(raster.pixels).ravel()[at[open_]]
    x = metric.features(premultiplied.reshape(-1, 4)[at[open_]].astype(np.float32))
    local, _ = filled(nearby_colors(seeds.labels, at[open_], 5), m.label[open_])
    colors = metric.features(palette.premultiplied)
    cover = _Cover(x, local, colors, metric)
    plateau = _plateau(premultiplied, at[open_])
    _use_known(cover, plateau)
    seen = seeds.labels.copy()
    while len(palette) < limit and (found := _new_color(cover, code)) is not None:
        palette = Palette.of(np.concatenate([palette.rgba, colors_of(found)]))
        newest = len(palette) - 1
        cover.colors = metric.features(palette.premultiplied)
        every = np.arange(len(open_))
        cover.choose(newest, every, cover.explained(cover.colors[newest], every))
        # Where two such colours meet, neither is a flat one: those surely of the new colour count as seen from here.
        seen.ravel()[at[open_[(cover.color == newest) & (cover.share > SURE)]]] = newest
        cover.local, distance = filled(nearby_colors(seen, at[open_], 5), m.label[open_])
        cover.mixed(mix(x, cover.colors, cover.local, distance))
        _use_known(cover, plateau)
    _take(cover, m, open_)
    return palette


def filled(
    near: tuple[NDArray[np.int16], NDArray[np.float32]], default: NDArray[np.int16]
) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """Nearby colours, with a default for pixels that have none."""
    found, distance = near
    found[:, 0] = np.where(found[:, 0] < 0, default, found[:, 0])
    return found, distance


def _take(cover: _Cover, m: Mix, open_: NDArray[np.int64]) -> None:
    """Put what the cover explains better into the mixes, in place."""
    better = (cover.error < m.error[open_]) & (cover.color >= 0)
    thin = cover.share >= THIN_SHARE
    label, other = np.where(thin, cover.color, cover.base), np.where(thin, cover.base, cover.color)
    use = open_[better]
    m.label[use], m.other[use], m.error[use] = label[better], other[better], cover.error[better]
    m.share[use] = np.where(thin, cover.share, 1 - cover.share)[better]
