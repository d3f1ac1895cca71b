"""Where a picture has lines: narrow features of even width, each with its middle, its width and its colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Mask, Pixels, Points
from svgai.draw.contour.strokes.gaps import repaired
from svgai.draw.contour.strokes.profiles import Profiles, covered, profiles, smoothed, spaced, tangents
from svgai.draw.contour.strokes.skeleton import Paths, paths, thinned
from svgai.draw.outline.planar.components import components, unite

# Features that a square of this side does not fit into are thin, px; they differ from what is around by this much.
THIN, VISIBLE = 5, 12
# Fewer pixels across the box of a mask's component are no line's.
_EXTENT = 8
# A component is drawn with a pen of even width where its distances to the edge average this share of their maximum
# (½ along a line, less where lines cross, ⅓ in a disc), and it has this many times the square of the pen's width.
_EVEN, _LONG = 0.3, 4.0
# How far a line's width may stray, as a share of it and px, and the share of places where it strays farther: corners
# and meeting points, of which none is much longer than twice the width.
_STRAY, _NOISE, _UNEVEN = 0.04, 0.15, 0.5
# Of the depths along a path this quantile is half its width: where it is not in the middle, they are less.
_DEEP = 0.7
# The least relief and opacity of a line, grey levels, and its least width, px.
_CONTRAST, _THINNEST = 24.0, 0.2
# A loose end is looked for along the line through this many points before it, px apart, or their parabola where they
# leave the line by this much, px.
_TAIL, _FINE, _STRAIGHT = 8, 0.25, 0.15


def relief(color: Floats, ground: Floats) -> float:
    """How far a colour, (4,), is from all mixes of two others, (2, 4): an edge between them has none of it."""
    way = ground[1] - ground[0]
    t = np.clip((color - ground[0]) @ way / max(float(way @ way), 1e-9), 0, 1)
    return float(np.linalg.norm(color - ground[0] - t * way))


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A piece of line between loose ends and meeting points.

    points: (n, 2) px, its middle, about `step` px apart; those near meeting points are left out. width: px. ground:
    (2, 4) to the left and right hand, color: (4,), premultiplied, 0–255. closed: a ring. nodes: the meeting points at
    both ends, −1 for a loose end.
    """

    points: Points
    width: float
    ground: Floats
    color: Floats
    closed: bool
    nodes: tuple[int, int]

    @property
    def contrast(self) -> float:
        """How far the colour is from the mixes of those beside it."""
        return relief(self.color, self.ground)

    @property
    def length(self) -> float:
        walk = np.concatenate([self.points, self.points[:1]]) if self.closed else self.points
        return float(np.linalg.norm(np.diff(walk, axis=0), axis=1).sum())


def step_of(width: float) -> float:
    """The distance between points that tell of a line of this width, px: its corners are as round as it is wide."""
    return max(1.0, width / 2.5)


def thin_masks(premultiplied: Pixels) -> Iterator[tuple[Mask, NDArray[np.float32]]]:
    """Masks of thin features darker and brighter than what is around, and by how much: top hats of every channel."""
    square = np.ones((THIN, THIN), np.uint8)
    closed = cv2.morphologyEx(premultiplied, cv2.MORPH_CLOSE, square)
    opened = cv2.morphologyEx(premultiplied, cv2.MORPH_OPEN, square)
    every = [cv2.split(h) for h in (cv2.subtract(closed, premultiplied), cv2.subtract(premultiplied, opened))]
    hats = [np.asarray(cv2.max(cv2.max(r, g), cv2.max(b, a))) for r, g, b, a in every]
    for hat, other in (hats, hats[::-1]):
        mask = (hat > VISIBLE) & (hat >= other)
        if mask.any():
            yield _extended(mask), hat.astype(np.float32)


def _extended(mask: Mask) -> Mask:
    """The mask without components too small for a line."""
    _, number, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    extent = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = extent >= _EXTENT
    keep[0] = False
    return np.asarray(keep[number])


def wide_masks(labels: NDArray[np.int16]) -> Iterator[tuple[Mask, NDArray[np.float32], int]]:
    """Masks of the label components that are drawn with a pen of even width, THIN px or so and wider.

    Each with its depth, and how far apart pixels may lie that show it, a power of 2: a tenth of the pen or so.
    """
    inner = np.ones(labels.shape, np.uint8)
    inner[:, 1:] &= labels[:, 1:] == labels[:, :-1]
    inner[1:] &= labels[1:] == labels[:-1]
    inner[:, :-1] &= labels[:, 1:] == labels[:, :-1]
    inner[:-1] &= labels[1:] == labels[:-1]
    if inner.all():
        return
    depth = cv2.distanceTransform(inner, cv2.DIST_L2, 5) + 0.5
    start, size, component = components(labels)
    greatest, total = np.zeros(component.max() + 1), np.zeros(component.max() + 1)
    np.maximum.at(greatest, component, np.maximum.reduceat(depth.ravel(), start))
    np.add.at(total, component, np.add.reduceat(depth.ravel(), start))
    area = np.bincount(component, size)
    pen = (total / area >= _EVEN * greatest) & (area >= _LONG * (2 * greatest) ** 2) & (greatest > THIN / 4)
    stride = np.where(pen, 2 ** np.floor(np.log2(np.maximum(greatest / THIN, 1))), 0).astype(np.int64)
    for each in np.unique(stride[pen]).tolist():
        yield np.repeat(stride[component] == each, size).reshape(labels.shape), depth, each


