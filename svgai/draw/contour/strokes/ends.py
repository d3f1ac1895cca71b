"""Where loose ends of lines are: as far on as their ink goes, or on the border of the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Points
from svgai.draw.contour.strokes.line import Line, step_of
from svgai.draw.contour.strokes.polyline import across, spaced
from svgai.draw.contour.strokes.profiles import Profiles, covered
from svgai.sorted_values import median

# Ink is looked for at places 0.25 px apart.
FINE = 0.25
# A line goes on as its last 8 points do: along the line through them, or along their parabola where they leave that
# line by 0.15 px or more. By eye.
TAIL, STRAIGHT = 8, 0.15
# Up to half a width and 1.5 px before an end, ink is less than the line's: such points are given up. By eye.
FADING = 1.5
# The ground of an end is the median of the points given up and 4 more. By eye.
GROUND = 4
# Ink is looked for up to a width and 3 px beyond the points given up. By eye.
BEYOND = 3
# Ink has ended where less than 4 % of the line's is left. By eye.
GONE = 0.04
# A line that ends within 1 px of the picture's border is cut off by it.
AT_BORDER = 1


def ended(pixels: NDArray[np.float32], line: Line, profiles: Profiles) -> Line:
    """The line, its profiles those of its points, with each loose end where its ink ends in the picture, (h, w, 4)."""
    points = line.points
    for end in (0, 1):
        if line.nodes[end] < 0:
            towards = slice(None) if end else slice(None, None, -1)
            ground = profiles.ground[towards, towards]
            points = _with_end(pixels, points[towards], ground, line)[towards]
    return replace(line, points=spaced(points, step_of(line.width), False))


def _with_end(pixels: NDArray[np.float32], points: Points, ground: Floats, line: Line) -> Points:
    """Points of a line, (n, 2), the last of them where its ink ends; ground: (n, 2, 4) to its left and right hand."""
    spacing = step_of(line.width)
    back = min(len(points) - 2, round((line.width / 2 + FADING) / spacing))
    kept = points[: len(points) - back]
    walk = _onward(kept, spacing, back * spacing + line.width + BEYOND)
    colors = median(ground[-back - GROUND :])
    ink = covered(pixels, walk, across(walk, False), colors, line.color, line.width / 2 + 1)
    usual = median(ink[: max(1, round(back * spacing / 2 / FINE))])
    end = _end(walk, ink / max(float(usual), 1e-6), line.width, pixels.shape[1::-1])
    return np.concatenate([kept[:-1], end])


def _end(walk: Points, share: Floats, width: float, size: tuple[int, ...]) -> Points:
    """The part of a walk, (n, 2), FINE px apart, that a line goes along, as far as the integral of its ink reaches.

    share: (n,) the ink at each place, of the line's. size: width and height of the picture.
    """
    beyond = np.asarray(((walk < 0) | (walk > size)).any(axis=1))
    gone = np.flatnonzero((share < GONE) | beyond)
    count = int(gone[0]) if len(gone) else len(share)
    steps = float(share[:count].sum()) - 0.5
    whole = int(np.clip(steps // 1, 0, len(walk) - 2))
    ahead = walk[whole + 1] - walk[whole]
    last = walk[whole] + (steps - whole) * ahead
    if len(gone) and beyond[gone[0]]:
        last = _on_border(last, ahead, width, size)
    return np.concatenate([walk[: whole + 1], last[None]])


def _on_border(end: Points, ahead: Points, width: float, size: tuple[int, ...]) -> Points:
    """Where a line that the page cuts off ends: on its border, or so far beyond that its end does not show."""
    axis = int(np.abs(ahead).argmax())
    border = float(size[axis]) if ahead[axis] > 0 else 0.0
    lean = float(ahead[1 - axis] / ahead[axis])
    far = border + np.copysign(abs(lean) * width, ahead[axis])
    result = np.empty(2)
    result[axis], result[1 - axis] = far, end[1 - axis] + lean * (far - end[axis])
    return result if abs(border - end[axis]) <= AT_BORDER else end


def _onward(points: Points, spacing: float, length: float) -> Points:
    """Places FINE px apart from the last point on, so many px: along the line through those before, or a parabola."""
    last = points[-TAIL:]
    behind = (np.arange(len(last)) - len(last) + 1) * spacing
    ahead = np.arange(0, length, FINE)
    for degree in (1, 2):
        basis = behind[:, None] ** np.arange(degree + 1)
        if len(last) > degree:
            curve = np.linalg.lstsq(basis, last, rcond=None)[0]
        if np.abs(basis @ curve - last).max() < STRAIGHT:
            break
    return np.asarray(ahead[:, None] ** np.arange(len(curve)) @ curve)
