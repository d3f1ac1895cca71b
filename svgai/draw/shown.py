"""What a drawing shows, how far that is from the picture, and steps that are kept only where that error falls.

Pictures here are premultiplied, (h, w, 4) uint8: what is clear has no colour, and differences are what one sees.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

import cv2
import numpy as np

from svgai.arrays import Pixels, Plane, greatest
from svgai.draw.budget import affords, spend
from svgai.drawing import Drawing
from svgai.kernels.library import kernel
from svgai.output.render import render_premultiplied
from svgai.output.svg import write

# A drawing is stacked, written and rendered in 12 µs a segment and 0.1 µs a pixel (benchmarks/work.py).
_SEGMENT, _PIXEL = 1.2e-5, 1e-7


def showing(segments: int, pixels: int) -> float:
    """The work to make a drawing of so many segments and to look at it."""
    return _SEGMENT * segments + _PIXEL * pixels


# A drawing costs (error + 3) × size^0.9: doubling the size must cut the error + 3 to 54 % to pay. 3 (grey levels)²
# hardly show, and are not worth segments (by eye, on the corpus).
SIZE_POWER, UNSEEN = 0.9, 3.0

# Drawings are rendered 4 times as fine and halved twice, or once, if that takes no more than 2,048² px, which resvg
# draws in 5 to 9 ms: it knows 4 shares of a pixel along a level or an upright edge and 16 along others, too few to say
# where an edge is, and draws thin strokes poorly.
HALVINGS, MOST_RENDERED = 2, 2048**2

# Two drawings show a pixel alike where no channel differs by more than 8 grey levels (by eye).
ALIKE = 8


def cost(error: float, size: int) -> float:
    """What decides between drawings of one picture: the error, (grey levels)², and the size by its power.

    size: segments of a flat drawing, bytes of a shaded one, where much is in the paints.
    """
    return (error + UNSEEN) * math.pow(max(size, 1), SIZE_POWER)


def shown(drawing: Drawing, decimals: int) -> Pixels:
    """What a drawing shows when written with so many decimals: (height, width, 4) uint8, premultiplied.

    Raises EngineError where the renderer refuses the drawing.
    """
    width, height = drawing.width, drawing.height
    spend(showing(drawing.segment_count, width * height))
    halvings = next(k for k in range(HALVINGS, -1, -1) if not k or width * height * 4**k <= MOST_RENDERED)
    seen = render_premultiplied(write(drawing, decimals, repeats=False), width << halvings, height << halvings)
    for k in reversed(range(halvings)):
        seen = np.asarray(cv2.resize(seen, (width << k, height << k), interpolation=cv2.INTER_AREA), np.uint8)
    return seen


def squared_error(source: Pixels, seen: Pixels) -> float:
    """The mean squared error of a colour channel over black or over white, whichever is greater, (grey levels)².

    Both (h, w, 4) uint8, premultiplied.
    """
    count = source.size // 4
    compiled = kernel("squared_errors")
    if compiled is None:
        return specified_squared_error(source, seen)
    sums = np.empty(2)
    compiled(count, np.ascontiguousarray(source), np.ascontiguousarray(seen), sums)
    return float(sums.max()) / (3 * count)


def specified_squared_error(source: Pixels, seen: Pixels) -> float:
    """squared_error in numpy: what kernels/pixels.c does."""
    difference = cv2.subtract(source, seen, dtype=cv2.CV_16S)
    opacity = difference[..., 3:]
    over_black = difference[..., :3]
    grounds = [over_black, over_black - opacity] if opacity.any() else [over_black]
    return max(cv2.norm(np.ascontiguousarray(ground), cv2.NORM_L2SQR) for ground in grounds) / over_black.size


def shared_error(source: Pixels, one: Pixels, other: Pixels) -> float:
    """The squared error, as squared_error, that two drawings leave in those pixels that both show alike."""
    alike = greatest(cv2.absdiff(one, other))[..., None] <= ALIKE
    return squared_error(np.where(alike, source, one), one)


def pixel_errors(source: Pixels, seen: Pixels) -> Plane:
    """(h, w): each pixel's mean squared error over its four channels, (grey levels)²; both premultiplied."""
    difference = cv2.absdiff(source, seen).astype(np.float32)
    return np.asarray((difference**2).mean(axis=2), np.float32)


State = TypeVar("State")


class Step(NamedTuple, Generic[State]):
    """What one step led to, and the error before and after it, both measured alike."""

    state: State
    before: float
    after: float


def improved(
    state: State, step: Callable[[State], Step[State]], steps: int, slow: float = 1.0, work: float = 0.0
) -> State:
    """The state after at most `steps` steps, each kept only if the error falls; the first that is not kept ends it.

    slow: a step that leaves more than this share of the error is kept, and is the last one. work: what a step costs;
    one that is not affordable is not taken.
    """
    for _ in range(steps):
        if not affords(work):
            break
        tried = step(state)
        if tried.after >= tried.before:
            break
        state = tried.state
        if tried.after > slow * tried.before:
            break
    return state
