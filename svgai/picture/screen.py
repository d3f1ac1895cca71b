"""Halftones: shades that print makes of dots on a grid, found by the grid's two waves, and smoothed into shades again.

A screen's spectrum has a peak at its frequency, and one as high at a right angle to it (Ulichney, "Digital
Halftoning", 1987). Drawings that repeat have such peaks too, but hardly a dot: a pixel darker or lighter than all
around it.
"""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Floats, Mask, Pixels
from svgai.picture.noise import middle

# Screens have dots 2.5 to 9 px apart: closer ones a scanner has blurred, wider ones are seen as dots (by eye).
_CLOSEST, _WIDEST = 2.5, 9.0
# A dot stands out by 2 grey levels from the eight pixels around it after a blur of σ 0.6 px (by eye).
_DOT, _DOT_BLUR = 2, 0.6
# Dots, lighter and darker ones, are as many as a screen of that period has on 0.12 of the picture, at least: clean
# drawings that repeat have 0.00–0.05, prints 0.17–0.66.
_COVER = 0.12
# Power is averaged over tiles of 128 px, half overlapping, of the middle 512 × 512 px, as logarithms; +30 keeps flat
# tiles' rounding out.
_TILE, _MEASURED, _FLOOR = 128, 512, 30.0
# Both peaks rise 1.8 above the median of their frequency, in natural logarithms: prints have 1.9–5.5, photographs 0.7.
_PEAK = 1.8
# The lowest frequency counts whose peaks come within 1.5 of the highest: others are its harmonics (by eye).
_HARMONIC = 1.5
# Axes carry the drawing's own straight edges.
_AXIS = 2
# A Gaussian of σ 0.6 periods leaves 0.08 % of the screen's wave.
_SMOOTH = 0.6


def screen_period(pixels: Pixels) -> float:
    """Period in px of the halftone in opaque (h, w, 4) pixels; 0 where there is none."""
    luma = np.asarray(cv2.cvtColor(middle(pixels), cv2.COLOR_RGBA2GRAY), np.uint8)
    if min(luma.shape) < _TILE:
        return 0.0
    dots = _dots(luma)
    if dots * _WIDEST**2 / 2 < _COVER:
        return 0.0
    top, left = (max(0, (side - _MEASURED) // 2) for side in luma.shape)
    period = _period(_power(luma[top : top + _MEASURED, left : left + _MEASURED].astype(np.float64)))
    return period if dots * period**2 / 2 >= _COVER else 0.0


def _dots(luma: Pixels) -> float:
    """The share of pixels that are dots."""
    soft = cv2.GaussianBlur(luma, (0, 0), _DOT_BLUR)
    ring = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.uint8)
    above, below = cv2.subtract(soft, cv2.dilate(soft, ring)), cv2.subtract(cv2.erode(soft, ring), soft)
    return float((np.maximum(above, below) >= _DOT).mean())


def _power(luma: Floats) -> Floats:
    """(_TILE, _TILE): mean log amplitude over the median of its frequency, frequency 0 in the middle."""
    window = np.outer(np.hanning(_TILE), np.hanning(_TILE))
    places = [range(0, side - _TILE + 1, _TILE // 2) for side in luma.shape]
    tiles = np.stack([luma[y : y + _TILE, x : x + _TILE] for y in places[0] for x in places[1]])
    tiles = (tiles - tiles.mean(axis=(1, 2), keepdims=True)) * window
    power = np.fft.fftshift(np.log(np.abs(np.fft.fft2(tiles)) + _FLOOR).mean(axis=0))
    ring = np.rint(_frequency() * _TILE).astype(int)
    medians = np.array([np.median(power[ring == k]) for k in range(ring.max() + 1)])
    return np.asarray(power - medians[ring])


def _frequency() -> Floats:
    """(_TILE, _TILE): waves a pixel."""
    axis = np.fft.fftshift(np.fft.fftfreq(_TILE))
    return np.asarray(np.hypot(axis[:, None], axis[None]))


def _period(power: Floats) -> float:
    """Of the lowest frequency with two peaks at a right angle; 0 without."""
    wide = np.asarray(cv2.dilate(power, np.ones((3, 3), np.uint8)))
    # About the middle, a quarter turn of the odd square that has it in its centre.
    turned = np.full_like(wide, -np.inf)
    turned[1:, 1:] = np.rot90(wide[1:, 1:])
    both = np.where(_looked_at(power.shape), np.minimum(power, turned), -np.inf)
    if both.max() < _PEAK:
        return 0.0
    high = both >= max(_PEAK, both.max() - _HARMONIC)
    return float(1 / _frequency()[high].min())


def _looked_at(shape: tuple[int, ...]) -> Mask:
    """Where a screen's peaks may lie."""
    frequency = _frequency()
    off = np.abs(np.arange(_TILE) - _TILE // 2) > _AXIS
    near = (frequency > 1 / _WIDEST) & (frequency < 1 / _CLOSEST)
    return np.asarray(near & off[:, None] & off[None]).reshape(shape)


def smoothing(period: float) -> float:
    """σ in px of the Gaussian that makes shades of a screen's dots."""
    return _SMOOTH * period
