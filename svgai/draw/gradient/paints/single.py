"""The cheapest paint that explains a region: one colour, a linear or a radial gradient."""

from __future__ import annotations

import math

import numpy as np

from svgai.arrays import Floats
from svgai.draw.gradient.fields import fields
from svgai.draw.gradient.fields.fields import Geometry
from svgai.draw.gradient.fields.sample import Sample
from svgai.draw.gradient.fields.starts import centred, moved, starts
from svgai.draw.gradient.paints.shade import shade
from svgai.draw.gradient.paints.stops import CLEAR, OPAQUE, STOP_BYTES, color_stops, knots_along, profile
from svgai.drawing import Color, Flat, LinearGradient, Paint, RadialGradient, Stop
from svgai.records import Record

# A linear gradient (a geometry of 1 number) takes 105 bytes as written beside its stops, a circular one (2 numbers)
# 95, an elliptic one (5 numbers) 140. A flat colour takes none beside the shape's.
GRADIENT_BYTES = {1: 105.0, 2: 95.0, 5: 140.0}
FLAT_BYTES = 0.0
# After the search with few pixels 2 more steps are taken with all. By eye.
POLISH = 2
# No gradient is tried on fewer pixels than 8: they tell no field. By eye.
FEWEST = 8
# A field is degenerate where it spans 1e-6 or less, and an ellipse a linear gradient where its determinant is 1e-4 of
# its squares or less: its longer axis is then 10,000 times the other.
NARROWEST, LONGEST = 1e-6, 1e-4


class Fitted(Record):
    """A paint; its error, the weighted sum of squared grey levels; its cost, error + price × bytes."""

    paint: Paint
    error: float
    cost: float


def full(colors: Floats) -> Floats:
    """(n, 4): colours with alpha 255 where they have none."""
    return colors if colors.shape[1] == 4 else np.column_stack([colors, np.full(len(colors), 255.0)])


def residual(sample: Sample, paint: Paint) -> Floats:
    """(n, 4): what the paint, as SVG shows it, leaves of the sample's premultiplied colours."""
    return full(sample.colors) - shade(paint, sample.x, sample.y)


def _fitted(sample: Sample, paint: Paint, size: float, price: float) -> Fitted:
    left = residual(sample, paint)
    error = float(sample.weights @ (left * left).sum(axis=1))
    return Fitted(paint, error, error + price * size)


def flat(sample: Sample, price: float) -> Fitted | None:
    """One colour; None where the pixels are clear."""
    mean = full(np.average(sample.colors, axis=0, weights=sample.weights)[None])[0]
    alpha = mean[3] / 255
    if mean[3] < CLEAR:
        return None
    color = Color(*(int(channel) for channel in np.rint(np.clip(mean[:3] / alpha, 0, 255))))
    opacity = round(float(alpha), 3) if mean[3] < OPAQUE else 1.0
    return _fitted(sample, Flat(color, opacity), FLAT_BYTES, price)


def gradient(sample: Sample, geometry: Geometry, price: float) -> Fitted | None:
    """The gradient of a geometry, with the stops that pay; None where it is degenerate."""
    t, _ = fields.field_of(geometry)(sample, geometry)
    low, high = float(t.min()) if len(geometry) == 1 else 0.0, float(t.max())
    if not (math.isfinite(low) and math.isfinite(high) and high - low > NARROWEST):
        return None
    along = profile((t - low) / (high - low), sample.colors, sample.weights)
    stops = color_stops(along, knots_along(along, price))
    paint = placed(sample, geometry, low, high, stops)
    if paint is None or not any(stop.opacity for stop in stops):
        return None
    return _fitted(sample, paint, GRADIENT_BYTES[len(geometry)] + STOP_BYTES * len(stops), price)


def placed(
    sample: Sample, geometry: Geometry, low: float, high: float, stops: tuple[Stop, ...]
) -> LinearGradient | RadialGradient | None:
    """The gradient with stops from t = low (0 for a radial one) to t = high; None where it is degenerate."""
    if len(geometry) == 1:
        return _linear(sample, geometry, low, high, stops)
    return _radial(geometry, high, stops)


def _linear(sample: Sample, geometry: Geometry, low: float, high: float, stops: tuple[Stop, ...]) -> LinearGradient:
    """From t = low to t = high on the line through the middle of the sample."""
    direction = np.array([math.cos(geometry[0]), math.sin(geometry[0])])
    middle = np.array([sample.x.mean(), sample.y.mean()])
    start, end = (middle + direction * (t - direction @ middle) for t in (low, high))
    return LinearGradient((float(start[0]), float(start[1])), (float(end[0]), float(end[1])), stops)


def _radial(geometry: Geometry, radius: float, stops: tuple[Stop, ...]) -> RadialGradient | None:
    """The circle or ellipse t ≤ radius; None for one so long that it is a linear gradient."""
    cx, cy = float(geometry[0]), float(geometry[1])
    if len(geometry) == 2:
        return RadialGradient((cx, cy), radius, stops)
    l11, l12, l22 = geometry[2:]
    determinant = l11 * l22 - l12 * l12
    if abs(determinant) < LONGEST * (l11 * l11 + 2 * l12 * l12 + l22 * l22):
        return None
    inverse = np.array([[l22, -l12], [-l12, l11]]) / determinant * radius
    (a, c), (b, d) = inverse.tolist()
    return RadialGradient((0.0, 0.0), 1.0, stops, transform=(a, b, c, d, cx, cy))


def cheapest(sample: Sample, price: float) -> Fitted | None:
    """The paint with the least error + price × bytes; None where that is nothing at all.

    price: squared grey levels × pixels that a byte must save.
    """
    best = flat(sample, price)
    # What nothing at all leaves, or the best paint so far.
    cost = best.cost if best else float(sample.weights @ (sample.colors * sample.colors).sum(axis=1))
    if len(sample.x) < FEWEST or cost < price * GRADIENT_BYTES[2]:
        return best
    local, x, y = centred(sample)
    few, chosen = local.few(), None
    for start in starts(few):
        if best is not None and best.error < price * STOP_BYTES:
            break
        geometry, error = fields.refine(few, start)
        if error + price * (GRADIENT_BYTES[len(start)] + 2 * STOP_BYTES) > cost:
            continue
        tried = gradient(sample, moved(geometry, x, y), price)
        if tried is not None and tried.cost < cost:
            best, cost, chosen = tried, tried.cost, geometry
    if chosen is None:
        return best
    # The few pixels of the search place a centre to 0.5 px in a large region; all of them do better.
    polished = gradient(sample, moved(fields.refine(local, chosen, POLISH)[0], x, y), price)
    return polished if polished is not None and polished.cost < cost else best
