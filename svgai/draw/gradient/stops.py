"""The fewest gradient stops that explain the colours along a field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svgai.draw.gradient.surfaces import Floats
from svgai.records import Color, Stop

BINS = 48
MOST = 10
# Bytes of one more stop as written.
STOP_BYTES = 36.0
# A bin counts for this share of the mean one at least: the few pixels of a highlight's middle are what one sees.
LEAST = 0.1
# Alpha (of 255) from which on a paint counts as opaque: a shape that is not can hide no seam.
OPAQUE = 251.0


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


def _hats(t: Floats, knots: Floats) -> Floats:
    """(b, n, k): weights of piecewise linear interpolation at t (n,) between b sets of rising knots, (b, k)."""
    rise = (t[None, :, None] - knots[:, None, :-1]) / np.diff(knots)[:, None]
    up = np.pad(rise, ((0, 0), (0, 0), (1, 0)), constant_values=1)
    down = np.pad(1 - rise, ((0, 0), (0, 0), (0, 1)), constant_values=1)
    return np.clip(np.minimum(up, down), 0, 1)


def _fit(p: Profile, knots: Floats) -> tuple[Floats, Floats]:
    """For b sets of knots, (b, k): colours at them, (b, k, c), and weighted sums of squared residuals, (b,)."""
    basis = _hats(p.t, knots)
    weighted = basis * p.weights[:, None]
    gram = weighted.transpose(0, 2, 1) @ basis + 1e-4 * p.weights.mean() * np.eye(knots.shape[1])
    values = np.linalg.solve(gram, weighted.transpose(0, 2, 1) @ p.colors)
    residual = p.colors - basis @ values
    return values, (residual * residual).sum(axis=2) @ p.weights


def knots_along(p: Profile, price: float) -> Floats:
    """Rising knots from the profile's start to 1, added while each saves more error than `price` a byte."""
    start = min(float(p.t[0]), 0.99) if p.t[0] > 2 / BINS else 0.0
    knots = np.array([start, 1.0])
    error = float(_fit(p, knots[None])[1][0])
    while len(knots) < MOST:
        spots = p.t[np.abs(knots - p.t[:, None]).min(axis=1) > 0.6 / BINS]
        tried = np.sort(np.column_stack([np.tile(knots, (len(spots), 1)), spots]), axis=1)
        errors = _fit(p, tried)[1]
        if not len(spots) or error - errors.min() < price * STOP_BYTES:
            break
        error, knots = float(errors.min()), tried[errors.argmin()]
    # As written: the colours are then fitted to where the stops really are.
    return np.round(knots, 3)


def _straight(values: Floats) -> Floats:
    """(k, 4) straight colour and alpha, 0–255, of premultiplied values (k, 3 | 4); a clear stop takes its
    neighbour's colour, so that a fade keeps its hue."""
    if values.shape[1] == 3:
        return np.column_stack([np.clip(values, 0, 255), np.full(len(values), 255.0)])
    alpha = np.clip(values[:, 3], 0, 255)
    alpha[alpha >= OPAQUE] = 255
    color = np.clip(values[:, :3] * 255 / np.maximum(alpha, 1e-6)[:, None], 0, 255)
    seen = np.flatnonzero(alpha >= 8)
    if len(seen):
        nearest = seen[np.abs(seen[None] - np.arange(len(alpha))[:, None]).argmin(axis=1)]
        color = color[nearest]
    return np.column_stack([color, alpha])


def color_stops(p: Profile, knots: Floats) -> tuple[Stop, ...]:
    """Stops at the knots, by least squares on the profile."""
    values = _fit(p, knots[None])[0][0]
    return tuple(
        Stop(float(k), Color(*(int(v) for v in np.rint(row[:3]))), round(float(row[3]) / 255, 3))
        for k, row in zip(knots, _straight(values), strict=True)
    )
