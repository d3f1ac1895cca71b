"""The fewest gradient stops that explain the colours along a field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats
from svgai.draw.gradient.fields.fields import hats
from svgai.drawing import Color, Stop

BINS = 48
MOST = 10
# Bytes of one more stop as written.
STOP_BYTES = 36.0
# A bin counts for this share of the mean one at least: the few pixels of a highlight's middle are what one sees.
LEAST = 0.1
# Shortest line between two knots, along the field.
SHORTEST = 0.9 / BINS
# How far (along the field) a knot may move to where its colour rounds well, and what an error of hue counts for there.
SHIFT, HUE = 0.012, 4.0
# Alpha (of 255) from which on a paint counts as opaque: a shape that is not can hide no seam.
OPAQUE = 251.0
# Alpha (of 255) below which nothing is seen.
CLEAR = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Mean colours along a field. t: (n,) rising, in [0, 1]; colors: (n, 3 | 4) premultiplied; weights: (n,)."""

    t: Floats
    colors: Floats
    weights: Floats


def profile(t: Floats, colors: Floats, weights: Floats) -> Profile:
    """The profile of pixels with their fields t in [0, 1], by bins."""
    bins = np.clip((t * BINS).astype(np.int64), 0, BINS - 1)
    weight = np.bincount(bins, weights, BINS)
    used = weight > 0
    center = np.bincount(bins, weights * t, BINS)[used] / weight[used]
    sums = [np.bincount(bins, weights * colors[:, k], BINS)[used] for k in range(colors.shape[1])]
    weight = weight[used]
    return Profile(center, np.stack(sums, axis=1) / weight[:, None], np.maximum(weight, LEAST * weight.mean()))


def _lines(p: Profile) -> tuple[Floats, Floats]:
    """The best line through the profile from its bin i to j: (n, n) weighted squares left, inf where it is too short,
    and (2, c, n, n) its level at t = 0 and its slope."""
    weights = np.sqrt(p.weights * p.weights.mean())
    moments = [weights, weights * p.t, weights * p.t * p.t, (weights[:, None] * p.colors**2).sum(axis=1)]
    cross = np.concatenate([p.colors, p.colors * p.t[:, None]], axis=1) * weights[:, None]
    running = np.pad(np.cumsum(np.column_stack([*moments, cross]), axis=0), ((1, 0), (0, 0)))
    sums = np.moveaxis(running[None, 1:] - running[:-1, None], 2, 0)
    one, t, tt, squares = sums[:4]
    level, rise = np.split(sums[4:], 2)
    spread = np.maximum(one * tt - t * t, 1e-12)
    lines = np.stack([tt * level - t * rise, one * rise - t * level]) / spread
    error = squares - (lines[0] * level + lines[1] * rise).sum(axis=0)
    return np.where(p.t - p.t[:, None] > SHORTEST, np.maximum(error, 0), np.inf), lines


def _knots(p: Profile, ends: list[int], lines: Floats) -> Floats:
    """Knots where the lines from bin to bin of `ends` come nearest to each other."""
    first, last = np.array(ends[:-1]), np.array(ends[1:])
    # Bins that two lines share hold the bend between them: without them the meeting is exact.
    long = last - first > 3
    one = lines[:, :, first + (long & (first > 0)), last - (long & (last < len(p.t) - 1))]
    level, slope = np.diff(one, axis=2)
    meeting = -(level * slope).sum(axis=0) / np.maximum((slope * slope).sum(axis=0), 1e-9)
    cut = p.t[ends[1:-1]]
    start = min(float(p.t[0]), 0.99) if p.t[0] > 2 / BINS else 0.0
    # As written: the colours are then fitted to where the stops really are.
    return np.round([start, *np.clip(meeting, cut - SHORTEST / 3, cut + SHORTEST / 3), 1.0], 3)


def _divisions(p: Profile) -> Iterator[Floats]:
    """Rising knots that cut the profile in 1, 2, … MOST − 1 lines of least error, by dynamic programming.

    Curve fitting by segmented straight lines: Bellman and Roth (1969). Lines that need not meet err as much as ones
    that do, wherever the profile is smooth.
    """
    errors, lines = _lines(p)
    last = len(p.t) - 1
    cuts: list[NDArray[np.int64]] = []
    least = errors[0]
    for _ in range(MOST - 1):
        ends = [last]
        for cut in reversed(cuts):
            ends.append(int(cut[ends[-1]]))
        yield _knots(p, [0, *ends[::-1]], lines)
        paths = least[:, None] + errors
        cuts.append(paths.argmin(axis=0))
        least = paths.min(axis=0)
        if not np.isfinite(least[-1]):
            return


