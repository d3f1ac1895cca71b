"""What an error of a pixel costs."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Plane

# SSIM's constants (Wang et al. 2004) for a data range of 255.
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
WINDOW = 1.5
# The second term counts 1.5 times: a mean that is off lasts over a patch, and its neighbours' windows see it too
# (design-photographs, step 5: without the term astronaut takes 36 % more bytes at .85).
MEANS = 1.5
# Weight of flat areas, in parts of SSIM's own on top of it, and the variance at which a third of that is left: else
# SSIM would leave skin and skies to a few coarse patches (by eye).
FLAT, FLAT_VARIANCE = 2.0, 6.0
# Weights are kept in 8 bits on a logarithmic scale: steps of 5 %, from 1e-5 (far below the weight of an edge from
# black to white, 3e-5) to 3.
_LEAST, _MOST = 1e-5, 3.0
TABLE: Floats = _LEAST * (_MOST / _LEAST) ** (np.arange(256) / 255)


def encoded(weight: Plane) -> NDArray[np.uint8]:
    """Weights as places in TABLE."""
    place = np.log(np.maximum(weight, np.float32(_LEAST))) - np.float32(np.log(_LEAST))
    place *= np.float32(255 / np.log(_MOST / _LEAST))
    return np.asarray(np.rint(np.clip(place, 0, 255)), np.uint8)


def _blur(plane: Plane) -> Plane:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), WINDOW, borderType=cv2.BORDER_REFLECT), np.float32)


def structure_weights(luma: Plane) -> Plane:
    """(h, w): the loss of SSIM, in pixels, by a squared error of one grey level: the second derivative of SSIM.

    An error e within a window of variance v and mean m costs e² / (2v + C2) of structure and e² / (2m² + C1) of
    luminance, summed over the windows that hold the pixel.
    """
    mean = _blur(luma)
    variance = np.maximum(_blur(luma * luma) - mean * mean, 0)
    flat = 1 + np.float32(FLAT) * np.exp(variance * np.float32(-1 / FLAT_VARIANCE))
    weight = 1 / (2 * variance + np.float32(C2)) + np.float32(MEANS) / (2 * mean * mean + np.float32(C1))
    return np.asarray(_blur(weight) * flat, np.float32)
