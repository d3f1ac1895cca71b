"""Colour fringes of sub-pixel rendering: text drawn for the thirds of an LCD's pixels.

Red is then sampled a third of a pixel to the left of green, and blue a third to the right (or the other way round), so
that every upright edge lies in three places.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels
from svgai.sorted_values import median

# An edge that stands alone changes two channels by 40 grey levels and more, and beside it none changes by more than 3
# (by eye).
_CONTRAST, _STILL = 40, 3
# Fringes are told by 40 such edges at least, on the half of which a channel lies 0.22 to 0.45 px from the next, about
# the third of a pixel that an LCD's stripes are apart; in clean pictures of the corpus it does nowhere.
_LEAST, _APART = 40, (0.22, 0.45)
_PAIRS = ((0, 1), (1, 2), (0, 2))
# Small text has no edge that stands alone. There fringes are told by what steps of red and blue differ by: it falls
# below 0.5 of itself when the channels are joined (to a fifth where text is grey, to 0.77 and more in pictures of the
# corpus without fringes), and is more than 0.05 of the steps.
_FALL, _COLORED = 0.5, 0.05
# At most 256 rows are looked at, evenly spread, for time.
_ROWS = 256


def fringe(pixels: Pixels) -> int:
    """Of (h, w, 4) pixels: 1 where red lies to the left of blue, −1 where to the right, 0 where both are in place."""
    height, width = pixels.shape[:2]
    if width < 7 or pixels[..., 3].min() < 255:
        return 0
    rows = pixels[:: -(-height // _ROWS)]
    return _by_edges(rows) or _by_steps(rows)


def _by_edges(pixels: Pixels) -> int:
    """From edges that stand alone: where each channel's change over 5 px lies."""
    rows = pixels[..., :3].astype(np.int16)
    before, after = rows[:, 1:-5], rows[:, 5:-1]
    still = np.maximum(np.abs(before - rows[:, :-6]), np.abs(after - rows[:, 6:])).max(axis=2) <= _STILL
    strong = np.abs(after - before) >= _CONTRAST
    at = np.nonzero(still & (strong.sum(axis=2) >= 2))
    contrast, strong = (after - before)[at], strong[at]
    inner = sum((rows[:, k : k + before.shape[1]][at].astype(np.float64) for k in (2, 3, 4)), np.zeros(3))
    # A channel that is sampled farther left sees an edge farther right.
    place = (3 * after[at] - inner) / np.where(strong, contrast, 1)
    steps = [((place[:, a] - place[:, b]) / (b - a))[strong[:, a] & strong[:, b]] for a, b in _PAIRS]
    apart = np.concatenate(steps)
    middle = float(median(apart)) if len(apart) >= _LEAST else 0.0
    return int(np.sign(middle)) if _APART[0] <= abs(middle) <= _APART[1] else 0


def _by_steps(pixels: Pixels) -> int:
    """From how much more alike the channels' steps become when they are joined."""
    differing, steps = _differing(pixels)
    if differing <= _COLORED * steps:
        return 0
    side = min((1, -1), key=lambda way: _differing(joined(pixels, way))[0])
    return side if _differing(joined(pixels, side))[0] < _FALL * differing else 0


def _differing(pixels: Pixels) -> tuple[float, float]:
    """Sums over (h, w, 4) pixels of how steps along rows differ between red and blue, and of the steps of green."""
    step = np.diff(pixels[..., :3].astype(np.int16), axis=1)
    return float(np.abs(step[..., 0] - step[..., 2]).sum()), float(np.abs(step[..., 1]).sum())


def joined(pixels: Pixels, side: int) -> Pixels:
    """Red and blue moved by a third of a pixel to where green is, which is blurred as much as that blurs them.

    side: as fringe gives it.
    """
    ahead, behind, both = ([0, 2, 1], [1, 2, 0], [1 / 3, 7 / 3, 1 / 3])
    kernels = (ahead, both, behind) if side > 0 else (behind, both, ahead)
    channels: list[NDArray[np.uint8]] = [
        np.asarray(
            cv2.filter2D(
                np.ascontiguousarray(pixels[..., channel]),
                -1,
                np.array([kernel], np.float32) / 3,
                borderType=cv2.BORDER_REPLICATE,
            ),
            np.uint8,
        )
        for channel, kernel in enumerate(kernels)
    ]
    return np.dstack([*channels, pixels[..., 3]])
