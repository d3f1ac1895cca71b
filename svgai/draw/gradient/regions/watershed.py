"""Where the colour changes, and the basins between: an over-segmentation that no edge crosses."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Plane, RegionLabels

# A slope up to 1 grey level a pixel over that around it is smooth shading still: quantised ramps reach 0.7 (computed).
CALM = 1.0
# The shading's own slope is the least one in a window of 5 × 5 px: edges and their blur are narrower. By eye.
FLOOR = 5
# A neighbour lies across an edge if it differs by more than 1.5 times the central slope: across an edge it differs by
# up to twice as much, along the edge's ramp by about as much.
ACROSS = 1.5
# Chroma counts 0.4 of luma in a coded picture. The axes are those of draw/contour/labels/distance.py, turned: there
# distances are Euclidean, for which a turn changes nothing, and chroma counts 0.35; here a bilateral filter adds up
# the channels' differences, for which axes matter, so the two are kept apart.
CHROMA = 0.4


def _toned(colors: Colors) -> Colors:
    """(h, w, 3) colours on a grey axis and two chroma axes, orthonormal but for chroma's weight.

    For JPEGs: 4:2:0 chroma bleeds 2–5 times as far as luma, and its ripples are no edges.
    """
    axes = np.array([[1, 1, 1], [1, -1, 0], [1, 1, -2]], np.float32)
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    axes[1:] *= CHROMA
    return np.asarray(cv2.transform(colors, axes), np.float32)


def calmed(colors: Colors, noise: float) -> Colors:
    """(h, w, 3 | 4): a coded picture's colours on _toned's axes, coding noise of σ = noise smoothed away.

    Alpha is smoothed by itself: a black shape's premultiplied colour says nothing of its edge.
    """
    result = np.empty_like(colors)
    result[..., :3] = cv2.bilateralFilter(_toned(np.ascontiguousarray(colors[..., :3])), 5, 3 * noise, 1.5)
    for alpha in range(3, colors.shape[2]):
        result[..., alpha] = cv2.bilateralFilter(cv2.extractChannel(colors, alpha), 5, 3 * noise, 1.5)
    return result


def _continued(channel: Plane) -> Plane:
    """(h + 2, w + 2): a ramp goes on beyond the picture, so that its slope does not halve along the border."""
    wide = np.pad(channel, 1, mode="edge")
    if min(channel.shape) > 1:
        wide[0], wide[-1] = 2 * wide[1] - wide[2], 2 * wide[-2] - wide[-3]
        wide[:, 0], wide[:, -1] = 2 * wide[:, 1] - wide[:, 2], 2 * wide[:, -2] - wide[:, -3]
    return wide


def edge_strength(colors: Colors) -> Plane:
    """(h, w): Scharr slope over all channels, in grey levels a pixel, less the least slope around."""
    squares = np.zeros(colors.shape[:2], np.float32)
    for number in range(colors.shape[2]):
        channel = _continued(np.asarray(cv2.extractChannel(colors, number), np.float32))
        for dx, dy in ((1, 0), (0, 1)):
            slope = cv2.Scharr(channel, cv2.CV_32F, dx, dy, scale=1 / 32)[1:-1, 1:-1]
            squares += slope * slope
    slope = np.sqrt(squares)
    return np.asarray(slope - cv2.erode(slope, np.ones((FLOOR, FLOOR), np.uint8)), np.float32)


# Pixels of the rows that are looked at at once: that takes 50 bytes a pixel.
_BAND = 1 << 20


def _downhill(strength: Plane, colors: Colors, calm: float) -> NDArray[np.int32]:
    """(h·w,): the flat index of the lowest of each pixel and its eight neighbours that lies on its side of the edge.

    A neighbour lies across an edge when its colour is further off than the slope here accounts for: so the rows of a
    line two pixels wide do not drain over its rim.
    """
    height, width = strength.shape
    low = np.pad(strength, 1, constant_values=np.inf)
    wide = np.pad(colors, ((1, 1), (1, 1), (0, 0)), mode="edge")
    reach = (ACROSS * strength + 2 * calm) ** 2
    down = np.arange(height * width, dtype=np.int32).reshape(height, width)
    rows = max(1, _BAND // width)
    for top in range(0, height, rows):
        band = slice(top, top + rows + 2)
        down[top : top + rows] += _steps(low[band], wide[band], reach[top : top + rows])
    return down.ravel()


def _steps(low: Plane, wide: Colors, reach: Plane) -> NDArray[np.int32]:
    """(h, w): from each pixel to the one it drains to, in a flat index; low, wide: (h + 2, w + 2, …), with a ring."""
    height, width = reach.shape
    colors = wide[1:-1, 1:-1]
    best = low[1:-1, 1:-1].copy()
    step = np.zeros((height, width), np.int32)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            there = slice(1 + dy, 1 + dy + height), slice(1 + dx, 1 + dx + width)
            at = np.nonzero(low[there] < best)
            change = wide[there][at] - colors[at]
            near = np.einsum("nc,nc->n", change, change) <= reach[at]
            at = at[0][near], at[1][near]
            best[at] = low[there][at]
            step[at] = dy * width + dx
    return step


def basins(strength: Plane, colors: Colors, calm: float = CALM) -> RegionLabels:
    """(h, w) int32, 0 … n − 1: each pixel's catchment when rain runs down `strength`, never across an edge.

    Calm pixels gather in connected components; the rest flows to its lowest neighbour, by pointer jumping
    (the rainfalling watershed: De Smet and Pires, 2000).
    """
    quiet = (strength <= calm).astype(np.uint8)
    _, components = cv2.connectedComponents(quiet, connectivity=4)
    seeds = components.ravel()
    down = _downhill(strength, colors, calm)
    here = np.arange(down.size, dtype=np.int32)
    down = np.where(seeds > 0, here, down)
    pits = (down == here) & (seeds == 0)
    del here
    _, holes = cv2.connectedComponents(pits.reshape(strength.shape).astype(np.uint8), connectivity=8)
    while True:
        further = down[down]
        if (further == down).all():
            break
        down = further
    last = int(holes.max())
    # Holes have the numbers below `last`, seeds those above; what nothing drains to has none.
    found = np.where(seeds > 0, seeds, -holes.ravel())[down] + np.int32(last)
    used = np.zeros(last + int(seeds.max()) + 1, bool)
    used[found] = True
    rank = np.cumsum(used, dtype=np.int32) - np.int32(1)
    return np.asarray(rank[found].reshape(strength.shape), np.int32)
