"""The fewest gradient stops that explain the colours along a field."""

from __future__ import annotations

import numpy as np

from svgai.draw.gradient.fields import hats
from svgai.draw.gradient.surfaces import Floats
from svgai.records import Color, Stop

BINS = 24
MOST = 6
# Bytes of one more stop as written.
STOP_BYTES = 36.0


def _binned(t: Floats, colors: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Centres, mean colours and weights of the bins along t in [0, 1] that hold pixels."""
    bins = np.clip((t * BINS).astype(np.int64), 0, BINS - 1)
    weight = np.bincount(bins, weights, BINS)
    used = weight > 0
    center = np.bincount(bins, weights * t, BINS)[used] / weight[used]
    sums = [np.bincount(bins, weights * colors[:, k], BINS)[used] for k in range(colors.shape[1])]
    return center, np.stack(sums, axis=1) / weight[used, None], weight[used]


def _fit(t: Floats, colors: Floats, weights: Floats, knots: Floats) -> tuple[Floats, float]:
    """Colours at the knots (k, c), and the weighted sum of squared residuals."""
    basis = hats(t, knots)
    weighted = basis * weights[:, None]
    gram = weighted.T @ basis + 1e-4 * weights.mean() * np.eye(len(knots))
    values = np.linalg.solve(gram, weighted.T @ colors)
    residual = colors - basis @ values
    return values, float(weights @ (residual * residual).sum(axis=1))


def knots_along(t: Floats, colors: Floats, weights: Floats, price: float) -> Floats:
    """Rising knots in [0, 1], first 0 and last 1, added while each saves more error than `price` a byte."""
    t, colors, weights = _binned(t, colors, weights)
    knots = np.array([0.0, 1.0])
    _, error = _fit(t, colors, weights, knots)
    while len(knots) < MOST:
        spots = [s for s in t if np.abs(knots - s).min() > 0.6 / BINS]
        tried = [(_fit(t, colors, weights, np.sort([*knots, s]))[1], s) for s in spots]
        if not tried or error - min(tried)[0] < price * STOP_BYTES:
            break
        error, spot = min(tried)
        knots = np.sort([*knots, spot])
    return knots


def _straight(values: Floats) -> Floats:
    """(k, 4) straight colour and alpha, 0–255, of premultiplied values (k, 3 | 4); a clear stop takes its
    neighbour's colour, so that a fade keeps its hue."""
    if values.shape[1] == 3:
        return np.column_stack([np.clip(values, 0, 255), np.full(len(values), 255.0)])
    alpha = np.clip(values[:, 3], 0, 255)
    color = np.clip(values[:, :3] * 255 / np.maximum(alpha, 1e-6)[:, None], 0, 255)
    seen = np.flatnonzero(alpha >= 8)
    if len(seen):
        nearest = seen[np.abs(seen[None] - np.arange(len(alpha))[:, None]).argmin(axis=1)]
        color = color[nearest]
    return np.column_stack([color, alpha])


def color_stops(t: Floats, colors: Floats, weights: Floats, knots: Floats) -> tuple[Stop, ...]:
    """Stops at the knots, by least squares over all pixels of (n, 3 | 4) premultiplied colours."""
    values, _ = _fit(t, colors, weights, knots)
    return tuple(
        Stop(round(float(k), 3), Color(*(int(v) for v in np.rint(row[:3]))), round(float(row[3]) / 255, 3))
        for k, row in zip(knots, _straight(values), strict=True)
    )
