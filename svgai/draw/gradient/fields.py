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

from svgai.draw.gradient.sampling import Sample
from svgai.draw.gradient.surfaces import Floats

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
    fraction = (t - knots[k]) / (knots[k + 1] - knots[k])
    out = np.zeros((len(t), len(knots)))
    rows = np.arange(len(t))
    out[rows, k] = 1 - fraction
    out[rows, k + 1] = fraction
    return out


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """A geometry with its projected residual: what one step of the search starts from."""

    geometry: Geometry
    error: float
    normal: Floats
    slope: Floats


def _project(sample: Sample, geometry: Geometry) -> _State:
    t, derivative = field_of(geometry)(sample, geometry)
    low, high = float(t.min()), float(t.max())
    size = len(geometry)
    if not high - low > 1e-9 * abs(high) + 1e-9:  # a step went to where the field is one value, or none
        return _State(geometry, math.inf, np.zeros((size, size)), np.zeros(size))
    knots = np.linspace(low, high, KNOTS)
    basis = hats(t, knots)
    weighted = basis * sample.weights[:, None]
    gram = weighted.T @ basis + 1e-6 * sample.weights.sum() * np.eye(KNOTS)
    values = np.linalg.solve(gram, weighted.T @ sample.colors)
    residual = sample.colors - basis @ values
    steps = np.diff(values, axis=0) / (knots[1] - knots[0])
    slopes = steps[np.clip(((t - low) / (knots[1] - knots[0])).astype(np.int64), 0, KNOTS - 2)]
    jacobian = derivative[:, :, None] * slopes[:, None, :]
    shape = jacobian.shape
    inside = np.linalg.solve(gram, weighted.T @ jacobian.reshape(shape[0], -1))
    jacobian = jacobian - (basis @ inside).reshape(shape)
    weighted_jacobian = jacobian * sample.weights[:, None, None]
    normal = np.tensordot(weighted_jacobian, jacobian, ([0, 2], [0, 2]))
    slope = np.tensordot(weighted_jacobian, residual, ([0, 2], [0, 1]))
    return _State(geometry, float(sample.weights @ (residual * residual).sum(axis=1)), normal, slope)


def refine(sample: Sample, geometry: Geometry, steps: int = STEPS) -> tuple[Geometry, float]:
    """The geometry nearby that leaves the least error, and that weighted sum of squares."""
    state = _project(sample, geometry)
    damping = 1e-2
    for _ in range(steps):
        diagonal = np.diag(state.normal)
        if not diagonal.max() > 0:
            break
        damped = state.normal + damping * np.diag(diagonal + 1e-6 * diagonal.max())
        tried = _project(sample, state.geometry + np.linalg.solve(damped, state.slope))
        if tried.error < state.error:
            done = state.error - tried.error < 3e-3 * state.error
            state, damping = tried, damping / 5
            if done:
                break
        else:
            damping *= 10
    return state.geometry, state.error
