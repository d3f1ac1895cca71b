"""A picture without dithering, a scanner's grain, an LCD's fringes: what is classified and drawn.

Scores are of the file as it is.
"""

from __future__ import annotations

import cv2
import numpy as np

from svgai.picture import dither
from svgai.picture.fringes import fringe, joined
from svgai.picture.noise import grain
from svgai.picture.raster import Raster

# Luma has two thirds of the σ of independent grain in its channels (BT.601: √(.299² + .587² + .114²)).
_CHANNEL = 1.5
# Two passes of a bilateral filter (Tomasi, Manduchi 1998): reach in grey levels as multiples of σ, and in px. One
# pass leaves six to ten times the segments.
_PASSES = ((5.0, 2.0), (3.0, 2.5))
# What then still disturbs labels and outlines, of σ.
_LEFT = 1.1
# The same of dithering, σ in grey levels.
_DITHER_LEFT = 4.0


def restored(raster: Raster) -> Raster:
    """The same picture without any of them; itself where it has none, or is a coded one, whose σ is known."""
    if raster.noise:
        return raster
    undithered = dither.smoothed(raster.pixels)
    if undithered is not None:
        return Raster(undithered, _DITHER_LEFT)
    side = fringe(raster.pixels)
    if side:
        raster = Raster(joined(raster.pixels, side))
    sigma = _CHANNEL * grain(raster.pixels)
    return calmed(raster, sigma) if sigma else raster


def calmed(raster: Raster, sigma: float) -> Raster:
    """The same picture without grain of σ = sigma in a channel; edges stay."""
    color = np.ascontiguousarray(raster.pixels[..., :3])
    for levels, reach in _PASSES:
        color = np.asarray(cv2.bilateralFilter(color, 0, levels * sigma, reach), np.uint8)
    return Raster(np.dstack([color, raster.pixels[..., 3]]), _LEFT * sigma)
