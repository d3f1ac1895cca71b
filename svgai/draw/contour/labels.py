"""Each pixel its colour: flat pixels as found, every other one as a mix of two palette colours near it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.draw.contour.palette import FLAT_RANGE, MIN_PIXELS, Palette, Seeds, codes, colors_of, premultiply
from svgai.records import Pixels, Raster

# Palette colours are looked for within these distances of a pixel, px; only nearby ones, or edges get halos.
RADII = (2, 3, 5)
CANDIDATES = 4
PAIRS = tuple((i, j) for i in range(CANDIDATES) for j in range(i + 1, CANDIDATES))
# A pixel is explained when the mix of two colours comes this near to it, grey levels (4-D Euclidean).
EXPLAINED = 16.0
# Squared grey levels a candidate costs for each px of distance: decides between equal explanations only.
DISTANCE_COST = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """The best two-colour explanation of n pixels.

    label, other: (n,) int16, the larger share's colour and the smaller's; share: (n,) float32, 0.5–1, of `label`;
    error: (n,) float32, distance in grey levels.
    """

    label: NDArray[np.int16]
    other: NDArray[np.int16]
    share: NDArray[np.float32]
    error: NDArray[np.float32]


def _disc(radius: int) -> list[tuple[float, int, int]]:
    """(distance, dy, dx) of all pixels within a square of this radius, nearest first."""
    square = range(-radius, radius + 1)
    return sorted((float(np.hypot(dy, dx)), dy, dx) for dy in square for dx in square if dy or dx)


def nearby_colors(
    labels: NDArray[np.int16], at: NDArray[np.int64], radius: int
) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """(n, 4) distinct labels nearest to the pixels `at` (flat indices), -1 where fewer, and their distances, px."""
    width = labels.shape[1]
    padded = np.pad(labels, radius, constant_values=-1)
    stride = padded.shape[1]
    center = (at // width + radius) * stride + at % width + radius
    found = np.full((CANDIDATES, len(at)), -1, np.int16)
    distance = np.full((CANDIDATES, len(at)), np.float32(radius * 2), np.float32)
    count = np.zeros(len(at), np.int8)
    flat = padded.ravel()
    for d, dy, dx in _disc(radius):
        label = flat[center + (dy * stride + dx)]
        new = (label >= 0) & (count < CANDIDATES) & (found != label).all(axis=0)
        where = np.flatnonzero(new)
        slot = count[where]
        found[slot, where] = label[where]
        distance[slot, where] = d
        count[where] += 1
    return found.T, distance.T


def _project(
    x: NDArray[np.float32], a: NDArray[np.float32], b: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Share of b, 0–1, in the mix of a and b nearest to x, and the squared distance that remains; all (n, c)."""
    d = b - a
    length = np.einsum("ij,ij->i", d, d)
    t = np.einsum("ij,ij->i", x - a, d) / np.maximum(length, 1e-6)
    t = np.clip(t, 0, 1).astype(np.float32)
    r = x - a - t[:, None] * d
    return t, np.einsum("ij,ij->i", r, r)


def mix(
    x: NDArray[np.float32], colors: NDArray[np.float32], found: NDArray[np.int16], distance: NDArray[np.float32]
) -> Mix:
    """The pair among each pixel's candidates (nearby_colors) whose mix comes nearest to its colour x, (n, c)."""
    n = len(x)
    best = np.full(n, np.inf, np.float32)
    label, other = found[:, 0].copy(), found[:, 0].copy()
    share = np.ones(n, np.float32)
    error = np.full(n, np.inf, np.float32)
    for i, j in ((0, 0), *PAIRS):
        use = np.flatnonzero(found[:, j] >= 0)
        a, b = found[use, i], found[use, j]
        t, r = _project(x[use], colors[a], colors[b])
        pull = np.where(t > 0, distance[use, j], 0) + np.where(t < 1, distance[use, i], 0)
        cost = r + DISTANCE_COST * pull
        better = cost < best[use]
        use, a, b, t = use[better], a[better], b[better], t[better]
        best[use], error[use] = cost[better], r[better]
        label[use], other[use] = np.where(t > 0.5, b, a), np.where(t > 0.5, a, b)
        share[use] = np.maximum(t, 1 - t)
    return Mix(label, other, share, np.sqrt(error))


def _explain(
    labels: NDArray[np.int16], at: NDArray[np.int64], x: NDArray[np.float32], colors: NDArray[np.float32]
) -> Mix:
    """Mixes of the colours within 2 px of each pixel; for those it does not explain, within 3, then 5."""
    result = mix(x, colors, *nearby_colors(labels, at, RADII[0]))
    for radius in RADII[1:]:
        open_ = np.flatnonzero(result.error > EXPLAINED)
        if not len(open_):
            break
        wider = mix(x[open_], colors, *nearby_colors(labels, at[open_], radius))
        better = wider.error < result.error[open_]
        for name in ("label", "other", "share", "error"):
            getattr(result, name)[open_[better]] = getattr(wider, name)[better]
    return result


