"""The pixels that no mix of nearby colours explains, and what comes to explain them, colour by colour."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Index, Mask
from svgai.draw.contour.labels.mixes import EdgePixels, Mix
from svgai.draw.contour.labels.palette import MIN_PIXELS, MIN_PIXELS_CODED
from svgai.draw.outline.mixes import Nearby, project
from svgai.kernels.library import kernel

# A pixel belongs to a thin feature from a third of its colour on: the outline comes from sums of coverage across the
# feature, so that labels only have to keep it in one piece where it straddles two rows, a half in each. By eye.
THIN_SHARE = 0.33
# In a line of like pixels with others on both sides, a colour that no flat area has shows from 45 % of it on: a pale
# line among darker ones is as pale as it looks. One that straddles two rows is like its neighbour. By eye.
NEW_SHARE = 0.45


class Explanation(NamedTuple):
    """n pixels as mixes of one colour and, of each pixel's candidates, the best.

    base: (n,) int16, that candidate. share: (n,) float32, 0–1, of the colour. error: (n,) float32, distance that
    remains, grey levels.
    """

    base: NDArray[np.int16]
    share: NDArray[np.float32]
    error: NDArray[np.float32]


class Cover:
    """n open pixels and what has been chosen to explain them so far. Mutable: `choose` and `choose_mixes` add to it.

    pixels: the open pixels, with the palette as it is now. candidates: (n, 4) int16, the palette colours near each.
    lone: (n,), pixels of level and upright lines of like pixels, one pixel wide. known: how many colours flat areas
    have, the first ones of the palette. limit: grey levels, the error up to which a pixel is explained. least: pixels
    that a colour must explain. color, base: (n,) int16, the colour chosen for each pixel, −1 for none, and the one it
    is mixed with. share: (n,) float32, of `color`. error: (n,) float32, grey levels, inf where nothing is chosen.
    """

    def __init__(self, pixels: EdgePixels, candidates: NDArray[np.int16], lone: Mask) -> None:
        self.pixels, self.candidates, self.lone = pixels, candidates, lone
        self.known = len(pixels.colors)
        self.limit = pixels.metric.explained
        self.least = MIN_PIXELS_CODED if pixels.metric.noise else MIN_PIXELS
        count = len(pixels.at)
        self.color, self.base = np.full(count, -1, np.int16), candidates[:, 0].copy()
        self.share, self.error = np.zeros(count, np.float32), np.full(count, np.inf, np.float32)

    @property
    def left(self) -> Mask:
        """(n,) which pixels nothing explains yet."""
        return self.error > self.limit

    def explained(self, color: Colors, rows: Index) -> Explanation:
        """Some of the pixels, (m,) indices, as mixes of a colour, (c,), and the best of those near."""
        return self._compiled(color, rows, two=False) or self.specified_explained(color, rows)

    def _compiled(self, color: Colors, rows: Index, two: bool) -> Explanation | None:
        """What kernels/cover.c finds, between two of those near too if asked; None where numpy is to do it."""
        compiled = kernel("cover")
        if compiled is None:
            return None
        count = len(rows)
        found = Explanation(np.empty(count, np.int16), np.empty(count, np.float32), np.empty(count, np.float32))
        colors = (np.ascontiguousarray(array, np.float32) for array in (self.pixels.colors, color))
        compiled(
            count, self.pixels.features[rows], self.candidates[rows], *colors, float(self.limit), int(two), *found
        )
        return found

    def specified_explained(self, color: Colors, rows: Index) -> Explanation:
        """explained in numpy: what kernels/cover.c does, one pixel at a time."""
        features, near = self.pixels.features[rows], self.candidates[rows]
        base, share = near[:, 0].copy(), np.zeros(len(rows), np.float32)
        error = np.full(len(rows), np.inf, np.float32)
        for candidate in near.T:
            use = np.flatnonzero(candidate >= 0)
            ground = self.pixels.colors[candidate[use]]
            found = project(features[use], ground, np.broadcast_to(color, ground.shape))
            # Beyond the colour itself lie pixels that its own anti-aliasing or ringing made, not another colour.
            lenience = np.where(found.share >= 1, self.limit / 2, 0).astype(np.float32)
            distance = np.sqrt(found.error) - lenience
            better = distance < error[use]
            use = use[better]
            base[use], share[use], error[use] = candidate[use], found.share[better], distance[better]
        return Explanation(base, share, error)

    def between(self, color: Colors, rows: Index) -> Explanation:
        """As `explained`, and the rest as this colour between two of those near; `base` is the one of these with more.

        A line thinner than a pixel with other colours on its two sides makes pixels of all three.
        """
        return self._compiled(color, rows, two=True) or self.specified_between(color, rows)

    def specified_between(self, color: Colors, rows: Index) -> Explanation:
        """between in numpy: what kernels/cover.c does, one pixel at a time."""
        base, share, error = self.specified_explained(color, rows)
        rest = np.flatnonzero(error > self.limit)
        offset, near = self.pixels.features[rows[rest]] - color, self.candidates[rows[rest]]
        for first, second in ((0, 1), (0, 2), (1, 2)):
            grounds = [self.pixels.colors[near[:, k]] - color for k in (first, second)]
            found = _two_shares(offset, grounds[0], grounds[1])
            possible = (near[:, second] >= 0) & found.is_mix & (found.error < error[rest])
            use = rest[possible]
            base[use] = np.where(found.first > found.second, near[:, first], near[:, second])[possible]
            share[use], error[use] = (1 - found.first - found.second)[possible], found.error[possible]
        return Explanation(base, share, error)

    def contrast(self, rows: Index) -> NDArray[np.float32]:
        """(m,) grey levels from some of the pixels to the nearest in colour of what lies around each."""
        near = self.candidates[rows]
        distance = np.linalg.norm(self.pixels.colors[near] - self.pixels.features[rows, None], axis=2)
        return np.asarray(np.where(near >= 0, distance, np.inf).min(axis=1), np.float32)

    def choose(self, color: int, rows: Index, found: Explanation) -> None:
        """Explain some of the pixels by a palette colour, as found, where that is better than what they have.

        A pale line is no foot of a darker one that is not there: where a line one pixel wide has little of the
        colour, a pixel beside has more of it.
        """
        better = found.error < self.error[rows]
        enough = self.enough(rows, found.share, color >= self.known)
        faint = np.flatnonzero(better & self.lone[rows] & ~enough)
        if len(faint):
            strong = rows[(found.error <= self.limit) & enough]
            better[faint] = self._beside(color, self.pixels.at[strong], self.pixels.at[rows[faint]])
        use = rows[better]
        self.base[use], self.share[use], self.error[use] = (values[better] for values in found)
        self.color[use] = color

    def enough(self, rows: Index, share: NDArray[np.float32], new: bool) -> Mask:
        """(m,) which of some pixels show a colour with these shares of it, (m,); new: whether no flat area has it."""
        return np.asarray(share >= np.where(self.lone[rows] & new, NEW_SHARE, THIN_SHARE))

    def _beside(self, color: int, strong: Index, at: Index) -> Mask:
        """(m,) which pixels, flat indices, have a neighbour of a palette colour or one of `strong`, flat indices."""
        height, width = self.pixels.labels.shape
        has = self.pixels.labels == color
        has.ravel()[strong] = True
        has.ravel()[self.pixels.at[(self.color == color) & (self.share >= THIN_SHARE)]] = True
        y, x = at // width, at % width
        steps = ((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1))
        seen = (has[np.clip(y + dy, 0, height - 1), np.clip(x + dx, 0, width - 1)] for dy, dx in steps)
        return np.asarray(np.logical_or.reduce(list(seen)))

    def choose_mixes(self, mix: Mix) -> None:
        """Take those of the mixes, n of them, that explain pixels which nothing did so far."""
        better = self.left & (mix.error <= self.limit)
        self.color[better], self.base[better] = mix.label[better], mix.other[better]
        self.share[better], self.error[better] = mix.share[better], mix.error[better]

    def mix(self) -> Mix:
        """What has been chosen as mixes; the error is inf where nothing is."""
        thin = self.share >= THIN_SHARE
        label, other = np.where(thin, self.color, self.base), np.where(thin, self.base, self.color)
        return Mix(label, other, np.where(thin, self.share, 1 - self.share), self.error.copy())


class _TwoShares(NamedTuple):
    """n colours as sums of shares of two others, (n,) each, and the distance that remains."""

    first: NDArray[np.float32]
    second: NDArray[np.float32]
    error: NDArray[np.float32]

    @property
    def is_mix(self) -> Mask:
        return (self.first >= 0) & (self.second >= 0) & (self.first + self.second <= 1)


def _two_shares(color: Colors, first: Colors, second: Colors) -> _TwoShares:
    """The shares s and t of two colours of the least |color − s·first − t·second|, by least squares; (n, c) each."""
    aa, bb, ab = _dots(first, first), _dots(second, second), _dots(first, second)
    xa, xb = _dots(color, first), _dots(color, second)
    area = np.maximum(aa * bb - ab * ab, 1e-6 * (aa * bb + 1))
    s, t = (bb * xa - ab * xb) / area, (aa * xb - ab * xa) / area
    return _TwoShares(s, t, np.linalg.norm(color - s[:, None] * first - t[:, None] * second, axis=1))


def _dots(one: Colors, other: Colors) -> NDArray[np.float32]:
    """(n,): the scalar products of the rows of two arrays, (n, c)."""
    return np.asarray(np.einsum("ij,ij->i", one, other))


def filled(near: Nearby[np.int16], default: NDArray[np.int16]) -> Nearby[np.int16]:
    """Nearby colours, with a default, (n,), for pixels that have none."""
    labels = near.labels.copy()
    labels[:, 0] = np.where(labels[:, 0] < 0, default, labels[:, 0])
    return Nearby(labels, near.distance)
