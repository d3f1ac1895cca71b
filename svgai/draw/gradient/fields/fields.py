"""Gradient fields, the scalar t that a gradient's colours follow, fitted to pixels.

Linear: t = (p − c)·d. Elliptic: t = |L (p − c)|, L symmetric. The colours along t are free (piecewise linear on a grid
of knots) and projected out, so that only the geometry is searched: variable projection (Golub and Pereyra, 1973) with
Levenberg's damping.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats
from svgai.draw.gradient.fields.sample import Sample

KNOTS = 12
STEPS = 8


Geometry: TypeAlias = Floats
"""(1,): the angle of a linear field. (2,): a circle's centre. (5,): an ellipse's centre and matrix (l11, l12, l22)."""

_Field: TypeAlias = Callable[[Sample, Geometry], tuple[Floats, Floats]]


def linear(sample: Sample, geometry: Geometry) -> tuple[Floats, Floats]:
    """t (n,) and its derivatives (n, 1) by the angle."""
    c, s = np.cos(geometry[0]), np.sin(geometry[0])
    return sample.x * c + sample.y * s, (sample.y * c - sample.x * s)[:, None]


def circular(sample: Sample, geometry: Geometry) -> tuple[Floats, Floats]:
    """t (n,) and its derivatives (n, 2) by the centre."""
    dx, dy = sample.x - geometry[0], sample.y - geometry[1]
    t = np.maximum(np.hypot(dx, dy), 1e-6)
    return t, np.stack([-dx / t, -dy / t], axis=1)


def elliptic(sample: Sample, geometry: Geometry) -> tuple[Floats, Floats]:
    """t (n,) and its derivatives (n, 5) by centre and matrix."""
    dx, dy = sample.x - geometry[0], sample.y - geometry[1]
    a, b, d = geometry[2:]
    u, v = a * dx + b * dy, b * dx + d * dy
    t = np.maximum(np.hypot(u, v), 1e-9)
    u, v = u / t, v / t
    return t, np.stack([-(a * u + b * v), -(b * u + d * v), u * dx, u * dy + v * dx, v * dy], axis=1)


def field_of(geometry: Geometry) -> _Field:
    """The kind of field that a geometry of this length describes."""
    return {1: linear, 2: circular, 5: elliptic}[len(geometry)]


def hats(t: Floats, knots: Floats) -> Floats:
    """(n, k): the weights of piecewise linear interpolation at t between rising knots, held beyond the ends."""
    t = np.clip(t, knots[0], knots[-1])
    k = np.clip(np.searchsorted(knots, t, side="right") - 1, 0, len(knots) - 2)
    return _between(k, (t - knots[k]) / (knots[k + 1] - knots[k]), len(knots))


def _between(k: NDArray[np.int64], fraction: Floats, count: int) -> Floats:
    """(n, count): weights 1 − fraction at knot k and fraction at the next."""
    out = np.zeros((len(k), count))
    row = np.arange(0, out.size, count) + k
    out.ravel()[row] = 1 - fraction
    out.ravel()[row + 1] = fraction
    return out


@dataclass(frozen=True, slots=True, eq=False)
class _Projection:
    """What colours free along a field leave of a sample.

    derivative: (n, p) of the field by its geometry; slopes: (n, c) of the colours by the field; weighted: (n, KNOTS)
    the basis by the weights; inverse: of its Gram matrix.
    """

    geometry: Geometry
    error: float
    residual: Floats
    derivative: Floats
    slopes: Floats
    weighted: Floats
    inverse: Floats

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
    k = np.minimum(place.astype(np.int64), KNOTS - 2)
    basis = _between(k, place - k, KNOTS)
    weighted = basis * sample.weights[:, None]
    inverse = np.linalg.inv(weighted.T @ basis + 1e-6 * sample.weights.sum() * np.eye(KNOTS))
    values = inverse @ (weighted.T @ sample.colors)
    residual = sample.colors - basis @ values
    error = float(sample.weights @ np.einsum("nc,nc->n", residual, residual))
    return _Projection(geometry, error, residual, derivative, (np.diff(values, axis=0) / step)[k], weighted, inverse)


def refine(sample: Sample, geometry: Geometry, steps: int = STEPS) -> tuple[Geometry, float]:
    """The geometry nearby that leaves the least error, and that weighted sum of squares."""
    state = _project(sample, geometry)
    if state is None:
        return geometry, math.inf
    normal, slope = state.normal(sample.weights)
    damping = 1e-2
    for _ in range(steps):
        diagonal = np.diag(normal)
        if not diagonal.max() > 0:
            break
        damped = normal + damping * np.diag(diagonal + 1e-6 * diagonal.max())
        tried = _project(sample, state.geometry + np.linalg.solve(damped, slope))
        if tried is None or tried.error >= state.error:
            damping *= 10
            continue
        done = state.error - tried.error < 3e-3 * state.error
        state, damping = tried, damping / 5
        if done:
            break
        normal, slope = state.normal(sample.weights)
    return state.geometry, state.error
