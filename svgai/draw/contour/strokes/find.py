"""Lines of a mask: narrow features of even width, each with its middle, its width and its colours."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Mask, Plane, Points
from svgai.draw.contour.strokes.ends import ended
from svgai.draw.contour.strokes.gaps import repaired
from svgai.draw.contour.strokes.line import Line, step_of
from svgai.draw.contour.strokes.masks import LineMask
from svgai.draw.contour.strokes.meetings import meetings
from svgai.draw.contour.strokes.polyline import across, smoothed, spaced
from svgai.draw.contour.strokes.profiles import Profiles, profiles
from svgai.draw.contour.strokes.skeleton import Paths, paths, thinned
from svgai.sorted_values import median, quantile

# Half a line's width is the 0.7 quantile of the depths along its path: where a path is not in the middle, depth is
# less. By eye.
DEEP = 0.7
# A line's width strays where it differs by more than 4 % of it and 0.15 px. By eye.
STRAY, NOISE = 0.04, 0.15
# A line's width may stray at half the places, and in stretches of up to twice the width and 4 px: corners and meeting
# points do not take more. By eye.
UNEVEN, LONGEST, LONGEST_MORE = 0.5, 2, 4
# A line has a relief and an opacity of 24 grey levels at least, and a width of 0.2 px: below, noise has lines. By eye.
CONTRAST, THINNEST = 24.0, 0.2
# A path of pixels is smoothed by a σ of 1.5 points, then moved to the line's middle and smoothed by 1 and 0.7: it has
# less to lose each time. By eye.
STAIRS, WOBBLES = 1.5, (1.0, 0.7)
# Up to half a width and 1.5 px from a meeting point other lines stand in the profiles. By eye.
NEAR = 1.5
# A line's loose ends may lie 1 px beyond where its mask says (by eye).
_BEYOND = 1.0


class Traced(NamedTuple):
    """The paths of a mask that lines may follow, and the points where they meet, (M, 2) px.

    paths: (P, 2) first and last pixel, by number. middle: (N, 2) px, of the pixels' lines. depth: (N,) px, to the
    nearest outside the mask. closed: (P,) bool. node: (P, 2) the places at their ends, −1 for none.
    """

    paths: Index
    middle: Points
    depth: Floats
    closed: Mask
    node: Index
    places: Points

    @property
    def longest(self) -> Floats:
        """(P,) px: no line is longer than its path, and half the width at loose ends, that thinning took away."""
        steps = np.linalg.norm(np.diff(self.middle, axis=0), axis=1)
        walked = np.concatenate([[0.0], np.cumsum(steps)])
        pieces = [slice(first, last + 1) for first, last in self.paths.tolist()]
        widest = np.array([self.depth[piece].max() for piece in pieces])
        length = walked[self.paths[:, 1]] - walked[self.paths[:, 0]]
        gap = self.middle[self.paths[:, 1]] - self.middle[self.paths[:, 0]]
        loose = (self.node < 0).sum(axis=1) * ~self.closed
        return np.asarray(length + self.closed * np.linalg.norm(gap, axis=1) + loose * (widest + _BEYOND))


def traced(wanted: LineMask, spurs: bool = False) -> Traced:
    """The paths of a mask; spurs: with short loose ends that may be a line's corners."""
    mask = wanted.mask
    if not mask.any():
        none, nothing = np.zeros((0, 2), np.int64), np.zeros((0, 2))
        return Traced(none, nothing, np.zeros(0), np.zeros(0, bool), none, nothing)
    y, x = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    seen = np.s_[y[0] : y[-1] + 1, x[0] : x[-1] + 1]
    found = paths(thinned(mask[seen]))
    depth = _depth(mask[seen], found)
    middle = _weighted(found, wanted.weight[seen] * mask[seen]) + np.array([x[0], y[0]])
    meeting = meetings(found, middle, depth, spurs)
    ends = np.stack([found.offsets[:-1], found.offsets[1:] - 1], axis=1)[meeting.lines]
    lines = meeting.lines
    return Traced(ends, middle, depth, found.closed[lines], meeting.node[lines], meeting.places)


def measured(pixels: NDArray[np.float32], traced: Traced, path: int) -> Line | None:
    """The line along a path in a picture, (h, w, 4) premultiplied; None where there is none."""
    first, last = traced.paths[path].tolist()
    piece = slice(first, last + 1)
    half = max(quantile(traced.depth[piece], DEEP) - 1, 0)
    nodes = int(traced.node[path, 0]), int(traced.node[path, 1])
    return _measured(pixels, _Track(traced.middle[piece], bool(traced.closed[path]), nodes), half)


