"""Which pixels each stroke is judged by."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Plane
from svgai.draw.contour.strokes.stroke import Stroke
from svgai.draw.outline.curves.curves import are_lines
from svgai.draw.outline.curves.gauss_newton import places

# (h, w): the number of the last stroke that a pixel belongs to, from 1; 0 for none.
StrokeNumbers: TypeAlias = NDArray[np.int32]

# A stroke's surroundings are the pixels within 1.5 px of it. By eye.
MARGIN = 1.5
# Each segment is drawn by 17 points, to a sixteenth of a pixel (OpenCV's fixed point with 4 bits).
SEEN, FRACTION_BITS = 17, 4


def around_lines(strokes: list[Stroke], shape: tuple[int, ...]) -> StrokeNumbers:
    """The pixels, of a picture (h, w), of each stroke's line and its surroundings."""
    number = np.zeros(shape, np.int32)
    share = np.linspace(0, 1, SEEN)
    for color, stroke in enumerate(strokes, 1):
        straight = are_lines(stroke.beziers)
        walk = places(stroke.beziers, straight, np.broadcast_to(share, (len(straight), SEEN))).reshape(-1, 1, 2)
        thick = max(1, round(stroke.width + 2 * MARGIN))
        fixed = np.rint((walk - 0.5) * 2**FRACTION_BITS).astype(np.int32)
        cv2.polylines(number, [fixed], stroke.closed, color, thick, cv2.LINE_8, FRACTION_BITS)
    return number


def around_ends(strokes: list[Stroke], shape: tuple[int, ...]) -> StrokeNumbers:
    """The pixels, of a picture (h, w), of each stroke's ends and corners and their surroundings."""
    number = np.zeros(shape, np.int32)
    for color, stroke in enumerate(strokes, 1):
        sharp = stroke.beziers[stroke.corner, 0]
        if not stroke.closed:
            sharp = np.concatenate([sharp, stroke.beziers[-1:, 3]])
        for x, y in np.rint(sharp - 0.5).astype(int).tolist():
            cv2.circle(number, (x, y), round(stroke.width / 2 + MARGIN), color, -1)
    return number


def mean_errors(number: StrokeNumbers, error: Plane, count: int) -> Floats:
    """(count,): the mean of the error, (h, w), in the pixels of each stroke; 0 where it has none."""
    size = np.bincount(number.ravel(), minlength=count + 1)[1:]
    return np.asarray(np.bincount(number.ravel(), error.ravel(), count + 1)[1:] / np.maximum(size, 1))
