"""Chains of boundary pixels → points on the isophote, by linear interpolation across it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index

# (n, 2) float32, x to the right and y down.
Chain = NDArray[np.float32]


def _steps(chain: NDArray[np.int32], starts: Index) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The step that leads to each point of closed chains, and the one that leads on."""
    onward = np.empty_like(chain)
    onward[:-1] = chain[1:] - chain[:-1]
    ends = np.append(starts[1:], len(chain)) - 1
    onward[ends] = chain[starts] - chain[ends]
    before = np.empty_like(chain)
    before[1:] = onward[:-1]
    before[starts] = onward[ends]
    return before, onward


def isophote(plane: NDArray[np.uint16], threshold: float, chain: NDArray[np.int32], starts: Index) -> Chain:
    """(n, 2): where the plane crosses the threshold beside each boundary pixel, in pixels of the plane.

    chain: (n, 2) pixels of closed boundaries as cv2.findContours gives them, the inside to their left or right
    throughout, one after another from `starts` on. The two passes along a thread of one pixel's width part to its two
    sides. At the picture's border the point lies on the border.
    """
    before, onward = _steps(chain, starts)
    # findContours walks with the outside on the right of an outer boundary (y down) and of a hole alike.
    tangent = before + onward
    normal = np.sign(np.stack([-tangent[:, 1], tangent[:, 0]], axis=1))
    turned = ~tangent.any(axis=1)
    normal[turned] = before[turned]
    height, width = plane.shape
    outside = chain + normal
    there = (outside[:, 0] >= 0) & (outside[:, 0] < width) & (outside[:, 1] >= 0) & (outside[:, 1] < height)
    inner = plane[chain[:, 1], chain[:, 0]].astype(np.float32)
    outer = plane[outside[:, 1].clip(0, height - 1), outside[:, 0].clip(0, width - 1)].astype(np.float32)
    crossing = (inner - np.float32(threshold)) / np.maximum(inner - outer, np.float32(1))
    # Where the neighbour is inside too the boundary turns: half a pixel is on the safe side of both.
    crossing[outer > threshold] = 0.5
    crossing[~there] = 1
    points = chain + normal * np.clip(crossing, 0.02, 1)[:, None] + np.float32(0.5)
    return np.asarray(np.clip(points, 0, np.array([width, height], np.float32)), np.float32)