def _constant_along(pixels: Pixels, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,): which pixels have both neighbours in one of the four directions within half of FLAT_RANGE."""
    h, w = pixels.shape[:2]
    y, x = at // w, at % w
    here = pixels[y, x].astype(np.int16)
    found = np.zeros(len(at), bool)
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        inside = (y - dy >= 0) & (y + dy < h) & (np.minimum(x - dx, x + dx) >= 0) & (np.maximum(x - dx, x + dx) < w)
        k = np.flatnonzero(inside & ~found)
        ahead = np.abs(pixels[y[k] + dy, x[k] + dx] - here[k]).max(axis=1)
        behind = np.abs(pixels[y[k] - dy, x[k] - dx] - here[k]).max(axis=1)
        found[k[np.maximum(ahead, behind) <= FLAT_RANGE // 2]] = True
    return found


def _thin_color(rgba: Pixels, x: NDArray[np.float32], local: NDArray[np.float32]) -> Pixels | None:
    """The colour of thin features among n pixels that no mix explains: frequent and far from what lies around.

    rgba: (n, 4), x: (n, 4) premultiplied, local: (n, 4) the nearest palette colour of each. None: no colour has
    MIN_PIXELS.
    """
    distinct, index, count = np.unique(codes(rgba), return_inverse=True, return_counts=True)
    contrast = np.bincount(index, np.linalg.norm(x - local, axis=1)) / count
    color = premultiply(colors_of(distinct)[None])[0].astype(np.float32)
    best: tuple[float, int] | None = None
    for k in np.argsort(-count, kind="stable")[:32]:
        near = np.abs(color - color[k]).max(axis=1) <= FLAT_RANGE
        total = int(count[near].sum())
        worth = float(np.sqrt(total) * contrast[k])
        if total >= MIN_PIXELS and (best is None or worth > best[0]):
            best = worth, int(k)
    return None if best is None else colors_of(distinct[best[1] : best[1] + 1])


def _with_any_color(x: NDArray[np.float32], colors: NDArray[np.float32], m: Mix, at: NDArray[np.int64]) -> None:
    """Explain what is left in `at` as a mix of its nearby colour and any one of the palette, in place."""
    for k in range(len(colors)):
        near = m.label[at]
        t, r = _project(x[at], colors[near], np.broadcast_to(colors[k], (len(at), colors.shape[1])))
        error = np.sqrt(r)
        better = (error < m.error[at] - 1) & (t > 0)
        use = at[better]
        m.label[use] = np.where(t[better] > 0.5, k, near[better])
        m.other[use] = np.where(t[better] > 0.5, near[better], k)
        m.share[use] = np.maximum(t, 1 - t)[better]
        m.error[use] = error[better]


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Each pixel's palette colour, (h, w) int16, the larger share where two mix.

    unexplained: share of the edge pixels that no mix of two colours explains. edges: share of edge pixels in all.
    """

    palette: Palette
    labels: NDArray[np.int16]
    unexplained: float
    edges: float


def label(raster: Raster, premultiplied: Pixels, seeds: Seeds, limit: int) -> Labels:
    """Labels of all pixels; thin features' colours are added to the palette while it has less than `limit`."""
    palette, labels = seeds.palette, seeds.labels.copy()
    flat = labels.ravel()
    rgba = raster.pixels.reshape(-1, 4)
    at = np.flatnonzero(flat < 0)
    edges = len(at) / labels.size
    while True:
        x = premultiplied.reshape(-1, 4)[at].astype(np.float32)
        m = _explain(labels, at, x, palette.premultiplied)
        open_ = np.flatnonzero((m.error > EXPLAINED) & _constant_along(premultiplied, at))
        thin = None
        if len(open_) >= MIN_PIXELS and len(palette) < limit:
            local = palette.premultiplied[m.label[open_]] if len(palette) else np.zeros((len(open_), 4), np.float32)
            thin = _thin_color(rgba[at[open_]], x[open_], local)
        if thin is None:
            break
        color = premultiply(thin[None])[0].astype(np.float32)
        known = np.abs(palette.premultiplied - color).max(axis=1, initial=0) <= FLAT_RANGE
        index = int(np.argmax(known)) if known.any() else len(palette)
        if not known.any():
            palette = Palette.of(np.concatenate([palette.rgba, thin]))
        seeded = open_[np.abs(x[open_] - color).max(axis=1) <= FLAT_RANGE]
        flat[at[seeded]] = index
        at = np.delete(at, seeded)
    _with_any_color(x, palette.premultiplied, m, np.flatnonzero(m.error > EXPLAINED))
    flat[at] = m.label
    unexplained = float((m.error > 2 * EXPLAINED).sum()) / max(len(at), 1)
    return Labels(palette, labels, unexplained, edges)
