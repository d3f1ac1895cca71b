"""The fewest gradient stops that explain the colours along a field."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from svgai.arrays import Floats, Index, freeze_fields
from svgai.draw.gradient.fields.fields import hats
from svgai.drawing import Color, Stop
from svgai.records import Record

# Colours along a field are averaged in 48 bins; a gradient has 10 stops at most. By eye.
BINS, MOST = 48, 10
# One more stop takes 36 bytes as written.
STOP_BYTES = 36.0
# A bin counts for a tenth of the mean one at least: the few pixels of a highlight's middle are what one sees. By eye.
LEAST = 0.1
# A line between two knots spans 0.9 bins or more, so that it has two bins.
SHORTEST = 0.9 / BINS
# Offsets of stops are written with 3 decimals.
OFFSET_DECIMALS = 3
# A knot may move by 0.012 of the field to where its colour rounds well. By eye.
SHIFT = 0.012
# A difference of hue counts 4 times besides: half a level up in one channel and down in another is three times the
# difference, to an eye, of half a level up in both.
HUE = 4.0
# A paint is opaque from an alpha of 251 (of 255) on: a shape that is not can hide no seam. By eye.
OPAQUE = 251.0
# Nothing is seen below an alpha of 1 (of 255).
CLEAR = 1.0
# A stop takes its own hue from an alpha of 8 (of 255) on: below, rounding makes any hue of it. By eye.
HUED = 8


class Profile(Record):
    """Mean colours along a field. t: (n,) rising, in [0, 1]; colors: (n, 3 | 4) premultiplied; weights: (n,)."""

    t: Floats
    colors: Floats
    weights: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)


def profile(t: Floats, colors: Floats, weights: Floats) -> Profile:
    """The profile of n pixels at t of a field, (n,) in [0, 1], by bins."""
    bins = np.clip((t * BINS).astype(np.int64), 0, BINS - 1)
    weight = np.bincount(bins, weights, BINS)
    used = weight > 0
    center = np.bincount(bins, weights * t, BINS)[used] / weight[used]
    sums = [np.bincount(bins, weights * colors[:, k], BINS)[used] for k in range(colors.shape[1])]
    weight = weight[used]
    return Profile(center, np.stack(sums, axis=1) / weight[:, None], np.maximum(weight, LEAST * weight.mean()))


def _lines(along: Profile) -> tuple[Floats, Floats]:
    """The best line through the profile from its bin i to j: (n, n) weighted squares left, inf where it is too short,
    and (2, c, n, n) its level at t = 0 and its slope."""
    weights = np.sqrt(along.weights * along.weights.mean())
    colors = along.colors
    moments = [weights, weights * along.t, weights * along.t * along.t, (weights[:, None] * colors**2).sum(axis=1)]
    cross = np.concatenate([colors, colors * along.t[:, None]], axis=1) * weights[:, None]
    running = np.pad(np.cumsum(np.column_stack([*moments, cross]), axis=0), ((1, 0), (0, 0)))
    sums = np.moveaxis(running[None, 1:] - running[:-1, None], 2, 0)
    one, t, tt, squares = sums[:4]
    level, rise = np.split(sums[4:], 2)
    spread = np.maximum(one * tt - t * t, 1e-12)
    lines = np.stack([tt * level - t * rise, one * rise - t * level]) / spread
    error = squares - (lines[0] * level + lines[1] * rise).sum(axis=0)
    return np.where(along.t - along.t[:, None] > SHORTEST, np.maximum(error, 0), np.inf), lines


def _knots(along: Profile, ends: list[int], lines: Floats) -> Floats:
    """Knots where the lines from bin to bin of `ends` come nearest to each other."""
    first, last = np.array(ends[:-1]), np.array(ends[1:])
    # Bins that two lines share hold the bend between them: without them the meeting is exact.
    long = last - first > 3
    one = lines[:, :, first + (long & (first > 0)), last - (long & (last < len(along.t) - 1))]
    level, slope = np.diff(one, axis=2)
    meeting = -(level * slope).sum(axis=0) / np.maximum((slope * slope).sum(axis=0), 1e-9)
    cut = along.t[ends[1:-1]]
    # A profile whose first two bins are empty, as of a ring around its centre, starts where it has colours.
    start = min(float(along.t[0]), 0.99) if along.t[0] > 2 / BINS else 0.0
    # As written: the colours are then fitted to where the stops really are.
    knots = [start, *np.clip(meeting, cut - SHORTEST / 3, cut + SHORTEST / 3), 1.0]
    return np.round(knots, OFFSET_DECIMALS)


def _divisions(along: Profile) -> Iterator[Floats]:
    """Rising knots that cut the profile in 1, 2, … MOST − 1 lines of least error, by dynamic programming.

    Curve fitting by segmented straight lines: Bellman and Roth (1969). Lines that need not meet err as much as ones
    that do, wherever the profile is smooth.
    """
    errors, lines = _lines(along)
    last = len(along.t) - 1
    cuts: list[Index] = []
    least = errors[0]
    for _ in range(MOST - 1):
        ends = [last]
        for cut in reversed(cuts):
            ends.append(int(cut[ends[-1]]))
        yield _knots(along, [0, *ends[::-1]], lines)
        paths = least[:, None] + errors
        cuts.append(paths.argmin(axis=0))
        least = paths.min(axis=0)
        if not np.isfinite(least[-1]):
            return


def _fit(along: Profile, knots: Floats) -> tuple[Floats, float]:
    """Colours at k rising knots, (k, c), and the weighted squares of what they leave."""
    basis = hats(along.t, knots)
    weighted = basis * along.weights[:, None]
    gram = weighted.T @ basis + 1e-4 * along.weights.mean() * np.eye(len(knots))
    values = np.linalg.solve(gram, weighted.T @ along.colors)
    residual = along.colors - basis @ values
    return values, float(along.weights @ np.einsum("nc,nc->n", residual, residual))


def knots_along(along: Profile, price: float) -> Floats:
    """Rising knots from the profile's start to 1: more while they save more error than `price` a byte."""
    found: list[tuple[float, Floats]] = []
    for knots in _divisions(along):
        _, error = _fit(along, knots)
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
    seen = np.flatnonzero(alpha >= HUED)
    if len(seen):
        nearest = seen[np.abs(seen[None] - np.arange(len(alpha))[:, None]).argmin(axis=1)]
        color = color[nearest]
    return np.column_stack([color, alpha])


