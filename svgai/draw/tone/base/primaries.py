"""A few colours at the gamut's border that all of a picture's chroma can be mixed from."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Mask
from svgai.records import Record

# BT.601, as in the score's luma.
LUMA = np.array([0.299, 0.587, 0.114])
# At most six: one every 60° (design-photographs, step 3).
MOST = 6
# Two primaries are this far apart at least, in radians: 28°.
APART = np.radians(28)
# A primary is added while the mean squared error of chroma falls by this, in squared levels (by eye).
WORTH = 1.0
_DIRECTIONS = 72
_CELL = 4.0
# Levels of chroma from the centre: nearer ones are greys.
_FAR = 16.0


class Primaries(Record):
    """center: (3,) the colour that holds none. colors: (k, 3), by the angle of their chroma about the centre's."""

    center: Floats
    colors: Floats

    @property
    def axes(self) -> Floats:
        """(k, 2): chroma of each primary, from the centre's."""
        return np.asarray(chroma(self.colors) - chroma(self.center[None]))


def chroma(colors: Floats) -> Floats:
    """(n, 2) of (n, 3): BT.601 blue and red differences, in levels."""
    y = colors @ LUMA
    return np.stack([0.564 * (colors[..., 2] - y), 0.713 * (colors[..., 0] - y)], axis=-1)


def shares(offsets: Floats, axes: Floats) -> Floats:
    """(n, k): each chroma offset, (n, 2), as the nearest mix of two neighbouring primaries; shares ≥ 0, sum ≤ 1.

    axes: (n, k, 2), where each pixel sees the primaries, by angle.
    """
    count = axes.shape[1]
    out = np.zeros((len(offsets), count))
    if not count:
        return out
    rows = np.arange(len(offsets))
    lengths = np.maximum((axes**2).sum(axis=2), 1e-9)
    along = np.einsum("nc,nkc->nk", offsets, axes)
    alone = np.clip(along / lengths, 0, 1)
    nearest = (alone * (2 * along - alone * lengths)).argmax(axis=1)
    out[rows, nearest] = alone[rows, nearest]
    for i in range(count if count > 1 else 0):
        j = (i + 1) % count
        first, second = axes[:, i], axes[:, j]
        determinant = np.maximum(_cross(first, second), 1e-9)
        a, b = _cross(offsets, second) / determinant, _cross(first, offsets) / determinant
        between = (_cross(first, second) > 1e-6) & (a >= 0) & (b >= 0)
        # Beyond the two: the nearest point of the line from one to the other, and not along the ray, which would give
        # a saturated red a good part of yellow.
        side = second - first
        t = np.clip(((offsets - first) * side).sum(axis=1) / np.maximum((side**2).sum(axis=1), 1e-9), 0, 1)
        beyond = a + b > 1
        out[between] = 0
        out[between, i] = np.where(beyond, 1 - t, a)[between]
        out[between, j] = np.where(beyond, t, b)[between]
    return out


def _cross(p: Floats, q: Floats) -> Floats:
    return np.asarray(p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0])


def mixed_for(primaries: Primaries, wanted: Floats, dark: Mask) -> Floats:
    """(n, k): the shares whose mix, under the veil that gives it the wanted luma, has the wanted chroma.

    wanted: (n, 3) colours. dark: (n,) whether that veil is black. A black veil keeps chroma / luma, a white one
    chroma / (255 − luma): equations linear in the shares.
    """
    center, steps = primaries.center, primaries.colors - primaries.center
    luma = wanted @ LUMA
    depth = np.where(dark, np.maximum(luma, 1), -np.maximum(255 - luma, 1))
    ratio = chroma(wanted) / depth[:, None]
    own = np.where(dark, center @ LUMA, center @ LUMA - 255)
    axes = chroma(steps)[None] - ratio[:, None] * (steps @ LUMA)[None, :, None]
    return shares(ratio * own[:, None] - chroma(center[None]), axes)


