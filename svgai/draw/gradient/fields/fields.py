"""Gradient fields, the scalar t that a gradient's colours follow, fitted to pixels.

Linear: t = (p − c)·d. Elliptic: t = |L (p − c)|, L symmetric. The colours along t are free (piecewise linear on a grid
of knots) and projected out, so that only the geometry is searched: variable projection (Golub and Pereyra, 1973) with
Levenberg's damping.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from svgai.arrays import Floats, Index, freeze_fields
from svgai.draw.gradient.fields.sample import Sample
from svgai.kernels.library import kernel
from svgai.records import Record

# The colours along a field are piecewise linear between 12 knots. By eye.
KNOTS = 12
# Levenberg's method takes 8 steps at most, and ends where one saves less than 0.3 % of the error. By eye.
STEPS, SLOW = 8, 3e-3
# Damping begins at 1 % of the diagonal, falls to a fifth after a step that helps, and grows tenfold after one that
# does not. By eye.
DAMPING, LESS, MORE = 1e-2, 5, 10

Geometry: TypeAlias = Floats
"""(1,): the angle of a linear field. (2,): a circle's centre. (5,): an ellipse's centre and matrix (l11, l12, l22)."""

_Field: TypeAlias = Callable[[Sample, Geometry], tuple[Floats, Floats]]


def linear(sample: Sample, geometry: Geometry) -> tuple[Floats, Floats]:
    """t (n,) and its derivatives (n, 1) by the angle."""
    cosine, sine = np.cos(geometry[0]), np.sin(geometry[0])
    return sample.x * cosine + sample.y * sine, (sample.y * cosine - sample.x * sine)[:, None]


def circular(sample: Sample, geometry: Geometry) -> tuple[Floats, Floats]:
    """t (n,) and its derivatives (n, 2) by the centre."""
    dx, dy = sample.x - geometry[0], sample.y - geometry[1]
    t = np.maximum(np.hypot(dx, dy), 1e-6)
    return t, np.stack([-dx / t, -dy / t], axis=1)


def elliptic(sample: Sample, geometry: Geometry) -> tuple[Floats, Floats]:
    """t (n,) and its derivatives (n, 5) by centre and matrix."""
    dx, dy = sample.x - geometry[0], sample.y - geometry[1]
    l11, l12, l22 = geometry[2:]
    u, v = l11 * dx + l12 * dy, l12 * dx + l22 * dy
    t = np.maximum(np.hypot(u, v), 1e-9)
    u, v = u / t, v / t
    return t, np.stack([-(l11 * u + l12 * v), -(l12 * u + l22 * v), u * dx, u * dy + v * dx, v * dy], axis=1)


def field_of(geometry: Geometry) -> _Field:
    """The kind of field that a geometry of this length describes."""
    return {1: linear, 2: circular, 5: elliptic}[len(geometry)]


def hats(t: Floats, knots: Floats) -> Floats:
    """(n, k): the weights of piecewise linear interpolation at t between rising knots, held beyond the ends."""
    t = np.clip(t, knots[0], knots[-1])
    knot = np.clip(np.searchsorted(knots, t, side="right") - 1, 0, len(knots) - 2)
    return _between(knot, (t - knots[knot]) / (knots[knot + 1] - knots[knot]), len(knots))


def _between(knot: Index, fraction: Floats, count: int) -> Floats:
    """(n, count): weights 1 − fraction at a knot, (n,), and fraction at the next."""
    weights = np.zeros((len(knot), count))
    place = np.arange(0, weights.size, count) + knot
    weights.ravel()[place] = 1 - fraction
    weights.ravel()[place + 1] = fraction
    return weights


class _Projection(Record):
    """What colours free along a field leave of a sample of n pixels.

    error: the weighted sum of squares of the residual, (n, c). derivative: (n, p) of the field by its geometry.
    slopes: (n, c) of the colours by the field. weighted: (n, KNOTS) the basis by the weights. inverse: of its Gram
    matrix.
    """

    geometry: Geometry
    error: float
    residual: Floats
    derivative: Floats
    slopes: Floats
    weighted: Floats
    inverse: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    def normal(self, weights: Floats) -> tuple[Floats, Floats]:
        """The projected normal matrix (p, p) and right side (p,) of a Gauss–Newton step (Kaufman, 1975)."""
        n, size = self.derivative.shape
        steep = weights * np.einsum("nc,nc->n", self.slopes, self.slopes)
        jacobian = (self.derivative[:, :, None] * self.slopes[:, None, :]).reshape(n, -1)
        inside = self.weighted.T @ jacobian
        explained = (inside.T @ (self.inverse @ inside)).reshape(size, -1, size, self.slopes.shape[1])
        normal = self.derivative.T @ (self.derivative * steep[:, None]) - np.einsum("icjc->ij", explained)
        slope = self.derivative.T @ (weights * np.einsum("nc,nc->n", self.slopes, self.residual))
        left = self.inverse @ (self.weighted.T @ self.residual)
        slope = slope - np.einsum("kpc,kc->p", inside.reshape(KNOTS, size, -1), left)
        return normal, slope


def _project(sample: Sample, geometry: Geometry) -> _Projection | None:
    """The projection of a field; None where it is one value, or none."""
    t, derivative = field_of(geometry)(sample, geometry)
    low, high = float(t.min()), float(t.max())
    if not high - low > 1e-9 * abs(high) + 1e-9:
        return None
    step = (high - low) / (KNOTS - 1)
    place = (t - low) / step
    knot = np.minimum(place.astype(np.int64), KNOTS - 2)
    basis = _between(knot, place - knot, KNOTS)
    weighted = basis * sample.weights[:, None]
    inverse = np.linalg.inv(weighted.T @ basis + 1e-6 * sample.weights.sum() * np.eye(KNOTS))
    values = inverse @ (weighted.T @ sample.colors)
    residual = sample.colors - basis @ values
    error = float(sample.weights @ np.einsum("nc,nc->n", residual, residual))
    slopes = (np.diff(values, axis=0) / step)[knot]
    return _Projection(geometry, error, residual, derivative, slopes, weighted, inverse)


def refine(sample: Sample, geometry: Geometry, steps: int = STEPS) -> tuple[Geometry, float]:
    """The geometry nearby that leaves the least error, and that weighted sum of squares."""
    compiled = kernel("gradient_fields")
    if compiled is None:
        return specified(sample, geometry, steps)
    found, error = np.array(geometry, np.float64), np.empty(1)
    given = map(np.ascontiguousarray, (sample.x, sample.y, sample.colors, sample.weights))
    settings = np.array([DAMPING, LESS, MORE, SLOW])
    compiled(*sample.colors.shape, len(found), steps, *given, settings, found, error)
    return found, float(error[0])


def specified(sample: Sample, geometry: Geometry, steps: int) -> tuple[Geometry, float]:
    """refine in numpy: what kernels/gradient_fields.c does."""
    state = _project(sample, geometry)
    if state is None:
        return geometry, math.inf
    normal, slope = state.normal(sample.weights)
    damping = DAMPING
    for _ in range(steps):
        diagonal = np.diag(normal)
        if not diagonal.max() > 0:
            break
        damped = normal + damping * np.diag(diagonal + 1e-6 * diagonal.max())
        tried = _project(sample, state.geometry + np.linalg.solve(damped, slope))
        if tried is None or tried.error >= state.error:
            damping *= MORE
            continue
        done = state.error - tried.error < SLOW * state.error
        state, damping = tried, damping / LESS
        if done:
            break
        normal, slope = state.normal(sample.weights)
    return state.geometry, state.error
