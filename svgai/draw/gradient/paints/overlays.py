"""Soft light and shade on top of a paint: translucent gradients of one colour, fitted to what the paint leaves."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from svgai.arrays import Floats
from svgai.draw.gradient.fields import fields
from svgai.draw.gradient.fields.fields import Geometry
from svgai.draw.gradient.fields.sample import Sample
from svgai.draw.gradient.fields.starts import centred, moved, starts
from svgai.draw.gradient.paints import single
from svgai.draw.gradient.paints.shade import over, shade
from svgai.draw.gradient.paints.stops import STOP_BYTES, knots_along, profile
from svgai.drawing import Color, LinearGradient, Paint, RadialGradient, Stop
from svgai.records import Record

# A stop's opacity takes 20 bytes as written, drawing the same outline once more 45.
OPACITY_BYTES, REUSE_BYTES = 20.0, 45.0
# A region has 5 overlays at most, and none is sought where the RMS error over all channels is below 1.5 grey levels:
# nobody sees it. By eye.
MOST, VISIBLE = 5, 1.5
# The residual is searched for its strongest spot on a grid of 7 cells along the longer side of a region. By eye.
CELLS = 7
# Opacities are written with 3 decimals.
OPACITY_DECIMALS = 3

Gradient: TypeAlias = LinearGradient | RadialGradient


class Layers(Record):
    """The paints of one outline, bottom first; the error and cost of all together (see single.Fitted)."""

    paints: tuple[Paint, ...]
    error: float
    cost: float


def shown(layers: tuple[Paint, ...], x: Floats, y: Floats) -> Floats:
    """(n, 4): premultiplied colours of layers at points."""
    out = np.zeros((len(x), 4))
    for paint in layers:
        out = over(shade(paint, x, y), out)
    return out


def _spot(residual: Sample) -> Geometry:
    """A circle's centre where the residual is strongest over a cell's width."""
    x, y = residual.x, residual.y
    size = max(float(np.ptp(x)), float(np.ptp(y)), 1.0) / CELLS
    cell = ((y - y.min()) / size).astype(np.int64) * (CELLS + 1) + ((x - x.min()) / size).astype(np.int64)
    count = (CELLS + 1) ** 2
    sums = np.stack([np.bincount(cell, residual.weights * channel, count) for channel in residual.colors.T])
    weight = np.bincount(cell, residual.weights, count)
    strength = (sums * sums).sum(axis=0) / np.maximum(weight, 1)
    best = int(np.where(np.bincount(cell, minlength=count) > 0, strength, -1.0).argmax())
    inside = cell == best
    return np.array([x[inside].mean(), y[inside].mean()])


def _ink(left: Floats, under: Floats, weights: Floats, sign: int) -> Floats:
    """(4,): the colour furthest in the gamut along the residual's main direction, or against it (sign −1).

    left: (n, 4) the residual. under: (n, 4) what it lies on. weights: (n,).
    """
    _, _, axes = np.linalg.svd((left * np.sqrt(weights)[:, None])[:, :3], full_matrices=False)
    axis = axes[0] * sign
    middle = np.average(under[:, :3], axis=0, weights=weights)
    room = np.where(axis > 0, 255 - middle, middle) / np.maximum(np.abs(axis), 1e-6)
    return np.array([*np.rint(np.clip(middle + axis * room.min(), 0, 255)), 255.0])


def _opacities(basis: Floats, reach: Floats, left: Floats, weights: Floats) -> Floats:
    """(k,) in [0, 1]: the opacity at each knot, by projected least squares.

    basis: (n, k) of interpolation between the knots. reach: (n, 4) what full opacity adds to a pixel. left: (n, 4)
    what should be added. weights: (n,).
    """
    strength = weights * (reach * reach).sum(axis=1)
    weighted = basis * strength[:, None]
    gram = weighted.T @ basis + 1e-6 * max(float(strength.mean()), 1e-9) * np.eye(basis.shape[1])
    target = basis.T @ (weights * (reach * left).sum(axis=1))
    free = np.ones(len(target), bool)
    values = np.zeros(len(target))
    for _ in range(len(target)):
        values[:] = 0
        values[free] = np.linalg.solve(gram[np.ix_(free, free)], target[free])
        if (values >= 0).all():
            break
        free &= values > 0
        if not free.any():
            return np.zeros(len(target))
    return np.clip(values, 0, 1)


def _geometry(residual: Sample, price: float) -> tuple[Geometry, float]:
    """The field that explains most of a residual for its bytes, and the least cost with it."""
    local, x, y = centred(residual)
    found = []
    for start in (np.array([*_spot(local), 1.0, 0.0, 1.0]), *starts(local)):
        geometry, error = fields.refine(local, start)
        found.append((error + price * (REUSE_BYTES + single.GRADIENT_BYTES[len(start)]), geometry))
    cost, geometry = min(found, key=lambda pair: pair[0])
    return moved(geometry, x, y), cost


def _overlays(residual: Sample, under: Floats, geometry: Geometry, price: float) -> list[Gradient]:
    """The overlay in either ink, lighter and darker, that goes with a field; none where it is degenerate."""
    t, _ = fields.field_of(geometry)(residual, geometry)
    low, high = float(t.min()) if len(geometry) == 1 else 0.0, float(t.max())
    if not high - low > single.NARROWEST:
        return []
    offset = (t - low) / (high - low)
    knots = knots_along(profile(offset, residual.colors, residual.weights), price)
    basis = fields.hats(offset, knots)
    found = []
    for sign in (1, -1):
        stops = _stops(residual, under, knots, basis, sign)
        paint = single.placed(residual, geometry, low, high, stops) if stops else None
        found += [paint] if paint else []
    return found


def _stops(residual: Sample, under: Floats, knots: Floats, basis: Floats, sign: int) -> tuple[Stop, ...]:
    """The stops of an overlay in one ink, up to a clear one behind the last that shows; none where none does."""
    ink = _ink(residual.colors, under, residual.weights, sign)
    opacities = np.round(_opacities(basis, ink - under, residual.colors, residual.weights), OPACITY_DECIMALS)
    count = int(np.flatnonzero(opacities)[-1]) + 2 if opacities.any() else 0
    color = Color(*(int(channel) for channel in ink[:3]))
    pairs = zip(knots[:count], opacities[:count], strict=True)
    return tuple(Stop(float(knot), color, float(opacity)) for knot, opacity in pairs)


def _error(sample: Sample, paint: Paint, under: Floats) -> float:
    """The weighted sum of squared errors of a sample's colours with a paint over what it lies on, (n, 4)."""
    left = single.full(sample.colors) - over(shade(paint, sample.x, sample.y), under)
    return float(sample.weights @ (left * left).sum(axis=1))


