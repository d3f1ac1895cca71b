"""Borders between smooth regions, put where the surfaces on both sides agree: no step shows there."""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Colors, Index, Mask, Plane, RegionLabels
from svgai.draw.gradient.regions import surfaces
from svgai.draw.gradient.regions.borders import SOFT, borders
from svgai.draw.gradient.regions.edge_colors import boxes, surface_over
from svgai.draw.gradient.regions.find import Regions
from svgai.draw.outline.planar.components import unite

# A border moves at most 16 px in each of 3 sweeps. By eye.
REACH, SWEEPS = 16, 3
# Errors are averaged over 7 × 7 px, so that noise does not draw the border. By eye.
WINDOW = 7
# A pixel that is 30 grey levels off a surface or more counts as 30 off: it is foreign, however far off. By eye.
FOREIGN = 30.0**2
# The seam along a soft border is 7 px wide, and its pixels count 4 times in a paint's fit. By eye.
SEAM, SEAM_WEIGHT = 7, 4.0


def bodies(regions: Regions) -> tuple[Index, Mask]:
    """(n,) the body of each of n regions, one for all that soft borders join; (n,) which have a soft border."""
    found = borders(regions.labels, regions.strength)
    size = len(regions.whole)
    soft = found.pairs[found.soft & ~regions.whole[found.pairs].any(axis=1)]
    blurred = np.zeros(size, bool)
    blurred[soft.ravel()] = True
    return unite(size, soft[:, 0], soft[:, 1]), blurred


def seams_moved(colors: Colors, regions: Regions) -> RegionLabels:
    """Labels with every pixel of a body given to the region of it whose surface fits best around there."""
    body, blurred = bodies(regions)
    movable = np.flatnonzero(blurred)
    labels = regions.labels
    for _ in range(SWEEPS if len(movable) else 0):
        labels = _swept(colors, labels, regions.weights, body, movable)
    return labels


def _swept(colors: Colors, labels: RegionLabels, weights: Plane, body: Index, movable: Index) -> RegionLabels:
    """Labels after one sweep, in which the movable ones among n regions may take pixels of their body."""
    shapes, _ = surfaces.fit(surfaces.measure(colors, labels, weights, len(body)))
    around = boxes(labels, REACH)
    body_at = body[labels]
    least = np.full(labels.shape, np.inf, np.float32)
    moved = labels.copy()
    for region in movable[np.bincount(labels.ravel(), minlength=len(body))[movable] > 0]:
        box = around[region]
        inside = (body_at[box] == body[region]).astype(np.float32)
        left = colors[box] - surface_over(shapes[region], box, labels.shape)
        error = _local_error(left, inside * weights[box])
        better = (error < least[box]) & (inside > 0)
        least[box][better] = error[better]
        moved[box][better] = region
    return moved


def _local_error(left: Colors, trust: Plane) -> Plane:
    """(h, w): the squared error around each pixel, from what a surface leaves, (h, w, c), by trust, (h, w)."""
    error = np.minimum((left * left).sum(axis=2), FOREIGN) * trust
    window = (WINDOW, WINDOW)
    return np.asarray(cv2.blur(error, window) / (cv2.blur(trust, window) + 1e-6))


def seam_weights(labels: RegionLabels, strength: Plane, weights: Plane) -> Plane:
    """(h, w): weights, more along soft borders: there a difference of the paints on both sides shows as a step."""
    values, window = labels.astype(np.float32), np.ones((SEAM, SEAM), np.uint8)
    near = cv2.dilate(values, window) != cv2.erode(values, window)
    soft = cv2.dilate(strength, window) < SOFT
    return np.where(near & soft, SEAM_WEIGHT * weights, weights)
