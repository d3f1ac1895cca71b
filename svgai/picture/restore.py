"""A picture without dithering, a scanner's grain, an LCD's fringes: what is classified and drawn.

Scores are of the file as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np

from svgai.option_kinds import AUTO
from svgai.options import CLEAN, HALFTONE, JPEG, PHOTO_OF_PAPER, SCAN
from svgai.picture import dither
from svgai.picture.blur import even_blur, sharpened
from svgai.picture.degradation import Degradation
from svgai.picture.fringes import fringe, joined
from svgai.picture.noise import grain
from svgai.picture.paper import Paper, divided, find_paper
from svgai.picture.pencil import in_one_ink
from svgai.picture.raster import Raster
from svgai.picture.screen import screen_period, smoothing

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
# A picture that somebody says was a JPEG has the noise of quality 85 where nothing tells of another.
_CODED = 3.5
# What disturbs them where a screen was, σ 4, is calmed before its edges are sharpened and after (by eye).
_SCREEN_LEFT = 4.0
# The same of what sharpening leaves beside edges: σ 2 (of 0, 0.7 and 2 the least ΔE at 4×, on 14 icons of 128 px).
_BLUR_LEFT = 2.0


class Restored(NamedTuple):
    """A picture without what was found in it; the raster that came where nothing was taken away.

    The noise of a restored picture is what restoring leaves, by estimate; that of others is what coding added.
    """

    raster: Raster
    found: Degradation


def restored(raster: Raster, source: str = AUTO, keep_paper: bool = False) -> Restored:
    """The same picture as it would be clean.

    source: what it went through, one of options.SOURCES. keep_paper: whether a page keeps its colour.
    """
    if source == JPEG and not raster.noise:
        raster = Raster(raster.pixels, _CODED)
    found = Degradation(coding=raster.noise)
    if source in (CLEAN, JPEG):
        return Restored(raster, found)
    if not raster.noise:
        undithered = dither.smoothed(raster.pixels)
        if undithered is not None:
            return Restored(Raster(undithered, _DITHER_LEFT), replace(found, dithered=True))
        side = fringe(raster.pixels)
        if side:
            raster, found = Raster(joined(raster.pixels, side)), replace(found, fringes=True)
    paper = find_paper(raster, is_page=source in (SCAN, PHOTO_OF_PAPER))
    period = screen_period(raster.pixels, is_print=source == HALFTONE) if raster.opaque else 0.0
    if period:
        clean = _without_screen(raster, paper, period, found)
    elif paper:
        clean = _without_paper(raster, paper, found)
    else:
        sigma = 0.0 if raster.noise else _CHANNEL * grain(raster.pixels)
        return Restored(calmed(raster, sigma), replace(found, grain=sigma)) if sigma else Restored(raster, found)
    return _tinted(clean, paper) if paper and keep_paper else clean


def _tinted(clean: Restored, paper: Paper) -> Restored:
    """What was drawn on white, on the paper's colour where it is lightest."""
    pixels = clean.raster.pixels.copy()
    pixels[..., :3] = np.rint(pixels[..., :3] * (np.array(paper.color) / 255))
    return Restored(Raster(pixels, clean.raster.noise), clean.found)


def _on_paper(paper: Paper, found: Degradation) -> Degradation:
    """What was found, and the page."""
    color = "#{:02x}{:02x}{:02x}".format(*paper.color)
    return replace(found, grain=_CHANNEL * 255 * paper.spread, paper=color, light_fall=paper.fall)


def _without_screen(raster: Raster, paper: Paper | None, period: float, found: Degradation) -> Restored:
    """Shades where print has dots; edges are sharpened by as much as smoothing the dots softens them."""
    on_white = divided(raster, paper) if paper else raster.pixels
    seen = replace(_on_paper(paper, found) if paper else found, screen=period)
    sigma = smoothing(period)
    soft = np.asarray(cv2.GaussianBlur(on_white, (0, 0), sigma), np.uint8)
    sharp = sharpened(calmed(Raster(soft), _SCREEN_LEFT).pixels, sigma, _SCREEN_LEFT)
    return Restored(Raster(calmed(Raster(sharp), _SCREEN_LEFT).pixels, _SCREEN_LEFT), seen)


def without_blur(clean: Restored) -> Restored:
    """The same with sharp edges, where all of them are blurred alike."""
    raster, found = clean
    sigma = even_blur(raster.pixels) if raster.opaque else 0.0
    if not sigma:
        return clean
    sharp = Raster(sharpened(raster.pixels, sigma, raster.noise), max(raster.noise, _BLUR_LEFT))
    return Restored(sharp, replace(found, blur=sigma))


def _without_paper(raster: Raster, paper: Paper, found: Degradation) -> Restored:
    """What is drawn on a page, on white."""
    seen = _on_paper(paper, found)
    on_white = divided(raster, paper)
    lines = in_one_ink(on_white)
    if lines is not None:
        return Restored(Raster(lines, _LINES_LEFT), replace(seen, broken_ink=True))
    calm = calmed(Raster(on_white), seen.grain)
    return Restored(Raster(calm.pixels, max(calm.noise, raster.noise)), seen)


def calmed(raster: Raster, sigma: float) -> Raster:
    """The same picture without grain of σ = sigma in a channel; edges stay."""
    color = np.ascontiguousarray(raster.pixels[..., :3])
    for levels, reach in _PASSES:
        color = np.asarray(cv2.bilateralFilter(color, 0, levels * sigma, reach), np.uint8)
    return Raster(np.dstack([color, raster.pixels[..., 3]]), _LEFT * sigma)
