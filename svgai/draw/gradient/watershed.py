"""Where the colour changes, and the basins between: an over-segmentation that no edge crosses."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Colors = NDArray[np.float32]
Labels = NDArray[np.int32]
Plane = NDArray[np.float32]

# A slope this far over the steepness around it (grey levels a pixel) still counts as smooth shading: quantised
# ramps reach 0.7.
CALM = 1.0
# Window (px) over which the least slope is taken for the shading's own.
FLOOR = 5


def premultiplied(pixels: NDArray[np.uint8]) -> Colors:
    """(h, w, 3 | 4) float32, 0–255: premultiplied colour, with alpha as the last channel where any is below 255."""
    colors = pixels.astype(np.float32)
    if (pixels[..., 3] == 255).all():
        return np.ascontiguousarray(colors[..., :3])
    colors[..., :3] *= colors[..., 3:] / 255
    return colors


def edge_strength(colors: Colors) -> Plane:
    """(h, w): Scharr slope over all channels, in grey levels a pixel, less the least slope around."""
    squares = np.zeros(colors.shape[:2], np.float32)
    for channel in cv2.split(colors):
        for dx, dy in ((1, 0), (0, 1)):
            slope = cv2.Scharr(channel, cv2.CV_32F, dx, dy, scale=1 / 32, borderType=cv2.BORDER_REPLICATE)
            squares += slope * slope
    slope = np.sqrt(squares)
    return np.asarray(slope - cv2.erode(slope, np.ones((FLOOR, FLOOR), np.uint8)), np.float32)


def _lowest_neighbours(height: Plane) -> NDArray[np.int64]:
    """(h·w,): the flat index of the lowest of each pixel and its eight neighbours; itself where none is lower."""
    h, w = height.shape
    padded = np.pad(height, 1, constant_values=np.inf)
    best = height.copy()
    step = np.zeros((h, w), np.int64)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            there = padded[1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w]
            lower = there < best
            best[lower] = there[lower]
            step[lower] = dy * w + dx
    return np.asarray((np.arange(h * w).reshape(h, w) + step).ravel())


def basins(strength: Plane, calm: float = CALM) -> Labels:
    """(h, w) int32, 0 … n − 1: each pixel's catchment when rain runs down `strength`.

    Calm pixels gather in connected components; the rest flows to its lowest neighbour, by pointer jumping
    (the rainfalling watershed: De Smet and Pires, 2000).
    """
    quiet = (strength <= calm).astype(np.uint8)
    _, components = cv2.connectedComponents(quiet, connectivity=4)
    seeds = components.ravel()
    down = _lowest_neighbours(strength)
    here = np.arange(down.size)
    down = np.where(seeds > 0, here, down)
    pits = (down == here) & (seeds == 0)
    _, holes = cv2.connectedComponents(pits.reshape(strength.shape).astype(np.uint8), connectivity=8)
    while True:
        further = down[down]
        if (further == down).all():
            break
        down = further
    roots = np.where(seeds > 0, seeds, -holes.ravel())
    _, labels = np.unique(roots[down], return_inverse=True)
    return np.asarray(labels.reshape(strength.shape), np.int32)
