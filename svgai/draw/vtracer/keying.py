"""Transparency in the one form that vtracer understands: a pixel is there or is not.

vtracer (0.6, `should_key_image`) leaves alpha 0 out only where a fifth of five sampled rows has it, and then by
painting it in the first of six colours that no pixel has exactly: neighbours of nearly that colour vanish too. So a
transparent row is added on top, which always asks for keying, and it carries, at alpha 0, the colours that
are not to be taken.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels

# The six colours that vtracer may paint what is clear with, in its order: it takes the first that no pixel has.
_KEYS = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [0, 255, 255], [255, 0, 255]], np.uint8)


def _reach(color_precision: int) -> int:
    """How far a channel may differ for vtracer to call two colours the same: one step after the shift."""
    return 2 * (1 << (8 - color_precision)) - 1


def _near(colors: NDArray[np.uint8], key: NDArray[np.uint8], reach: int) -> NDArray[np.bool_]:
    """(n,): which colours, (n, 3), vtracer would take for the key."""
    return np.asarray((np.abs(colors.astype(np.int16) - key) <= reach).all(axis=1))


def _choice(colors: NDArray[np.uint8], reach: int) -> tuple[int, NDArray[np.bool_]]:
    """The number of the key that the fewest colours, (n, 3), are near (the first of equals), and (n,) which are."""
    best, best_near = 0, np.ones(len(colors), np.bool_)
    for number, key in enumerate(_KEYS):
        near = _near(colors, key, reach)
        if near.sum() < best_near.sum():
            best, best_near = number, near
        if not best_near.any():
            break
    return best, best_near


def keyed(pixels: Pixels, color_precision: int) -> tuple[Pixels, int]:
    """What vtracer is given, alpha 0 or 255, cut at one half; and the rows of padding on top of it.

    Colours near the chosen key (a picture with all six in it) move just out of reach: by 2 levels at 8 bits.
    """
    there = pixels[..., 3] >= 128
    if there.all():
        return np.dstack([pixels[..., :3], np.full(there.shape, 255, np.uint8)]), 0
    reach = _reach(color_precision)
    colors = pixels[there][:, :3]
    chosen, near = _choice(colors, reach)
    colors[near, 0] = np.abs(int(_KEYS[chosen, 0]) - (reach + 1))
    height, width = there.shape
    padding = -(-len(_KEYS) // width)
    out = np.zeros((padding + height, width, 4), np.uint8)
    out.reshape(-1, 4)[:chosen, :3] = _KEYS[:chosen]
    out[padding:][there] = np.insert(colors, 3, 255, axis=1)
    return out, padding
