"""Straight and premultiplied alpha: the one place that rounds from one to the other."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Pixels


def premultiply(rgba: Pixels) -> Pixels:
    """(h, w, 4) straight alpha → premultiplied, both uint8; an opaque picture is returned as it is."""
    if (rgba[..., 3] == 255).all():
        return rgba
    result = rgba.copy()
    for band in np.array_split(np.arange(len(rgba)), -(-rgba.size // 2**22)):  # so that the 16-bit copy stays small
        rows = slice(band[0], band[-1] + 1)
        product = rgba[rows, :, :3].astype(np.uint16) * rgba[rows, :, 3:] + 127
        result[rows, :, :3] = product // 255
    return result


def straight_alpha(premultiplied: Pixels) -> Pixels:
    """(h, w, 4) premultiplied → straight alpha, both uint8; opaque and clear pixels as they are."""
    alpha = premultiplied[..., 3]
    partial = (alpha > 0) & (alpha < 255)
    if not partial.any():
        return premultiplied
    pixels = premultiplied.copy()
    some = premultiplied[partial].astype(np.uint32)
    some[:, :3] = np.minimum((some[:, :3] * 255 + some[:, 3:] // 2) // some[:, 3:], 255)
    pixels[partial] = some
    return pixels
