"""Where nodes lie to a fraction of a pixel: where the ends of their arcs meet."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.outline.planar.planar_map import PlanarMap
from svgai.draw.ragged import offsets_of

# The four points nearest to a node say where an arc is heading (by eye: fewer are noise, more see bends).
END_POINTS = 4
# A node is pulled to its lattice point by 0.01 of what a well-known arc's line pulls: decides only where lines are all
# but parallel.
NODE_PULL = 0.01
# A node inside the picture moves by 1 px at most: labels tell its pixel.
INNER_REACH = 1.0
# A node on the border slides along it by 6 px at most: an edge that leaves the picture at a grazing angle crosses the
# border that far from where its labels end (by eye).
BORDER_SLIDE = 6.0
# A node that slides along the border keeps 0.01 px from the next node, so that their order stays.
APART = 0.01
# What holds a node on the border against the pull of its arcs: any number far above it.
_FIXED = 1e9


def node_places(planar: PlanarMap, arc: Index, points: Points) -> Points:
    """(M, 2): each node where the lines through the ends of its arcs meet, by least squares.

    arc: (n,), rising, and points: (n, 2), of the arcs' inner points in order along each, in lattice steps. A node
    moves INNER_REACH at most, and along the border BORDER_SLIDE.
    """
    place = planar.nodes.astype(np.float64)
    ends, weight, node = _ends(planar, arc)
    normal, mean = _lines(points[ends], weight)
    # Two points make a line too, but not one to rely on.
    trust = (weight.sum(axis=1) - 1) ** 2 / (END_POINTS - 1) ** 2
    outer = normal[:, :, None] * normal[:, None, :] * trust[:, None, None]
    matrix, right = np.zeros((len(place), 2, 2)), np.zeros((len(place), 2))
    np.add.at(matrix, node, outer)
    np.add.at(right, node, np.einsum("nij,nj->ni", outer, mean - place[node]))
    fixed = (planar.nodes == 0) | (planar.nodes == _size(planar))
    matrix += np.eye(2) * (NODE_PULL + _FIXED * fixed[:, None, :])
    shift = np.linalg.solve(matrix, right[..., None])[..., 0] if len(place) else right
    reach = np.where(fixed.any(axis=1), _border_reach(planar, fixed), INNER_REACH)
    shift *= np.minimum(1, reach / np.maximum(np.linalg.norm(shift, axis=1), 1e-9))[:, None]
    return np.where(fixed, place, place + shift)


def _size(planar: PlanarMap) -> tuple[int, int]:
    return planar.width, planar.height


def _ends(planar: PlanarMap, arc: Index) -> tuple[Index, Floats, Index]:
    """The ends of inner arcs that meet at nodes: points (n, END_POINTS), their weights 0 or 1, and the node (n,)."""
    offsets = offsets_of(np.bincount(arc, minlength=planar.arc_count))
    counts = np.diff(offsets)
    inner = np.flatnonzero(~planar.closed & (counts >= 2) & ~planar.on_border)
    step = np.arange(END_POINTS)
    # The first one stands where three colours mix.
    skip = np.minimum(1, np.maximum(counts[inner] - END_POINTS, 0))[:, None]
    inward = np.minimum(step + skip, counts[inner, None] - 1)
    index = np.concatenate([offsets[inner, None] + inward, offsets[inner + 1, None] - 1 - inward])
    weight = np.tile((step < counts[inner, None]).astype(np.float64), (2, 1))
    return index, weight, np.concatenate([planar.start[inner], planar.end[inner]])


def _border_reach(planar: PlanarMap, fixed: Mask) -> Floats:
    """(M,) how far a node may slide along the border: BORDER_SLIDE px, and not half way to the next node or corner."""
    reach = np.full(len(planar.nodes), BORDER_SLIDE)
    size = _size(planar)
    for axis in (0, 1):
        for side in (0, size[axis]):
            here = np.flatnonzero(fixed[:, axis] & (planar.nodes[:, axis] == side))
            here = here[np.argsort(planar.nodes[here, 1 - axis])]
            gaps = np.diff(np.concatenate([[0], planar.nodes[here, 1 - axis], [size[1 - axis]]]))
            gaps[1:-1] = gaps[1:-1] / 2
            reach[here] = np.minimum(reach[here], np.maximum(np.minimum(gaps[:-1], gaps[1:]) - APART, 0))
    return reach


def _lines(points: Points, weight: Floats) -> tuple[Points, Points]:
    """Total least squares: unit normal and centroid, (n, 2) each, of n sets of k weighted points, (n, k, 2)."""
    share = weight[..., None]
    mean = (points * share).sum(axis=1) / share.sum(axis=1)
    x, y = np.moveaxis((points - mean[:, None]) * share, 2, 0)
    angle = 0.5 * np.arctan2(2 * (x * y).sum(axis=1), (x**2).sum(axis=1) - (y**2).sum(axis=1))
    return np.stack([-np.sin(angle), np.cos(angle)], axis=1), mean