# (8, 3): each channel of a colour rounded down (0) or up (1).
_ROUNDINGS = np.indices((2, 2, 2)).reshape(3, -1).T.astype(np.float64)
# How far knots are tried to move: by whole thousandths, as offsets are written.
_SHIFTS = np.arange(-SHIFT, SHIFT + 5e-4, 1e-3)


def _rounded(knots: Floats, values: Floats) -> tuple[Floats, Floats]:
    """k knots moved a little to where their opaque colours, (k, 3), round well; those colours, whole numbers.

    Every knot tries some shifts, and at each all eight roundings of its colour's channels; the first and the last one
    stay where they are.
    """
    shift = _possible_shifts(knots)
    slope, bend = _slope_and_bend(knots, values)
    wanted = values[:, None] + shift[..., None] * slope[:, None]  # (k, shifts, 3)
    rounded = np.clip(np.floor(wanted)[:, :, None] + _ROUNDINGS, 0, 255)  # (k, shifts, 8, 3)
    # A knot beside its place misses the corner that the profile's lines make there.
    missed = ((shift[..., None] * bend[:, None] / 2) ** 2).sum(axis=2)
    cost = _visible(rounded - wanted[:, :, None]) + missed[..., None]
    cheapest = cost.reshape(len(knots), -1).argmin(axis=1)
    which_shift, which_rounding = np.unravel_index(cheapest, cost.shape[1:])
    knot = np.arange(len(knots))
    moved = np.round(knots + shift[knot, which_shift], OFFSET_DECIMALS)
    return moved, rounded[knot, which_shift, which_rounding]


def _possible_shifts(knots: Floats) -> Floats:
    """(k, shifts): how far each knot is tried to move: SHIFT at most, and a third of the way to its neighbours."""
    nearest = np.minimum(knots[1:-1] - knots[:-2], knots[2:] - knots[1:-1])
    room = np.minimum(SHIFT, np.floor(1000 * nearest / 3) / 1000)
    return np.pad(np.clip(_SHIFTS, -room[:, None], room[:, None]), ((1, 1), (0, 0)))


def _slope_and_bend(knots: Floats, values: Floats) -> tuple[Floats, Floats]:
    """(k, 3) each: the mean of the slopes before and after each knot, and their difference; 0 for the outer knots."""
    slopes = np.diff(values, axis=0) / np.diff(knots)[:, None]
    before, after = slopes[:-1], slopes[1:]
    inner = ((1, 1), (0, 0))
    return np.pad((after + before) / 2, inner), np.pad(after - before, inner)


def _visible(off: Floats) -> Floats:
    """(...): what is seen of errors of colour, (..., 3): their squares, and those of the error of hue besides."""
    hue = off - off.mean(axis=-1, keepdims=True)
    return np.asarray((off**2 + HUE * hue**2).sum(axis=-1))


def color_stops(along: Profile, knots: Floats) -> tuple[Stop, ...]:
    """Stops at the knots or close by, by least squares on the profile."""
    values, _ = _fit(along, knots)
    straight = _straight(values)
    if (straight[:, 3] == 255).all():
        knots, straight[:, :3] = _rounded(knots, straight[:, :3])
    return tuple(
        Stop(float(knot), Color(*(int(channel) for channel in np.rint(row[:3]))), round(float(row[3]) / 255, 3))
        for knot, row in zip(knots, straight, strict=True)
    )
