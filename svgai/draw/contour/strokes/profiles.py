"""What lies across a line: its middle, its width and its colour, from samples along its normals.

A line of width w and contrast c over its ground has the integral w·c across it whatever the anti-aliasing, and its
middle is the centroid of that integral: both hold below a pixel's width, where no pixel has the line's own colour.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Points
from svgai.draw.sampled import sampled

# Between samples across a line, px.
_STEP = 0.25
# Beyond a line's edge its ground is looked for up to this far, and counts this much less for each px, px.
_BEYOND, _FARTHER = 2.25, 0.02
# Points may lie so far aside from the middle, as a share of half the width.
_ASIDE = 0.15
# The line's colour is the mean of this share of its samples, those that differ most from the ground.
_PUREST = 0.08


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """Across n points of a line. offset, width: (n,) px, the middle along the normal and the integral of coverage.

    ground: (n, 2, 4) to the left and right hand; color: (4,) the line's; premultiplied, 0–255.
    """

    offset: Floats
    width: Floats
    ground: Floats
    color: Floats


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
    return np.stack([np.convolve(padded[:, k], kernel, "valid") for k in range(points.shape[1])], axis=1)


def spaced(points: Points, step: float, closed: bool) -> Points:
    """Points about `step` px apart along the Catmull–Rom spline through points, (n, 2), its ends among them."""
    walk = np.concatenate([points, points[:1]]) if closed else points
    length = np.maximum(np.linalg.norm(np.diff(walk, axis=0), axis=1), 1e-9)
    gone = np.concatenate([[0.0], np.cumsum(length)])
    count = max(round(gone[-1] / step), 3 if closed else 1)
    at = np.linspace(0, gone[-1], count + 1)[: count if closed else None]
    chord = np.diff(walk, axis=0) / length[:, None]
    before, after = (chord[-1:], chord[:1]) if closed else (chord[:1], chord[-1:])
    slope = np.concatenate([before, chord]) + np.concatenate([chord, after])
    slope /= 2
    k = np.clip(np.searchsorted(gone, at, side="right") - 1, 0, len(length) - 1)
    h = length[k, None]
    u = (at - gone[k])[:, None] / h
    v = 1 - u
    value = v * v * (1 + 2 * u) * walk[k] + u * u * (1 + 2 * v) * walk[k + 1]
    return np.asarray(value + u * v * h * (v * slope[k] - u * slope[k + 1]))


def tangents(points: Points, closed: bool) -> Points:
    """(n, 2) unit tangents of a polyline."""
    slope = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0) if closed else np.gradient(points, axis=0)
    return np.asarray(slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-9))


def seen_at(pixels: NDArray[np.float32], at: Points) -> Floats:
    """(..., 4): the picture at points (..., 2), pixel centres at ½."""
    x, y = np.moveaxis((at.reshape(-1, 1, 2) - 0.5).astype(np.float32), 2, 0)
    return sampled(pixels, x, y, cv2.BORDER_REPLICATE).reshape(*at.shape[:-1], 4).astype(np.float64)


def profiles(pixels: NDArray[np.float32], points: Points, closed: bool, half: float) -> Profiles:
    """Profiles at points, (n, 2), of a line about 2 · half px wide, of premultiplied pixels (h, w, 4)."""
    side = tangents(points, closed)[:, ::-1] * [-1, 1]
    reach = (1 + _ASIDE) * half + _BEYOND
    t = np.arange(-np.ceil(reach / _STEP), np.ceil(reach / _STEP) + 1) * _STEP
    seen = seen_at(pixels, points[:, None] + t[:, None] * side[:, None])
    middle = len(t) // 2
    rows = np.arange(len(points))
    beyond = np.abs(t) >= max(half, 0.5)
    distance = (
        np.linalg.norm(seen - seen[:, middle, None], axis=2)
        * (1 - _FARTHER * np.maximum(np.abs(t) - half, 0))
        * beyond
    )
    left, right = distance[:, :middle].argmax(axis=1), middle + 1 + distance[:, middle + 1 :].argmax(axis=1)
    ground = np.stack([seen[rows, left], seen[rows, right]], axis=1)
    core = np.flatnonzero(np.abs(t) <= max(half, 0.5))
    apart = np.linalg.norm(seen[:, core, None] - ground[:, None], axis=3).min(axis=2)
    peak = core[apart.argmax(axis=1)]
    purest = np.argsort(-apart.max(axis=1), kind="stable")[: max(2, round(_PUREST * len(points)))]
    place = np.floor(points[purest] + t[peak[purest], None] * side[purest]).astype(np.int64)
    nearest = np.clip(place, 0, np.array(pixels.shape[1::-1]) - 1)
    color = pixels[nearest[:, 1], nearest[:, 0]].mean(axis=0).astype(np.float64)
    way = color - ground
    length = np.maximum((way**2).sum(axis=2), 1e-6)
    behind = np.where(t <= 0, 0, 1)
    cover = np.einsum("nkc,nkc->nk", seen - ground[:, behind], way[:, behind]) / length[:, behind]
    inside = (np.arange(len(t)) >= left[:, None]) & (np.arange(len(t)) <= right[:, None])
    cover = np.clip(cover, 0, 1.2) * inside
    total = cover.sum(axis=1)
    offset = (cover * t).sum(axis=1) / np.maximum(total, 1e-6)
    return Profiles(offset, total * _STEP, ground, color)


def covered(
    pixels: NDArray[np.float32], points: Points, side: Points, ground: Floats, color: Floats, reach: float
) -> Floats:
    """(n,) px: the integral of coverage across a line of known colours, (2, 4) and (4,), within `reach` of points."""
    t = np.arange(-np.ceil(reach / _STEP), np.ceil(reach / _STEP) + 1) * _STEP
    seen = seen_at(pixels, points[:, None] + t[:, None] * side[:, None])
    behind = np.where(t <= 0, 0, 1)
    way = (color - ground)[behind]
    cover = ((seen - ground[behind]) * way).sum(axis=2) / np.maximum((way**2).sum(axis=1), 1e-6)
    return np.asarray(np.clip(cover, 0, 1.2).sum(axis=1) * _STEP)
