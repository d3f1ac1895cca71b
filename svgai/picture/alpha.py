"""Straight and premultiplied alpha: the one place that goes from one to the other, and composites on a colour.

Pictures of 8 bits are rounded to the nearest level, exactly (tests/picture/test_alpha.py holds every pair of value and
alpha). What the gradient engine composites, `draw/gradient/paints/shade.over`, is another thing: one premultiplied
layer over another, both translucent, unrounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from svgai.arrays import Colors, Grey, Pixels, freeze
from svgai.kernels.library import Kernel, kernel


def passed(compiled: Kernel, rgba: Pixels, *more: Grey) -> Pixels:
    """What a kernel of kernels/pixels.c makes of a picture, (h, w, 4)."""
    result = np.empty(rgba.shape, np.uint8)
    compiled(result.size // 4, np.ascontiguousarray(rgba), *more, result)
    freeze(result)
    return result


def times_alpha(values: Grey, alpha: Grey) -> Grey:
    """values × alpha / 255, of one shape, all uint8: what a value shows on black."""
    # In float32 the product is exact, and no quotient comes nearer to a half than 1/510: the rounding is too.
    return np.asarray(cv2.multiply(values, alpha, scale=1 / 255), np.uint8)


def premultiply(rgba: Pixels) -> Pixels:
    """(h, w, 4) straight alpha → premultiplied, both uint8; an opaque picture is returned as it is."""
    if (rgba[..., 3] == 255).all():
        return rgba
    compiled = kernel("premultiply")
    return specified_premultiply(rgba) if compiled is None else passed(compiled, rgba)


def specified_premultiply(rgba: Pixels) -> Pixels:
    """premultiply in numpy: what kernels/pixels.c does."""
    result = rgba.copy()
    alpha = np.ascontiguousarray(rgba[..., 3])
    for channel in range(3):
        result[..., channel] = times_alpha(np.ascontiguousarray(rgba[..., channel]), alpha)
    return result


def premultiplied(rgba: Pixels) -> Colors:
    """(h, w, 3 | 4) float32, 0–255: unrounded, with alpha as the last channel only where any is below 255."""
    colors = rgba.astype(np.float32)
    if (rgba[..., 3] == 255).all():
        return np.ascontiguousarray(colors[..., :3])
    colors[..., :3] *= colors[..., 3:] / 255
    return colors


def straight_alpha(premultiplied: Pixels) -> Pixels:
    """(h, w, 4) premultiplied → straight alpha, both uint8; opaque and clear pixels as they are."""
    if (premultiplied[..., 3] == 255).all():
        return premultiplied
    compiled = kernel("straight_alpha")
    return specified_straight_alpha(premultiplied) if compiled is None else passed(compiled, premultiplied)


def specified_straight_alpha(premultiplied: Pixels) -> Pixels:
    """straight_alpha in numpy: what kernels/pixels.c does."""
    pixels = premultiplied
    for rows in _bands(premultiplied):
        band = premultiplied[rows]
        partial = (band[..., 3] > 0) & (band[..., 3] < 255)
        if partial.any():
            if pixels is premultiplied:
                pixels = premultiplied.copy()
            some = band[partial].astype(np.uint32)
            some[:, :3] = np.minimum((some[:, :3] * 255 + some[:, 3:] // 2) // some[:, 3:], 255)
            pixels[rows][partial] = some
    if pixels is not premultiplied:
        freeze(pixels)
    return pixels


def _bands(pixels: Pixels) -> Iterator[slice]:
    """Rows of about a million pixels, so that the copies in more bits stay small."""
    rows = max(1, (1 << 20) // pixels.shape[1])
    return (slice(top, top + rows) for top in range(0, len(pixels), rows))


def over(rgba: Pixels, ground: int | Sequence[int]) -> Pixels:
    """(h, w, 4) straight alpha composited on an opaque grey or colour, 0–255; an opaque picture as it is."""
    if (rgba[..., 3] == 255).all():
        return rgba
    color = np.full(3, ground, np.uint8)
    compiled = kernel("over")
    return specified_over(rgba, color) if compiled is None else passed(compiled, rgba, color)


def specified_over(rgba: Pixels, ground: Grey) -> Pixels:
    """over in numpy, on a colour (3,): what kernels/pixels.c does."""
    alpha = rgba[..., 3:]
    mixed = rgba * alpha.astype(np.uint16)
    # The alpha channel comes out as 255 − alpha + alpha, whatever the ground.
    mixed[..., 3] = 255 * alpha[..., 0].astype(np.uint16)
    mixed += np.append(ground, 255).astype(np.uint16) * (255 - alpha)
    # Exact division by 255 with rounding, for up to 255² (J. Blinn, "Three wrongs make a right", IEEE CG&A 15(6),
    # 1995).
    mixed += 128
    mixed += mixed >> 8
    return (mixed >> 8).astype(np.uint8)
