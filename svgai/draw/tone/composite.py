"""How renderers lay one colour over another in 8 bits, and the opacities that veils may have.

resvg (tiny-skia) and Chromium's software rasteriser (Skia) multiply colour and opacity, round up at the half, and add.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Opacities of veils: a grid of equal ratios, so that an error of an opacity is the same part of the veil everywhere.
# By ratio 1.28 from 0.03 on, a step of tone of 7 levels is met to a level (design-photographs, step 7).
RATIO, LEAST = 1.28, 0.03
OPACITIES = (*(round(LEAST * RATIO**k, 3) for k in range(15) if LEAST * RATIO**k < 0.97), 1.0)


def laid_over(below: NDArray[np.int64], color: int, opacity: float) -> NDArray[np.int64]:
    """One channel, 0–255, under a veil of that channel's value and opacity, as 8-bit renderers round it."""
    alpha = round(opacity * 255)
    return ((below * (255 - alpha) + 255) >> 8) + ((color * alpha + 255) >> 8)
