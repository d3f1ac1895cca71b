"""Points along a line: smoothed, evenly spaced, with their directions."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index, Points
from svgai.draw.vectors import right_hand


def smoothed(points: Floats, sigma: float, closed: bool) -> Floats:
    """(n, c) values after a Gaussian along their row, σ in rows; those at the ends stay."""
    reach = min(int(np.ceil(3 * sigma)), len(points) - 1)
    if reach < 1:
        return points
    if closed:
        padded = np.concatenate([points[-reach:], points, points[:reach]])
    else:  # mirrored through the ends, so that a straight line stays one
        padded = np.concatenate(
            [2 * points[0] - points[reach:0:-1], points, 2 * points[-1] - points[-2 : -reach - 2 : -1]]
        )
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    return np.stack([np.convolve(column, kernel, "valid") for column in padded.T], axis=1)


def spaced(points: Points, step: float, closed: bool) -> Points:
    """Points about `step` px apart along the Catmull–Rom spline through points, (n, 2), its ends among them."""
    walk = np.concatenate([points, points[:1]]) if closed else points
    way = walk[1:] - walk[:-1]
    length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)
    gone = np.concatenate([[0.0], np.cumsum(length)])
    count = max(round(gone[-1] / step), 3 if closed else 1)
    at = np.arange(count if closed else count + 1) * (gone[-1] / count)
    piece = np.clip(np.searchsorted(gone, at, side="right") - 1, 0, len(length) - 1)
    return _on_spline(walk, length, closed, piece, at - gone[piece])


def _on_spline(walk: Points, length: Floats, closed: bool, piece: Index, ahead: Floats) -> Points:
    """Points on the Catmull–Rom spline through a walk, (n, 2), so many px ahead in its pieces; length: (n − 1,)."""
    chord = (walk[1:] - walk[:-1]) / length[:, None]
    before, after = (chord[-1:], chord[:1]) if closed else (chord[:1], chord[-1:])
    slope = (np.concatenate([before, chord]) + np.concatenate([chord, after])) / 2
    h = length[piece, None]
    u = ahead[:, None] / h
    v = 1 - u
    value = v * v * (1 + 2 * u) * walk[piece] + u * u * (1 + 2 * v) * walk[piece + 1]
    return np.asarray(value + u * v * h * (v * slope[piece] - u * slope[piece + 1]))


def tangents(points: Points, closed: bool) -> Points:
    """(n, 2) unit tangents of a polyline."""
    slope = np.empty_like(points)
    slope[1:-1] = points[2:] - points[:-2]
    slope[0] = points[1] - points[-1 if closed else 0]
    slope[-1] = points[0 if closed else -1] - points[-2]
    return np.asarray(slope / np.maximum(np.hypot(slope[:, 0], slope[:, 1]), 1e-9)[:, None])


def across(points: Points, closed: bool) -> Points:
    """(n, 2) unit normals of a polyline, to its right hand (y down)."""
    return right_hand(tangents(points, closed))