def lines(
    premultiplied: Pixels, mask: Mask, weight: NDArray[np.float32], stride: int = 1
) -> tuple[list[Line], Points]:
    """The lines of a mask, and the points where they meet, (n, 2).

    weight: (h, w), where in the mask a line's middle is. stride: one in so many rows and columns tells of the mask.
    """
    if not mask.any():
        return [], np.zeros((0, 2))
    y, x = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    seen = np.s_[y[0] : y[-1] + 1 : stride, x[0] : x[-1] + 1 : stride]
    found = paths(thinned(mask[seen]))
    whole = np.pad(mask[y[0] : y[-1] + 1, x[0] : x[-1] + 1].astype(np.uint8), 1)
    depth = cv2.distanceTransform(whole, cv2.DIST_L2, 5)[found.y * stride + 1, found.x * stride + 1].astype(np.float64)
    middle = (_weighted(found, weight[seen] * mask[seen]) - 0.5) * stride + [x[0] + 0.5, y[0] + 0.5]
    node, places, kept = _nodes(found, middle, depth / stride)
    pixels = premultiplied.astype(np.float32)
    result = []
    for k in kept.tolist():
        piece = slice(found.offsets[k], found.offsets[k + 1])
        half = max(float(np.quantile(depth[piece], _DEEP)) - 1, 0)
        line = _measured(pixels, middle[piece], bool(found.closed[k]), half, (int(node[k, 0]), int(node[k, 1])))
        if line is not None:
            result.append(line)
    return result, places


def _weighted(found: Paths, weight: NDArray[np.float32]) -> Points:
    """(N, 2): the paths' pixels, moved to the centroid of the weight around them."""
    y, x = np.mgrid[: weight.shape[0], : weight.shape[1]].astype(np.float32)
    sums = [
        cv2.boxFilter(a, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)[found.y, found.x]
        for a in (weight * x, weight * y, weight)
    ]
    return np.stack(sums[:2], axis=1).astype(np.float64) / np.maximum(sums[2], 1e-6)[:, None] + 0.5


def _nodes(found: Paths, middle: Points, depth: Floats) -> tuple[NDArray[np.int64], Points, NDArray[np.int64]]:
    """((P, 2) meeting point at each path's ends, −1 for none; their places; the paths that are no parts of one).

    Meeting points hardly farther apart than the lines are wide are one; a short loose end there is a line's corner.
    """
    first, last = found.offsets[:-1], found.offsets[1:] - 1
    ends = np.stack([first, last], axis=1)
    count = np.diff(found.offsets)
    wide = depth[ends].max(axis=1)
    meets = (found.crowd >= 3) & ~found.closed[:, None]
    pixel = found.y * 2**20 + found.x
    distinct, number = np.unique(pixel[ends[meets]], return_inverse=True)
    node = np.full(ends.shape, -1, np.int64)
    node[meets] = number
    short = count <= np.maximum(3.0, 2 * wide)
    bridge = short & meets.all(axis=1)
    merged = unite(len(distinct), node[bridge, 0], node[bridge, 1])
    _, merged = np.unique(merged, return_inverse=True)
    node[meets] = merged[number]
    places = np.zeros((int(merged.max(initial=-1)) + 1, 2))
    for axis in (0, 1):
        np.add.at(places[:, axis], node[meets], middle[ends[meets], axis])
    places /= np.maximum(np.bincount(node[meets], minlength=len(places)), 1)[:, None]
    spur = meets.any(axis=1) & ~meets.all(axis=1) & (count <= 1.5 * wide + 1)
    kept = np.flatnonzero(~bridge & ~spur & ((count >= 4) | found.closed))
    alone = np.append(np.bincount(node[kept][node[kept] >= 0], minlength=len(places)) < 2, False)
    node[alone[node]] = -1
    return node, places, kept


def _across(points: Points, closed: bool) -> Points:
    return tangents(points, closed)[:, ::-1] * [-1, 1]


