"""A plane and a threshold → one path."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.draw.tone.levels.tree import grow
from svgai.draw.tone.levels.weights import TABLE
from svgai.draw.tone.outlines.polygon import on_grid, simplified
from svgai.drawing import Contour, Path


def outline(
    plane: NDArray[np.uint16], threshold: float, page: tuple[int, int], tolerance: float, least: int
) -> Path | None:
    """The outline of {plane > threshold} on a page of (width, height) units; None where nothing is left of it.

    plane: (h, w) uint16, and its threshold in the same units. tolerance: px of the plane; boundaries shorter than
    `least` of them are left out.
    """
    nothing = np.zeros(plane.shape, np.uint8)
    tree = grow(plane, nothing, TABLE, np.array([int(threshold)]), least)
    if not len(tree.chain_node):
        return None
    scale = np.array([page[0] / plane.shape[1], page[1] / plane.shape[0]])
    found = on_grid(simplified(tree.chains, tree.chain_starts, tolerance), scale, page)
    runs = [found.points[a:b] for a, b in zip(found.starts[:-1], found.starts[1:], strict=True) if b > a]
    return Path(tuple(map(Contour.polygon, runs))) if runs else None
