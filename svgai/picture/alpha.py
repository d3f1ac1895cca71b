"""Straight and premultiplied alpha: the one place that rounds from one to the other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from svgai.arrays import Pixels, freeze


def premultiply(rgba: Pixels) -> Pixels:
    """(h, w, 4) straight alpha → premultiplied, both uint8; an opaque picture is returned as it is."""
    if (rgba[..., 3] == 255).all():
        return rgba
    result = rgba.copy()
    for rows in _bands(rgba):
        product = rgba[rows, :, :3].astype(np.uint16) * rgba[rows, :, 3:] + 127
        result[rows, :, :3] = product // 255
    return result


def straight_alpha(premultiplied: Pixels) -> Pixels:
    """(h, w, 4) premultiplied → straight alpha, both uint8; opaque and clear pixels as they are."""
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
