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

# A channel has 1.5 times the luma's σ where grain is independent: luma weights leave √(.299² + .587² + .114²) = 0.67
# of it (BT.601).
_CHANNEL = 1.5
# Grain goes in two passes of a bilateral filter (Tomasi, Manduchi 1998), of 5 σ and 2 px, then 3 σ and 2.5 px: one
# pass leaves six to ten times the segments (on the corpus).
_PASSES = ((5.0, 2.0), (3.0, 2.5))
# What disturbs labels and outlines after that is taken for noise of 1.1 σ (by eye).
_LEFT = 1.1
# What disturbs them where dithering was is taken for noise of σ 4 grey levels (by eye).
_DITHER_LEFT = 4.0


def restored(raster: Raster) -> Raster:
    """The same picture without any of them; itself where it has none, or is a coded one, whose σ is known.

    The noise of a restored picture is what restoring leaves, by estimate; that of others is what coding added.
    """
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
