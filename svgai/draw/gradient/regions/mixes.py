"""Each pixel as a mix of two regions' surfaces: what an anti-aliased edge is made of."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from svgai.arrays import Colors, Index, RegionLabels
from svgai.draw.gradient.regions.edge_colors import EdgeColors
from svgai.draw.outline import mixes
from svgai.draw.outline.mixes import CANDIDATES, Nearby, PairMix

# Regions are looked for within 2 px of a pixel: edges are 1–2 px wide.
RADIUS = 2
# 65,536 pixels are looked at together, for the memory's sake.
BLOCK = 1 << 16


def near_borders(labels: RegionLabels, radius: int = RADIUS) -> Index:
    """Flat indices of the pixels with another label within `radius` rows and columns."""
    size = 2 * radius + 1
    window = np.ones((size, size), np.uint8)
    values = labels.astype(np.float32)
    return np.flatnonzero(cv2.dilate(values, window) != cv2.erode(values, window))


def best_pairs(
    colors: Colors, labels: RegionLabels, edge_colors: EdgeColors, at: Index, rank: Index | None = None
) -> PairMix[np.int64]:
    """The pair of nearby regions whose mix comes nearest to each of the pixels `at`, (n,) flat indices.

    colors: (h, w, c). labels: (h, w), −1 for pixels without a region. rank: (k,) of each region; only those of a
    higher rank than the pixel's own count, and where none is near, its error is infinite.
    """
    blocks = (at[start : start + BLOCK] for start in range(0, max(len(at), 1), BLOCK))
    return PairMix.joined(list(_pairs_by_block(colors, labels, edge_colors, blocks, rank)))


def _pairs_by_block(
    colors: Colors, labels: RegionLabels, edge_colors: EdgeColors, blocks: Iterator[Index], rank: Index | None
) -> Iterator[PairMix[np.int64]]:
    for at in blocks:
        near = mixes.nearby_labels(labels, at, RADIUS, own=True).as_index()
        if rank is not None:
            near = near.without(rank[near.labels] <= rank[labels.ravel()[at]][:, None])
        yield _pairs(colors.reshape(-1, colors.shape[2])[at].astype(np.float64), edge_colors, at, near)


def _pairs(color: mixes.Colors, edge_colors: EdgeColors, at: Index, near: Nearby[np.int64]) -> PairMix[np.int64]:
    """The best pair of candidates of each of the pixels `at`, of colours (n, c)."""
    shown = np.zeros((CANDIDATES, *color.shape))
    for candidate in range(CANDIDATES):
        rows = np.flatnonzero(near.labels[:, candidate] >= 0)
        shown[candidate, rows] = edge_colors.at(near.labels[rows, candidate], at[rows])

    def shown_by(candidate: int, rows: Index) -> mixes.Colors:
        return np.asarray(shown[candidate, rows])

    return mixes.best_pairs(color, shown_by, near)
