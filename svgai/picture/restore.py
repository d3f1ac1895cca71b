"""A picture without dithering, a scanner's grain, an LCD's fringes: what is classified and drawn.

Scores are of the file as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np

from svgai.picture import dither
from svgai.picture.degradation import Degradation
from svgai.picture.fringes import fringe, joined
from svgai.picture.noise import grain
from svgai.picture.paper import Paper, divided, find_paper
from svgai.picture.pencil import in_one_ink
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
# The same of pencil drawn in one ink: σ 3 (by eye).
_LINES_LEFT = 3.0


class Restored(NamedTuple):
    """A picture without what was found in it; the raster that came where nothing was taken away.

    The noise of a restored picture is what restoring leaves, by estimate; that of others is what coding added.
    """

    raster: Raster
    found: Degradation


def restored(raster: Raster) -> Restored:
    """The same picture as it would be clean."""
    found = Degradation(coding=raster.noise)
    if not raster.noise:
        undithered = dither.smoothed(raster.pixels)
        if undithered is not None:
            return Restored(Raster(undithered, _DITHER_LEFT), replace(found, dithered=True))
        side = fringe(raster.pixels)
        if side:
            raster, found = Raster(joined(raster.pixels, side)), replace(found, fringes=True)
    paper = find_paper(raster)
    if paper:
        return _without_paper(raster, paper, found)
    sigma = 0.0 if raster.noise else _CHANNEL * grain(raster.pixels)
    return Restored(calmed(raster, sigma), replace(found, grain=sigma)) if sigma else Restored(raster, found)


def _without_paper(raster: Raster, paper: Paper, found: Degradation) -> Restored:
    """What is drawn on a page, on white."""
    sigma = _CHANNEL * 255 * paper.spread
    seen = replace(found, grain=sigma, paper="#{:02x}{:02x}{:02x}".format(*paper.color), light_fall=paper.fall)
    on_white = divided(raster, paper)
    lines = in_one_ink(on_white)
    if lines is not None:
        return Restored(Raster(lines, _LINES_LEFT), replace(seen, broken_ink=True))
    calm = calmed(Raster(on_white), sigma)
    return Restored(Raster(calm.pixels, max(calm.noise, raster.noise)), seen)


def calmed(raster: Raster, sigma: float) -> Raster:
    """The same picture without grain of σ = sigma in a channel; edges stay."""
    color = np.ascontiguousarray(raster.pixels[..., :3])
    for levels, reach in _PASSES:
        color = np.asarray(cv2.bilateralFilter(color, 0, levels * sigma, reach), np.uint8)
    return Raster(np.dstack([color, raster.pixels[..., 3]]), _LEFT * sigma)
