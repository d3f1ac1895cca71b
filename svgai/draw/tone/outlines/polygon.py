"""Boundary points → polygons of few corners that enclose the same area side by side."""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Floats, Index, Mask, Points
from svgai.draw.tone.outlines.isophote import Chain
from svgai.records import Record

# Part of the identity that is added to the 2×2 system of a corner's two sides: where they are nearly parallel the
# corner stays, instead of running along them (design-photographs, step 8).
DAMPING = 0.15
# A corner moves at most this part of the tolerance: beyond, sides cross.
REACH = 0.8


class Polygons(Record):
    """Closed polygons one after another: points (n, 2), starts (k + 1,)."""

    points: Points
    starts: Index

    @property
    def count(self) -> int:
        return len(self.starts) - 1

    @property
    def owner(self) -> Index:
        """(n,): which polygon each point belongs to."""
        return np.repeat(np.arange(self.count), np.diff(self.starts))

    def neighbors(self) -> tuple[Index, Index]:
        """(n,), (n,): the points before and after each one."""
        before, after = np.arange(len(self.points)) - 1, np.arange(len(self.points)) + 1
        full = np.diff(self.starts) > 0
        before[self.starts[:-1][full]] = self.starts[1:][full] - 1
        after[self.starts[1:][full] - 1] = self.starts[:-1][full]
        return before, after

    def areas(self) -> Floats:
        """(k,): signed."""
        _, after = self.neighbors()
        p, q = self.points, self.points[after]
        cross = p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]
        return np.asarray(np.bincount(self.owner, cross, self.count) / 2)

    def without(self, dropped: Mask) -> Polygons:
        """The same polygons without some points."""
        counts = np.bincount(self.owner[~dropped], minlength=self.count)
        return Polygons(self.points[~dropped], np.concatenate([[0], np.cumsum(counts)]))


def corner_count(chain: Chain, tolerance: float) -> int:
    """How many corners a boundary has after Douglas–Peucker; 3 at least."""
    if len(chain) < 4:
        return 3
    return max(3, len(cv2.approxPolyDP(chain[:, None], tolerance, closed=True)))


def _corners(chains: Chain, starts: Index, tolerance: float) -> Mask:
    """(n,): which points Douglas–Peucker keeps (D. Douglas, T. Peucker, Cartographica 10, 1973)."""
    kept = [
        cv2.approxPolyDP(chains[a:b, None], tolerance, closed=True)[:, 0]
        for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    ]
    keys = np.ascontiguousarray(chains).view(np.uint64)[:, 0]
    return np.isin(keys, np.concatenate(kept).view(np.uint64)[:, 0])


def _areas_cut_off(chains: Chain, corner: Index, polygons: Polygons, starts: Index) -> Floats:
    """(n,): the signed area between each side and the boundary points from its first corner to its second."""
    local = chains.astype(np.float64) - np.repeat(chains[starts[:-1]], np.diff(starts), axis=0)
    onward = np.empty_like(local)
    onward[:-1] = local[1:]
    onward[starts[1:] - 1] = local[starts[:-1]]
    cross = local[:, 0] * onward[:, 1] - local[:, 1] * onward[:, 0]
    total = np.concatenate([[0], np.cumsum(cross)])
    _, after = polygons.neighbors()
    end = corner[after]
    along = total[end] - total[corner]
    wraps: Mask = np.asarray(end <= corner, np.bool_)
    owner = polygons.owner
    along[wraps] += (total[starts[1:]] - total[starts[:-1]])[owner[wraps]]
    p, q = local[corner], local[end]
    return np.asarray((along + q[:, 0] * p[:, 1] - q[:, 1] * p[:, 0]) / 2)


