"""The linear or radial gradient that a smooth part follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from svgai.arrays import Floats, Points
from svgai.drawing import Color, LinearGradient, RadialGradient, Stop
from svgai.records import Record

# Bins of the colour curve along the gradient.
BINS = 24
# Directions of linear gradients, and a side of the grid of radial centres, before the best is polished.
DIRECTIONS, CENTERS, POLISH = 24, 7, 3
# Levels at which a pixel counts a half, and at which it counts no more: clouds and wires are not the sky's.
SCALE, CUT = 4.0, 9.0
# Levels that the stops may stray from the curve, those of feathers too, and how many there are at most.
STRAY, FAINT_STRAY, STOPS = 1.2, 5.0, 9
# Pixels that a gradient is fitted to.
SAMPLES = 4000


class Ramp(Record):
    """A colour curve over a coordinate of the plane: its projection on a direction (radians) or its distance from a
    centre. at: (n,) rising places on the coordinate; colors: (n, 3) there."""

    angle: float | None
    center: tuple[float, float]
    at: Floats
    colors: Floats

    def coordinate(self, points: Points) -> Floats:
        """(n,) of (n, 2)."""
        if self.angle is not None:
            return np.asarray(points @ np.array([np.cos(self.angle), np.sin(self.angle)]))
        return np.asarray(np.hypot(*(points - self.center).T))

    def shown(self, points: Points) -> Floats:
        """(n, 3): the colours at some points."""
        t = self.coordinate(points)
        return np.stack([np.interp(t, self.at, self.colors[:, c]) for c in range(3)], axis=1)


def _curve(ramp: Ramp, points: Points, colors: Floats) -> tuple[Ramp, float]:
    """The ramp with the curve of its bins' means, robust by Cauchy's weights, and its truncated error."""
    t = ramp.coordinate(points)
    low, high = float(t.min()), float(t.max())
    place = np.minimum(((t - low) / max(high - low, 1e-6) * BINS).astype(np.int64), BINS - 1)
    weight: Floats = np.ones(len(t))
    for _ in range(3):
        total = np.bincount(place, weight, BINS)
        full = total > 0
        mean = np.stack([np.bincount(place, weight * colors[:, c], BINS) for c in range(3)], axis=1)
        curve: Floats = mean[full] / total[full, None]
        at = np.bincount(place, weight * t, BINS)[full] / total[full]
        found = replace(ramp, at=at, colors=curve)
        distance = np.abs(colors - found.shown(points)).max(axis=1)
        weight = 1 / (1 + (distance / SCALE) ** 2)
    return found, float((np.minimum(distance, CUT) ** 2).mean())


def _candidates(points: Points) -> Iterator[Ramp]:
    none = np.zeros(0)
    for angle in np.arange(DIRECTIONS) * np.pi / DIRECTIONS:
        yield Ramp(float(angle), (0.0, 0.0), none, none)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    for v in np.linspace(-0.5, 1.5, CENTERS):
        for u in np.linspace(-0.5, 1.5, CENTERS):
            x, y = low + size * (u, v)
            yield Ramp(None, (float(x), float(y)), none, none)


def _neighbors(ramp: Ramp, spread: float, size: Floats) -> Iterator[Ramp]:
    """Ramps a part of the grid's step away."""
    if ramp.angle is not None:
        for turn in (-spread, spread):
            yield replace(ramp, angle=ramp.angle + turn * np.pi / DIRECTIONS)
        return
    step = spread * 2 / (CENTERS - 1) * size
    for u, v in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        yield replace(ramp, center=(ramp.center[0] + u * step[0], ramp.center[1] + v * step[1]))


def fitted(points: Points, colors: Floats) -> Ramp:
    """The ramp of least truncated error of colours, (n, 3), at points, (n, 2)."""
    every = max(1, len(points) // SAMPLES)
    points, colors = points[::every], colors[::every]
    size = np.ptp(points, axis=0)
    trials = [_curve(r, points, colors) for r in _candidates(points)]
    best, error = min(trials, key=lambda trial: trial[1])
    for k in range(POLISH):
        for r in _neighbors(best, 0.5 ** (k + 1), size):
            found, e = _curve(r, points, colors)
            if e < error:
                best, error = found, e
    return best


def sparse(ramp: Ramp, stray: float) -> Ramp:
    """The ramp with as few places on its curve as keep it within so many levels, STOPS at most."""
    kept = [0, len(ramp.at) - 1] if len(ramp.at) > 1 else [0]
    while len(kept) < min(STOPS, len(ramp.at)):
        line = np.stack([np.interp(ramp.at, ramp.at[kept], ramp.colors[kept, c]) for c in range(3)], axis=1)
        off = np.abs(line - ramp.colors).max(axis=1)
        if off.max() <= stray:
            break
        kept = sorted({*kept, int(off.argmax())})
    return replace(ramp, at=ramp.at[kept], colors=ramp.colors[kept])


def paint(ramp: Ramp, scale: float, opacity: float = 1.0) -> LinearGradient | RadialGradient:
    """The ramp as a gradient of a page `scale` times as large as its plane; what is translucent is drawn coarsely."""
    ramp = sparse(ramp, STRAY if opacity == 1 else FAINT_STRAY)
    low, high = float(ramp.at[0]), float(ramp.at[-1])
    high = max(high, low + 1e-3)
    first = low if ramp.angle is not None else 0.0
    stops = [
        Stop((t - first) / (high - first), Color(*np.rint(c).clip(0, 255).astype(int).tolist()), opacity)
        for t, c in zip(ramp.at.tolist(), ramp.colors, strict=True)
    ]
    stops = stops if len(stops) > 1 else [stops[0], stops[0]]
    if ramp.angle is None:
        x, y = ramp.center
        return RadialGradient((x * scale, y * scale), high * scale, tuple(stops))
    x, y = np.cos(ramp.angle) * scale, np.sin(ramp.angle) * scale
    return LinearGradient((low * x, low * y), (high * x, high * y), tuple(stops))
