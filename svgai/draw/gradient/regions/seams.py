"""Borders between smooth regions, put where the surfaces on both sides agree: no step shows there."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Plane, RegionLabels
from svgai.draw.gradient.regions import surfaces
from svgai.draw.gradient.regions.borders import SOFT, borders
from svgai.draw.gradient.regions.edge_colors import boxes, surface_over
from svgai.draw.gradient.regions.find import Regions
from svgai.draw.outline.planar.components import unite

# How far (px) a border may move in a sweep, and the window (px) that errors are averaged over.
REACH = 16
WINDOW = 7
SWEEPS = 3
# Squared error (grey levels) from which on a pixel counts as foreign, however far off.
FOREIGN = 30.0**2
# Width (px) of the seam along a soft border, and what its pixels count for in a paint's fit.
SEAM, SEAM_WEIGHT = 7, 4.0


def bodies(regions: Regions) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(n,) the body of each region, one for all that soft borders join; (n,) which have a soft border."""
    found = borders(regions.labels, regions.strength)
    size = len(regions.whole)
    soft = found.pairs[found.soft & ~regions.whole[found.pairs].any(axis=1)]
    blurred = np.zeros(size, bool)
    blurred[soft.ravel()] = True
    return unite(size, soft[:, 0], soft[:, 1]), blurred


def settled(colors: Colors, regions: Regions) -> RegionLabels:
    """Labels with every pixel of a body given to the region of it whose surface fits best around there."""
    body, blurred = bodies(regions)
    movable = np.flatnonzero(blurred)
    labels, weights = regions.labels.copy(), regions.weights
    for _ in range(SWEEPS if len(movable) else 0):
        shapes, _ = surfaces.fit(surfaces.measure(colors, labels, weights, len(body)))
        around = boxes(labels, REACH)
        where = body[labels]
        best = np.full(labels.shape, np.inf, np.float32)
        moved = labels.copy()
        for k in movable[np.bincount(labels.ravel(), minlength=len(body))[movable] > 0]:
            box = around[k]
            inside = (where[box] == body[k]).astype(np.float32)
            left = colors[box] - surface_over(shapes[k], box, labels.shape)
            trust = inside * weights[box]
            error = np.minimum((left * left).sum(axis=2), FOREIGN) * trust
            window = (WINDOW, WINDOW)
            error = cv2.blur(error, window) / (cv2.blur(trust, window) + 1e-6)
            better = (error < best[box]) & (inside > 0)
            best[box][better] = error[better]
            moved[box][better] = k
        labels = moved
    return labels


def seam_weights(labels: RegionLabels, strength: Plane, weights: Plane) -> Plane:
    """(h, w): weights, more along soft borders: there a difference of the paints on both sides shows as a step."""
    values, window = labels.astype(np.float32), np.ones((SEAM, SEAM), np.uint8)
    near = cv2.dilate(values, window) != cv2.erode(values, window)
    soft = cv2.dilate(strength, window) < SOFT
    return np.where(near & soft, SEAM_WEIGHT * weights, weights)