def _measured(
    pixels: NDArray[np.float32], middle: Points, closed: bool, half: float, nodes: tuple[int, int]
) -> Line | None:
    """The line along a path of pixels; None where its width is not even."""
    step = step_of(2 * half)
    points = spaced(smoothed(middle, 1.5, closed), step, closed)
    near = round((half + 1.5) / step)
    cut = [near if n >= 0 else 0 for n in nodes]
    points = points[cut[0] : len(points) - cut[1]]
    if len(points) < 2 + closed:
        return None
    for sigma in (1.0, 0.7):
        p = profiles(pixels, points, closed, half)
        moved = points + np.clip(p.offset, -1, 1)[:, None] * _across(points, closed)
        points = spaced(smoothed(moved, sigma, closed), step, closed)
    p = profiles(pixels, points, closed, half)
    # Smoothing cut bends by σ²/2r.
    points = points + smoothed(np.clip(p.offset, -1, 1)[:, None] * _across(points, closed), 1.5, closed)
    inner = slice(None) if closed or len(points) <= 2 * near + 3 else slice(near + 1, len(points) - near - 1)
    width = float(np.median(p.width[inner]))
    bad = np.abs(smoothed(p.width[:, None], 1.0, closed)[:, 0] - width) > _STRAY * width + _NOISE
    if width < _THINNEST or bad[inner].mean() > _UNEVEN or _longest(bad[inner]) * step > 2 * width + 4:
        return None
    if not closed:
        good = np.flatnonzero(~bad)
        bad[: inner.start], bad[inner.stop :] = False, False
        kept = np.s_[good[0] if nodes[0] >= 0 else 0 : good[-1] + 1 if nodes[1] >= 0 else len(bad)]
        points, bad = points[kept], bad[kept]
        if len(points) < 2:
            return None
    points = repaired(points, bad, closed, step)
    line = Line(points, width, np.median(p.ground[inner], axis=0), p.color, closed, nodes)
    if line.contrast < _CONTRAST or line.color[3] < _CONTRAST:
        return None
    return line if closed else _ended(pixels, line, p)


def _longest(bad: NDArray[np.bool_]) -> int:
    """The length of the longest stretch of bad ones."""
    good = np.flatnonzero(~np.pad(bad, 1))
    return int(np.diff(good).max(initial=1)) - 1


def _ended(pixels: NDArray[np.float32], line: Line, p: Profiles) -> Line:
    """The line with its loose ends where its ink ends: as far on as the integral of its width goes."""
    points, spacing = line.points, step_of(line.width)
    for end in (0, 1):
        if line.nodes[end] >= 0:
            continue
        ahead = points if end else points[::-1]
        back = min(len(ahead) - 2, round((line.width / 2 + 1.5) / spacing))
        ground = np.median((p.ground if end else p.ground[::-1, ::-1])[-back - 4 :], axis=0)
        walk = _onward(ahead[: len(ahead) - back], spacing, back * spacing + line.width + 3)
        ink = covered(pixels, walk, _across(walk, False), ground, line.color, line.width / 2 + 1)
        share = ink / max(float(np.median(ink[: max(1, round(back * spacing / 2 / _FINE))])), 1e-6)
        beyond = np.asarray(((walk < 0) | (walk > pixels.shape[1::-1])).any(axis=1))
        gone = np.flatnonzero((share < 0.04) | beyond)
        count = int(gone[0]) if len(gone) else len(share)
        length = (float(share[:count].sum()) - 0.5) * _FINE
        whole = int(np.clip(length // _FINE, 0, len(walk) - 2))
        last = walk[whole] + (length / _FINE - whole) * (walk[whole + 1] - walk[whole])
        if len(gone) and beyond[gone[0]]:
            last = _on_border(last, walk[whole + 1] - walk[whole], line.width, pixels.shape[1::-1])
        ahead = np.concatenate([ahead[: len(ahead) - back - 1], walk[: whole + 1], last[None]])
        points = ahead if end else ahead[::-1]
    return replace(line, points=spaced(points, spacing, False))


def _on_border(end: Points, ahead: Points, width: float, size: tuple[int, ...]) -> Points:
    """Where a line that the page cuts off ends: on its border, or so far beyond that its end does not show."""
    axis = int(np.abs(ahead).argmax())
    border = float(size[axis]) if ahead[axis] > 0 else 0.0
    lean = float(ahead[1 - axis] / ahead[axis])
    far = border + np.copysign(abs(lean) * width, ahead[axis])
    result = np.empty(2)
    result[axis], result[1 - axis] = far, end[1 - axis] + lean * (far - end[axis])
    return result if abs(border - end[axis]) <= 1 else end


def _onward(points: Points, spacing: float, length: float) -> Points:
    """Points _FINE px apart from the last one on: along the line through those before, or their parabola."""
    last = points[-_TAIL:]
    t = (np.arange(len(last)) - len(last) + 1) * spacing
    ahead = np.arange(0, length, _FINE)
    for degree in (1, 2):
        basis = t[:, None] ** np.arange(degree + 1)
        if len(last) > degree:
            c = np.linalg.lstsq(basis, last, rcond=None)[0]
        if np.abs(basis @ c - last).max() < _STRAIGHT:
            break
    return np.asarray(ahead[:, None] ** np.arange(len(c)) @ c)