def _with_overlay(sample: Sample, layers: Layers, price: float) -> Layers:
    """The layers with one more where that pays for its bytes, or as they are."""
    few = sample.few()
    under = shown(layers.paints, few.x, few.y)
    residual = replace(few, colors=single.full(few.colors) - under)
    geometry, cost = _geometry(residual, price)
    found = _overlays(residual, under, geometry, price) if cost < layers.error else []
    if not found:
        return layers
    paint = min(found, key=lambda overlay: _error(few, overlay, under))
    error = _error(sample, paint, shown(layers.paints, sample.x, sample.y))
    size = REUSE_BYTES + single.GRADIENT_BYTES[len(geometry)] + len(paint.stops) * (STOP_BYTES + OPACITY_BYTES)
    cost = layers.cost - layers.error + error + price * size
    return Layers((*layers.paints, paint), error, cost) if cost < layers.cost else layers


def cheapest(sample: Sample, price: float, hopeless: float = math.inf) -> Layers | None:
    """The paint of a region, and the overlays that pay for their bytes; None for clear pixels.

    hopeless: no overlays are tried where the paint alone costs more.
    """
    base = single.cheapest(sample, price)
    if base is None:
        return None
    layers = Layers((base.paint,), base.error, base.cost)
    least = max(2 * price * single.GRADIENT_BYTES[2], VISIBLE**2 * float(sample.weights.sum()))
    while base.cost < hopeless and len(layers.paints) <= MOST and layers.error > least:
        more = _with_overlay(sample, layers, price)
        if more is layers:
            break
        layers = more
    return layers