def _fit(p: Profile, knots: Floats) -> tuple[Floats, float]:
    """Colours at k rising knots, (k, c), and the weighted squares of what they leave."""
    basis = hats(p.t, knots)
    weighted = basis * p.weights[:, None]
    gram = weighted.T @ basis + 1e-4 * p.weights.mean() * np.eye(len(knots))
    values = np.linalg.solve(gram, weighted.T @ p.colors)
    residual = p.colors - basis @ values
    return values, float(p.weights @ np.einsum("nc,nc->n", residual, residual))


def knots_along(p: Profile, price: float) -> Floats:
    """Rising knots from the profile's start to 1: more while they save more error than `price` a byte."""
    found: list[tuple[float, Floats]] = []
    for knots in _divisions(p):
        _, error = _fit(p, knots)
        found.append((error + price * STOP_BYTES * len(knots), knots))
        if len(found) > 2 and min(found[-2:], key=lambda pair: pair[0])[0] > found[-3][0]:
            break
    return min(found, key=lambda pair: pair[0])[1]


def _straight(values: Floats) -> Floats:
    """(k, 4) straight colour and alpha, 0–255, of premultiplied values (k, 3 | 4); a clear stop takes its
    neighbour's colour, so that a fade keeps its hue."""
    if values.shape[1] == 3:
        return np.column_stack([np.clip(values, 0, 255), np.full(len(values), 255.0)])
    alpha = np.clip(values[:, 3], 0, 255)
    alpha[alpha >= OPAQUE] = 255
    alpha[alpha < CLEAR] = 0
    color = np.clip(values[:, :3] * 255 / np.maximum(alpha, 1e-6)[:, None], 0, 255)
    seen = np.flatnonzero(alpha >= 8)
    if len(seen):
        nearest = seen[np.abs(seen[None] - np.arange(len(alpha))[:, None]).argmin(axis=1)]
        color = color[nearest]
    return np.column_stack([color, alpha])


def _whole(knots: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Knots moved a little to where their opaque colours, (k, 3), round well, and those colours, rounded.

    Half a level up in one channel and down in another is three times the difference, to an eye, of both up.
    """
    slopes = np.diff(values, axis=0) / np.diff(knots)[:, None]
    bend, slope = slopes[1:] - slopes[:-1], (slopes[1:] + slopes[:-1]) / 2
    room = np.minimum(SHIFT, np.floor(1000 * np.minimum(knots[1:-1] - knots[:-2], knots[2:] - knots[1:-1]) / 3) / 1000)
    shift = np.pad(np.clip(np.arange(-SHIFT, SHIFT + 5e-4, 1e-3), -room[:, None], room[:, None]), ((1, 1), (0, 0)))
    bend, slope = np.pad(bend, ((1, 1), (0, 0))), np.pad(slope, ((1, 1), (0, 0)))
    wanted = values[:, None] + shift[..., None] * slope[:, None]
    # A knot beside its place misses the corner that the profile's lines make there.
    missed = ((shift[..., None] * bend[:, None] / 2) ** 2).sum(axis=2)
    tried = np.clip(np.floor(wanted)[:, :, None] + np.indices((2, 2, 2)).reshape(3, -1).T, 0, 255)
    off = tried - wanted[:, :, None]
    hue = off - off.mean(axis=3, keepdims=True)
    cost = (off**2 + HUE * hue**2).sum(axis=3) + missed[..., None]
    best = np.stack(np.unravel_index(cost.reshape(len(knots), -1).argmin(axis=1), cost.shape[1:]))
    row = np.arange(len(knots))
    return np.round(knots + shift[row, best[0]], 3), tried[row, best[0], best[1]]


def color_stops(p: Profile, knots: Floats) -> tuple[Stop, ...]:
    """Stops at the knots or close by, by least squares on the profile."""
    values, _ = _fit(p, knots)
    straight = _straight(values)
    if (straight[:, 3] == 255).all():
        knots, straight[:, :3] = _whole(knots, straight[:, :3])
    return tuple(
        Stop(float(k), Color(*(int(v) for v in np.rint(row[:3]))), round(float(row[3]) / 255, 3))
        for k, row in zip(knots, straight, strict=True)
    )