def _moved(polygons: Polygons, area: Floats, tolerance: float) -> Points:
    """Every corner at the intersection of its two sides, each shifted so that it encloses its boundary's area."""
    before, after = polygons.neighbors()
    side = polygons.points[after] - polygons.points
    length = np.maximum(np.hypot(side[:, 0], side[:, 1]), 1e-6)
    normal = np.stack([side[:, 1], -side[:, 0]], axis=1) / length[:, None]
    shift = np.clip(area / length, -tolerance, tolerance)
    n1, n2, d1, d2 = normal[before], normal, shift[before], shift
    a = n1[:, 0] ** 2 + n2[:, 0] ** 2 + DAMPING
    b = n1[:, 0] * n1[:, 1] + n2[:, 0] * n2[:, 1]
    c = n1[:, 1] ** 2 + n2[:, 1] ** 2 + DAMPING
    right = n1 * d1[:, None] + n2 * d2[:, None]
    determinant = a * c - b * b
    move = np.stack([c * right[:, 0] - b * right[:, 1], a * right[:, 1] - b * right[:, 0]], axis=1)
    move /= determinant[:, None]
    far = np.hypot(move[:, 0], move[:, 1]) / (REACH * tolerance)
    return np.asarray(polygons.points + move / np.maximum(far, 1)[:, None])


def simplified(chains: Chain, starts: Index, tolerance: float) -> Polygons:
    """Closed boundaries, one after another, as polygons that are no further than about `tolerance` from them."""
    corner = np.flatnonzero(_corners(chains, starts, tolerance))
    begins = np.searchsorted(corner, starts)
    polygons = Polygons(chains[corner].astype(np.float64), begins)
    area = _areas_cut_off(chains, corner, polygons, starts)
    moved = Polygons(_moved(polygons, area, tolerance), begins)
    return _with_threads(polygons, moved, area)


def _with_threads(polygons: Polygons, moved: Polygons, area: Floats) -> Polygons:
    """The moved polygons; one that is thinner than the tolerance, and so has two corners left, as a rectangle of its
    boundary's area."""
    pairs = np.flatnonzero(np.diff(polygons.starts) == 2)
    if not len(pairs):
        return moved
    first = polygons.starts[pairs]
    p, q = polygons.points[first], polygons.points[first + 1]
    side = q - p
    length = np.maximum(np.hypot(side[:, 0], side[:, 1]), 1e-6)[:, None]
    normal = np.stack([side[:, 1], -side[:, 0]], axis=1) / length
    there, back = normal * area[first][:, None] / length, normal * area[first + 1][:, None] / length
    extra = np.stack([p + there, q + there, q - back, p - back], axis=1)
    points, at = moved.points.copy(), np.arange(len(moved.points))
    points[first], points[first + 1] = extra[:, 0], extra[:, 1]
    points = np.concatenate([points, extra[:, 2], extra[:, 3]])
    # The two further corners go behind the second of their pair.
    order = np.argsort(np.concatenate([at, first + 1 + 0.3, first + 1 + 0.6]), kind="stable")
    counts = np.diff(polygons.starts)
    counts[pairs] = 4
    return Polygons(points[order], np.concatenate([[0], np.cumsum(counts)]))


def on_grid(polygons: Polygons, scale: Points, size: tuple[int, int]) -> Polygons:
    """The polygons times scale, within the page's (width, height) and on its whole units, without points that say
    nothing. A polygon may be left with none."""
    points = np.rint(np.clip(polygons.points * scale, 0, size))
    found = Polygons(points, polygons.starts)
    while (idle := _idle(found)).any():
        found = found.without(idle)
    small = np.diff(found.starts) < 3
    return found.without(small[found.owner])


def _idle(polygons: Polygons) -> Mask:
    """(n,): points that say nothing: all between others on a line, as along the page's border, the second of two equal
    ones, and the tips of spikes without width, where no neighbour goes."""
    before, after = polygons.neighbors()
    p, q = polygons.points - polygons.points[before], polygons.points[after] - polygons.points
    straight = p[:, 0] * q[:, 1] == p[:, 1] * q[:, 0]
    onward = (p * q).sum(axis=1)
    plain = (straight & (onward > 0)) | (p == 0).all(axis=1)
    tip = straight & (onward < 0)
    return np.asarray(plain | (tip & ~(plain | tip)[before] & ~plain[after]), np.bool_)
