"""Where the search for a gradient begins, and whether one explains a sample."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from svgai.draw.gradient.fields import fields
from svgai.draw.gradient.fields.fields import Geometry
from svgai.draw.gradient.fields.sample import Sample


def moved(geometry: Geometry, x: float, y: float) -> Geometry:
    """The geometry moved by x, y."""
    return geometry if len(geometry) == 1 else np.array([geometry[0] + x, geometry[1] + y, *geometry[2:]])


def starts(sample: Sample) -> list[Geometry]:
    """Geometries to search from, read off the quadratic surface of the sample (centred on 0)."""
    x, y = sample.x, sample.y
    basis = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    weighted = basis * sample.weights[:, None]
    scale = np.sqrt(np.einsum("ni,ni->i", weighted, basis)) + 1e-9
    gram = weighted.T @ basis / np.outer(scale, scale) + 1e-6 * np.eye(6)
    surface = np.linalg.solve(gram, weighted.T @ sample.colors / scale[:, None]) / scale[:, None]
    _, gx, gy, xx, xy, yy = surface
    slope_x = gx + 2 * xx * x[:, None] + xy * y[:, None]
    slope_y = gy + xy * x[:, None] + 2 * yy * y[:, None]
    across = float((slope_x * slope_y).sum())
    tensor = np.array([[(slope_x**2).sum(), across], [across, (slope_y**2).sum()]])
    direction = np.linalg.eigh(tensor)[1][:, 1]
    found = [np.array([math.atan2(direction[1], direction[0])])]
    strongest = int((np.abs(surface[1:]) * scale[1:, None]).sum(axis=0).argmax())
    values = surface[:, strongest]
    eigenvalues, axes = np.linalg.eigh(np.array([[2 * values[3], values[4]], [values[4], 2 * values[5]]]))
    if np.abs(eigenvalues).min() > 1e-9:
        center = -axes @ ((axes.T @ values[1:3]) / eigenvalues)
        reach = 2 * max(float(np.ptp(x)), float(np.ptp(y)))
        center = np.clip(center, -reach, reach)
        half = np.sqrt(np.abs(eigenvalues) / np.abs(eigenvalues).max()).clip(0.1)
        matrix = (axes * half) @ axes.T
        found += [center, np.array([*center, matrix[0, 0], matrix[0, 1], matrix[1, 1]])]
    return found


def centred(sample: Sample) -> tuple[Sample, float, float]:
    """The sample with its middle at 0, where searches are well conditioned, and where that middle was."""
    x, y = float(sample.x.mean()), float(sample.y.mean())
    return replace(sample, x=sample.x - x, y=sample.y - y), x, y


def is_one_gradient(sample: Sample, tolerance: float) -> bool:
    """Whether some gradient's field explains the sample to this RMS (grey levels)."""
    local, _, _ = centred(sample.few())
    limit = tolerance**2 * float(local.weights.sum())
    return any(fields.refine(local, start)[1] < limit for start in starts(local))
