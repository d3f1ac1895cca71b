"""A photographed or scanned page made straight: seen from the front where its edges show, turned where they do not."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Mask, Pixels, Points
from svgai.picture.raster import Raster
from svgai.picture.skew import Skew

# Edges and lines are looked for on a copy of 1,000 px at most: an edge is then within half a pixel of the source's
# in a picture of 12 MP after its line is fitted.
_SIDE = 1000
# Below 32 px there is no page to see.
_SMALLEST = 32
# A page covers 0.2 to 0.97 of the picture: below it is an object, above its edges are the picture's (by eye).
_LEAST, _MOST = 0.2, 0.97
# A page's outline lies within 1.5 % of the picture's side of a quadrilateral: curled corners do, objects do not (by
# eye).
_OFF = 0.015
# A corner is on the picture's border within 2 px of the copy.
_BORDER = 2
# A side's line is fitted to the middle 80 % of its points: corners may be curled or round.
_CORNERS = 0.1
# Page corners go in by 0.6 % of the page, so that no rim of the table is left (by eye).
_INSET = 0.006
# Lines of text lie within 15 degrees of level, looked for in steps of 0.5 and then of 0.05 degrees: beyond, people
# turn the page themselves.
_TURN, _COARSE, _FINE = 15.0, 0.5, 0.05
# Level lines make a profile 1.45 times as sharp as at any angle 2 degrees off and more: text, formulas, plans and
# panels do, turned by 6.3 degrees, 1.45 to 26 times, freehand drawings and photographs 1.0 to 1.42 (wild pictures).
_SHARP, _AWAY = 1.45, 2.0
# Lines are several: the squared steps of the profile at their angle are as many as 8 equal ones or more. One slanting
# line of a freehand drawing makes 2 to 5.
_STEPS = 8
# Below 0.1 degrees a page is straight: a line of 600 px rises by one.
_STRAIGHT = 0.1


def deskewed(raster: Raster) -> Raster:
    """The page alone, seen from the front, where its four edges show; else the picture turned until its lines are
    level; its skew says which. One with neither, or with alpha, comes back as it is."""
    if not raster.opaque or min(raster.width, raster.height) < _SMALLEST:
        return replace(raster, skew=Skew())
    scale = min(1.0, _SIDE / max(raster.width, raster.height))
    size = round(raster.width * scale), round(raster.height * scale)
    color = np.ascontiguousarray(raster.pixels[..., :3])
    small = cv2.resize(color, size, interpolation=cv2.INTER_AREA)
    luma = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    corners = _page(luma)
    if corners is None:
        angle = _angle(luma)
        return _turned(raster, angle) if angle else replace(raster, skew=Skew())
    return _from_the_front(raster, corners / np.array(size) * np.array([raster.width, raster.height]))


def _page(luma: NDArray[np.uint8]) -> Points | None:
    """(4, 2): the corners of the one bright quadrilateral that is the page; None where there is none."""
    calm = cv2.GaussianBlur(luma, (0, 0), 2)
    _, bright = cv2.threshold(calm, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    page = cv2.convexHull(max(outlines, key=cv2.contourArea))
    if not _LEAST < cv2.contourArea(page) / luma.size < _MOST:
        return None
    side = max(luma.shape)
    corners = cv2.approxPolyDP(page, 4 * _OFF * side, closed=True)[:, 0]
    if len(corners) != 4:
        return None
    points = np.asarray(max(outlines, key=len)[:, 0], np.float64)
    fitted = [_line(points, corners[k], corners[(k + 1) % 4], _OFF * side) for k in range(4)]
    lines = [line for line in fitted if line is not None]
    if len(lines) < 4:
        return None
    found = np.array([_crossing(lines[k - 1], lines[k]) for k in range(4)])
    height, width = luma.shape
    if ((found < _BORDER).sum(axis=0) > 1).any() or (
        (found > np.array([width, height]) - _BORDER).sum(axis=0) > 1
    ).any():
        return None  # a side on the picture's border is where the page is cut, not where it ends
    # From the top left on, clockwise (y down): cv2.convexHull's way round depends on the points.
    if cv2.contourArea(found.astype(np.float32), oriented=True) < 0:
        found = found[::-1]
    return np.asarray(np.roll(found, -int(found.sum(axis=1).argmin()), axis=0), np.float64)


def _line(points: Points, start: Points, end: Points, off: float) -> Floats | None:
    """A side's line (direction, point), fitted to the outline's points within `off` px of it; None where these leave
    gaps."""
    way = (end - start).astype(np.float64)
    length = float(np.hypot(*way))
    along = (points - start) @ way / length**2
    across = np.abs((points - start) @ np.array([-way[1], way[0]])) / length
    near: Mask = np.asarray((across < off) & (along > _CORNERS) & (along < 1 - _CORNERS))
    seen = np.unique((along[near] * 50).astype(int))
    if len(seen) < 0.9 * 50 * (1 - 2 * _CORNERS):
        return None
    return np.asarray(cv2.fitLine(points[near].astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01)[:, 0], np.float64)


def _crossing(first: Floats, second: Floats) -> Points:
    """Where two lines (direction, point) meet."""
    sides = np.stack([first[:2], -second[:2]], axis=1)
    return np.asarray(first[2:] + np.linalg.solve(sides, second[2:] - first[2:])[0] * first[:2])


def _from_the_front(raster: Raster, corners: Points) -> Raster:
    """What lies between four corners as a rectangle, each side as long as the mean of the two that it comes from."""
    inner = corners + _INSET * (np.roll(corners, -2, axis=0) - corners)
    sides = np.hypot(*(np.roll(inner, -1, axis=0) - inner).T)
    width, height = round((sides[0] + sides[2]) / 2), round((sides[1] + sides[3]) / 2)
    page = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    # Corners are of pixels' outer corners, cv2 counts from their centres.
    warp = cv2.getPerspectiveTransform(inner.astype(np.float32) - 0.5, page - 0.5)
    seen = cv2.warpPerspective(raster.pixels, warp, (width, height), flags=cv2.INTER_CUBIC)
    places = corners.round(1).tolist()
    return replace(raster, pixels=_opaque(seen), skew=Skew(tuple((x, y) for x, y in places)))


def _angle(luma: NDArray[np.uint8]) -> float:
    """By how many degrees clockwise the picture's lines are off level; 0 where it has none or is straight.

    The angle whose profiles of ink along rows and columns are sharpest (W. Postl, "Detection of linear oblique
    structures and skew scan in digitized documents", ICPR 1986).
    """
    ink = np.abs(np.median(luma) - luma.astype(np.float64))
    y, x = np.nonzero(ink > ink.max() / 2)
    if len(x) < 100:
        return 0.0
    step = -(-len(x) // 60_000)
    places = np.stack([x[::step], y[::step]], axis=1).astype(np.float64)
    angles = np.arange(-_TURN, _TURN + _COARSE / 2, _COARSE)
    sharpness = np.array([_sharpness(places, angle) for angle in angles])
    best = float(angles[sharpness.argmax()])
    if sharpness.max() < _SHARP * sharpness[np.abs(angles - best) > _AWAY].max():
        return 0.0
    finer = np.arange(best - _COARSE, best + _COARSE + _FINE / 2, _FINE)
    best = float(finer[int(np.argmax([_sharpness(places, angle) for angle in finer]))])
    steps = _steps(places, best)
    if (steps.sum() ** 2) < _STEPS * (steps**2).sum() or abs(best) < _STRAIGHT:
        return 0.0
    return round(best, 2)


def _steps(places: Points, angle: float) -> Floats:
    """The squared differences of ink from one row, and one column, to the next, once turned back by an angle."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    both = (places @ np.array([-sin, cos]), places @ np.array([cos, sin]))
    return np.concatenate([np.diff(np.bincount((p - p.min()).astype(int))) ** 2.0 for p in both])


def _sharpness(places: Points, angle: float) -> float:
    """How much the ink along rows and columns differs from one to the next."""
    return float(_steps(places, angle).sum())


def _turned(raster: Raster, angle: float) -> Raster:
    """The picture turned back about its centre, its border's colours beyond."""
    center = (raster.width - 1) / 2, (raster.height - 1) / 2
    turn = cv2.getRotationMatrix2D(center, angle, 1)
    size = raster.width, raster.height
    seen = cv2.warpAffine(raster.pixels, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return replace(raster, pixels=_opaque(seen), skew=Skew(angle=angle))


def _opaque(pixels: NDArray[np.generic]) -> Pixels:
    """Resampled pixels without what resampling did to alpha at the border."""
    opaque = np.asarray(pixels, np.uint8).copy()
    opaque[..., 3] = 255
    return opaque