def _at_border(center: Floats, color: Floats) -> Floats:
    """Where the ray from the centre through a colour leaves the gamut."""
    step = color - center
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(step > 0, (255 - center) / step, np.where(step < 0, -center / step, np.inf))
    return np.asarray(np.rint(center + step * max(1.0, float(reach.min()))).clip(0, 255))


def _sorted(center: Floats, colors: list[Floats]) -> Primaries:
    found = Primaries(center, np.array(colors).reshape(-1, 3))
    return Primaries(center, found.colors[np.argsort(np.arctan2(*found.axes.T[::-1]))])


def _binned(colors: Floats, dark: Mask, weights: Floats, center: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean colours, shares of dark pixels and weights of cells of _CELL levels of chroma: a few hundred in all."""
    cell = np.rint(np.clip(chroma(colors) - chroma(center[None]), -255, 255) / _CELL).astype(np.int64)
    _, place = np.unique(cell[:, 0] * 1000 + cell[:, 1], return_inverse=True)
    total = np.bincount(place, weights)
    planes = (*colors.T, dark)
    sums = np.stack([np.bincount(place, weights * plane) for plane in planes], axis=1)
    mean: Floats = sums / np.maximum(total, 1e-9)[:, None]
    return mean[:, :3], mean[:, 3], np.asarray(total, np.float64)


def choose(colors: Floats, dark: Mask, weights: Floats) -> Primaries:
    """The primaries of weighted colours, (n, 3) and (n,): greedily, each the one after which least chroma is left.

    dark: (n,) whether a black veil lies over the colour.
    """
    center = np.rint([_weighted_median(colors[:, c], weights) for c in range(3)]).clip(0, 255)
    wide, share, weights = _binned(colors, dark, weights, center)
    under_black = np.asarray(share > 0.5, np.bool_)
    offsets = chroma(wide) - chroma(center[None])
    angle, radius = np.arctan2(offsets[:, 1], offsets[:, 0]), np.hypot(*offsets.T)
    sector = ((angle + np.pi) / (2 * np.pi) * _DIRECTIONS).astype(np.int64) % _DIRECTIONS
    strength = np.bincount(sector, weights * radius**2, _DIRECTIONS)
    candidates = []
    for k in np.flatnonzero(strength):
        inside = sector == k
        w = weights[inside] * radius[inside] ** 2
        color = _at_border(center, w @ wide[inside] / max(w.sum(), 1e-9))
        if np.hypot(*Primaries(center, color[None]).axes[0]) >= _FAR:
            candidates.append(color)
    chosen: list[Floats] = []
    error = _error(wide, under_black, weights, Primaries(center, np.zeros((0, 3))))
    while len(chosen) < MOST:
        trials = [
            (_error(wide, under_black, weights, _sorted(center, [*chosen, c])), k)
            for k, c in enumerate(candidates)
            if _apart(center, c, chosen)
        ]
        if not trials or error - min(trials)[0] < WORTH:
            break
        error, best = min(trials)
        chosen.append(candidates[best])
    return _sorted(center, chosen)


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    return float(values[order[min(int(np.searchsorted(total, total[-1] / 2)), len(values) - 1)]])


def _apart(center: Floats, color: Floats, chosen: list[Floats]) -> bool:
    angles = [np.arctan2(*Primaries(center, c[None]).axes[0][::-1]) for c in (color, *chosen)]
    return all(abs((a - angles[0] + np.pi) % (2 * np.pi) - np.pi) >= APART for a in angles[1:])


def _error(wanted: Floats, dark: Mask, weights: Floats, primaries: Primaries) -> float:
    """The mean squared chroma that is left when mixes stand under the veils that give them the wanted luma."""
    mixed = primaries.center + mixed_for(primaries, wanted, dark) @ (primaries.colors - primaries.center)
    y, own = wanted @ LUMA, mixed @ LUMA
    veiled = np.where(dark, y / np.maximum(own, 1), (255 - y) / np.maximum(255 - own, 1))
    left = chroma(wanted) - chroma(mixed) * veiled[:, None]
    return float(weights @ (left**2).sum(axis=1) / max(weights.sum(), 1e-9))
