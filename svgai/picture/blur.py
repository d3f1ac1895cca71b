"""An even blur: how wide all edges of a picture are, and the picture with edges as anti-aliasing leaves them.

A step of contrast c under a Gaussian of σ has a greatest slope of c / (σ √2π). Where even the sharpest edges of a
picture are wide, it was blurred or enlarged as a whole; a drawing with soft shadows has sharp edges too.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from svgai.arrays import Pixels, Plane
from svgai.picture.noise import flat_range, middle
from svgai.sorted_values import quantile

# A step's contrast is that of the 9 × 9 px around it, where that is 60 grey levels and more; slopes count that are the
# greatest of 3 × 3 px (by eye).
_AROUND, _CONTRAST = 9, 60
_ROOT = math.sqrt(2 * math.pi)
# The sharpest tenth of the edges measures 0.56–0.80 px in pictures with anti-aliasing alone, 0.87–1.03 under a blur of
# σ 0.7, 1.13–1.24 under 1.0, 2.0 under 2.0 (33 drawings at 128–512 px): from 1.05 on a picture is blurred, where its
# median edge is no wider than 1.4 times that. Of fewer than 40 edges nothing is said.
_SHARPEST, _BLURRED, _EVEN, _EDGES = 0.1, 1.05, 1.4, 40
# What a sharp edge measures, px, on the mean of all directions.
_SHARP = 0.58
# Up to σ 4 px edges keep their place within the window (by eye).
_MOST = 4.0
# The two sides of an edge are the darkest and the lightest of the pixels within 2 σ: farther ones belong to the next.
_REACH = 2.0


def even_blur(pixels: Pixels) -> float:
    """σ in px of what blurs all edges of opaque (h, w, 4) pixels; 0 where some are sharp."""
    luma = cv2.cvtColor(middle(pixels), cv2.COLOR_RGBA2GRAY).astype(np.float32)
    window = np.ones((_AROUND, _AROUND), np.uint8)
    contrast = np.asarray(cv2.dilate(luma, window)) - np.asarray(cv2.erode(luma, window))
    slope = cv2.magnitude(cv2.Sobel(luma, cv2.CV_32F, 1, 0, ksize=1), cv2.Sobel(luma, cv2.CV_32F, 0, 1, ksize=1)) / 2
    edge = (contrast > _CONTRAST) & (slope > 0) & (slope == cv2.dilate(slope, np.ones((3, 3), np.uint8)))
    if np.count_nonzero(edge) < _EDGES:
        return 0.0
    widths = np.asarray(contrast[edge] / (_ROOT * slope[edge]), np.float64)
    sharpest, middling = quantile(widths, _SHARPEST), quantile(widths, 0.5)
    if sharpest < _BLURRED or middling > _EVEN * sharpest:
        return 0.0
    return min(_MOST, math.sqrt(sharpest**2 - _SHARP**2))


def sharpened(pixels: Pixels, blur: float, noise: float) -> Pixels:
    """(h, w, 4) whose edges, blurred by a Gaussian of σ `blur` px, are ramps of one px in the same places.

    Each channel is stretched about the middle of what lies within reach, so that its slope there becomes that of a
    pixel's coverage (a contrast enhancement as of Kramer, Bruckner, "Iterations of a non-linear transformation for
    enhancement of digital images", Pattern Recognition 7, 1975). What spans no more than noise of σ `noise` stays.
    """
    color = np.ascontiguousarray(pixels[..., :3]).astype(np.float32)
    side = 2 * math.ceil(_REACH * blur) + 1
    window = np.ones((side, side), np.uint8)
    high, low = (np.asarray(extreme(color, window), np.float32) for extreme in (cv2.dilate, cv2.erode))
    result = pixels.copy()
    result[..., :3] = np.rint(_stretched(color, low, high, np.float32(_ROOT * blur), flat_range(noise)))
    return result


def _stretched(color: Plane, low: Plane, high: Plane, gain: np.float32, flat: float) -> Plane:
    """Values between low and high, `gain` times as far from their middle; as they are where the span is flat."""
    span = high - low
    share = np.clip(0.5 + gain * ((color - low) / np.maximum(span, 1) - 0.5), 0, 1)
    return np.where(span > flat, low + span * share, color)
