"""Where the search for a gradient begins, and whether one explains a sample."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from svgai.arrays import Floats
from svgai.draw.gradient.fields import fields
from svgai.draw.gradient.fields.fields import Geometry
from svgai.draw.gradient.fields.sample import Sample

# A surface whose curvature is 1e-9 grey levels a px² or less in some direction has no extremum.
FLAT = 1e-9
# A centre lies at most twice the sample's longer side off its middle, an ellipse starts with axes of 1 to 10 at most.
# By eye.
REACH, SLIMMEST = 2, 0.1


def moved(geometry: Geometry, x: float, y: float) -> Geometry:
    """The geometry moved by x, y."""
    return geometry if len(geometry) == 1 else np.array([geometry[0] + x, geometry[1] + y, *geometry[2:]])


def starts(sample: Sample) -> list[Geometry]:
    """Geometries to search from, read off the quadratic surface of the sample (centred on 0).

    A line along its steepest direction; a circle and an ellipse around its top or bottom, where it has one.
    """
    surface, scale = _surface(sample)
    angle = _steepest(sample, surface)
    strongest = int((np.abs(surface[1:]) * scale[1:, None]).sum(axis=0).argmax())
    return [np.array([angle]), *_around_extremum(sample, surface[:, strongest])]


def _surface(sample: Sample) -> tuple[Floats, Floats]:
    """(6, c) coefficients of the colours on 1, x, y, x², xy, y², and (6,) the root sum of squares of each of these."""
    x, y = sample.x, sample.y
    basis = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    weighted = basis * sample.weights[:, None]
    scale = np.sqrt(np.einsum("ni,ni->i", weighted, basis)) + 1e-9
    gram = weighted.T @ basis / np.outer(scale, scale) + 1e-6 * np.eye(6)
    return np.linalg.solve(gram, weighted.T @ sample.colors / scale[:, None]) / scale[:, None], scale


def _steepest(sample: Sample, surface: Floats) -> float:
    """The angle in which a surface, (6, c), rises and falls most: the main axis of its slopes' structure tensor."""
    _, gx, gy, xx, xy, yy = surface
    slope_x = gx + 2 * xx * sample.x[:, None] + xy * sample.y[:, None]
    slope_y = gy + xy * sample.x[:, None] + 2 * yy * sample.y[:, None]
    across = float((slope_x * slope_y).sum())
    tensor = np.array([[(slope_x**2).sum(), across], [across, (slope_y**2).sum()]])
    direction = np.linalg.eigh(tensor)[1][:, 1]
    return math.atan2(direction[1], direction[0])


def _around_extremum(sample: Sample, values: Floats) -> list[Geometry]:
    """A circle and an ellipse around the extremum of one channel's surface, (6,), no further than REACH off."""
    eigenvalues, axes = np.linalg.eigh(np.array([[2 * values[3], values[4]], [values[4], 2 * values[5]]]))
    if not np.abs(eigenvalues).min() > FLAT:
        return []
    reach = REACH * max(float(np.ptp(sample.x)), float(np.ptp(sample.y)))
    center = np.clip(-axes @ ((axes.T @ values[1:3]) / eigenvalues), -reach, reach)
    half = np.sqrt(np.abs(eigenvalues) / np.abs(eigenvalues).max()).clip(SLIMMEST)
    matrix = (axes * half) @ axes.T
    return [center, np.array([*center, matrix[0, 0], matrix[0, 1], matrix[1, 1]])]


def centred(sample: Sample) -> tuple[Sample, float, float]:
    """The sample with its middle at 0, where searches are well conditioned, and where that middle was."""
    x, y = float(sample.x.mean()), float(sample.y.mean())
    return replace(sample, x=sample.x - x, y=sample.y - y), x, y


def is_one_gradient(sample: Sample, tolerance: float) -> bool:
    """Whether some gradient's field explains the sample to this RMS (grey levels)."""
    local, _, _ = centred(sample.few())
    limit = tolerance**2 * float(local.weights.sum())
    return any(fields.refine(local, start)[1] < limit for start in starts(local))
