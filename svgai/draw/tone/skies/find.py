"""Where a picture is smooth: components of pixels without edges and without fine texture."""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Colors, Mask

# Levels a pixel of the small copy, of the channel that changes most: 1.1 levels a pixel of a picture of 0.3 MP.
SLOPE = 2.7
# Mean distance from the local mean, in levels: grass and hair have 5 and more.
TEXTURE = 3.0
# Parts of the picture: below, a gradient's bytes are no fewer than those of the few veils in its place.
LEAST = 0.012


def smooth_mask(colors: Colors) -> Mask:
    """(h, w): which pixels of a small copy, (h, w, 3), are smooth."""
    soft = cv2.GaussianBlur(colors, (0, 0), 1.0, borderType=cv2.BORDER_REFLECT)
    slopes = [cv2.Sobel(soft, cv2.CV_32F, *order, scale=1 / 8).reshape(colors.shape) for order in ((1, 0), (0, 1))]
    slope = np.hypot(*slopes).max(axis=2)
    grey = cv2.cvtColor(colors, cv2.COLOR_RGB2GRAY)
    rough = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 1.5, borderType=cv2.BORDER_REFLECT))
    texture = cv2.GaussianBlur(rough, (0, 0), 2.0, borderType=cv2.BORDER_REFLECT)
    return np.asarray((slope < SLOPE) & (texture < TEXTURE))


def largest_part(smooth: Mask) -> Mask | None:
    """(h, w): the largest component of a mask, without its border; None where none is large enough."""
    eroded = cv2.erode(smooth.astype(np.uint8), np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(eroded)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if not len(areas) or areas.max() < LEAST * smooth.size:
        return None
    return np.asarray(labels == areas.argmax() + 1)