def _depth(mask: Mask, found: Paths) -> Floats:
    """(N,) px: the distance from each pixel of the paths to the nearest outside a mask."""
    inside = np.pad(mask.astype(np.uint8), 1)
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
    return np.asarray(distance[found.y + 1, found.x + 1].astype(np.float64))


def _weighted(found: Paths, weight: Plane) -> Points:
    """(N, 2): the paths' pixels, moved to the centroid of the weight, (h, w), around them."""
    y, x = np.mgrid[: weight.shape[0], : weight.shape[1]].astype(np.float32)
    sums = [
        cv2.boxFilter(plane, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)[found.y, found.x]
        for plane in (weight * x, weight * y, weight)
    ]
    return np.stack(sums[:2], axis=1).astype(np.float64) / np.maximum(sums[2], 1e-6)[:, None] + 0.5


class _Track(NamedTuple):
    """Points that follow a line, (n, 2) px; whether it is a ring; the meeting points at its ends, −1 for none."""

    points: Points
    closed: bool
    nodes: tuple[int, int]


def _measured(pixels: NDArray[np.float32], track: _Track, half: float) -> Line | None:
    """The line along a path of pixels, about half px to either side; None where its width is not even."""
    closed, step = track.closed, step_of(2 * half)
    near = round((half + NEAR) / step)
    points = _clear(spaced(smoothed(track.points, STAIRS, closed), step, closed), track.nodes, near)
    if len(points) < 2 + closed:
        return None
    points, profile = _in_middle(pixels, points, closed, half, step)
    short = not closed and len(points) <= 2 * near + 3
    inner = slice(None) if closed or short else slice(near + 1, len(points) - near - 1)
    width = float(median(profile.width[inner]))
    strays = _strays(profile.width, width, closed)
    if width < THINNEST or not _is_even(strays[inner], step, width):
        return None
    if not closed:
        kept = _between_good(strays, track.nodes)
        strays = np.zeros_like(strays) if short else _inside(strays, inner)
        points, strays = points[kept], strays[kept]
        if len(points) < 2:
            return None
    ground = median(profile.ground[inner])
    line = Line(repaired(points, strays, closed, step), width, ground, profile.color, closed, track.nodes)
    if line.contrast < CONTRAST or line.color[3] < CONTRAST:
        return None
    return line if closed else ended(pixels, line, profile)


def _clear(points: Points, nodes: tuple[int, int], near: int) -> Points:
    """Points without so many near each end that is at a meeting point."""
    first, last = (near if node >= 0 else 0 for node in nodes)
    return points[first : len(points) - last]


def _in_middle(
    pixels: NDArray[np.float32], points: Points, closed: bool, half: float, step: float
) -> tuple[Points, Profiles]:
    """Points of a line moved to its middle, and its profiles there, about."""
    for sigma in WOBBLES:
        profile = profiles(pixels, points, closed, half)
        points = spaced(smoothed(points + _to_middle(profile, points, closed), sigma, closed), step, closed)
    profile = profiles(pixels, points, closed, half)
    # The last move is smoothed, not the points: smoothing these cuts bends of radius r by σ²/2r.
    return points + smoothed(_to_middle(profile, points, closed), STAIRS, closed), profile


def _to_middle(profile: Profiles, points: Points, closed: bool) -> Points:
    """(n, 2) px: from each point to the line's middle, 1 px at most."""
    return np.asarray(np.clip(profile.offset, -1, 1)[:, None] * across(points, closed))


def _strays(width: Floats, usual: float, closed: bool) -> Mask:
    """(n,): where widths, smoothed over a point, stray from the usual one."""
    return np.asarray(np.abs(smoothed(width[:, None], 1.0, closed)[:, 0] - usual) > STRAY * usual + NOISE)


def _is_even(strays: Mask, step: float, width: float) -> bool:
    """Whether a line's width strays at few enough places, `step` px apart, and in short stretches."""
    good = np.flatnonzero(~np.pad(strays, 1))
    longest = int(np.diff(good).max(initial=1)) - 1
    return not (strays.mean() > UNEVEN or longest * step > LONGEST * width + LONGEST_MORE)


def _between_good(strays: Mask, nodes: tuple[int, int]) -> slice:
    """The points of a line; at a meeting point, from the first place on where the width does not stray."""
    good = np.flatnonzero(~strays)
    return slice(good[0] if nodes[0] >= 0 else 0, good[-1] + 1 if nodes[1] >= 0 else len(strays))


def _inside(strays: Mask, inner: slice) -> Mask:
    """The places in the inside of a line where it strays: at its ends the width is not known."""
    result = np.zeros_like(strays)
    result[inner] = strays[inner]
    return result
