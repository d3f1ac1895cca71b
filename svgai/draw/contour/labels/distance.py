"""How far apart colours are, given what coding did to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.picture.noise import flat_range
from svgai.records import Value

# In coded pictures a step of chroma counts 0.35 times a step of grey: next to an edge chroma at 4:2:0 bleeds 2–5 times
# as far as luma (measured). Shaded art has its own weight (gradient/regions/watershed.py).
CHROMA = 0.35


class Metric(Value):
    """Distances and tolerances for a picture with coding noise of σ grey levels (0: none).

    overshoot: how far beside an edge a colour may lie beyond the two that meet there, in shares of their distance, as
    sharpening and resampling leave it.
    """

    noise: float
    overshoot: float = 0.0

    @property
    def flat_range(self) -> int:
        """Grey levels: the 3×3 range up to which a pixel is flat, and the distance up to which colours are one."""
        return round(min(flat_range(self.noise), 40))  # 40: by eye

    @property
    def distinct_range(self) -> int:
        """Grey levels: the distance up to which colours of areas that are constant throughout are one."""
        # 2.5 σ, 2 levels at least; by eye.
        return max(2, round(2.5 * self.noise))

    @property
    def core_range(self) -> int:
        """Grey levels: the 3×3 range up to which a pixel lies in an area that is constant throughout."""
        return 2 if self.noise else 0

    @property
    def ripple(self) -> float:
        """Grey levels: the 3×3 range that coding leaves in most of a flat area."""
        return 2 + 2 * self.noise if self.noise else 0

    @property
    def explained(self) -> float:
        """Grey levels, on the axes of `features`: how near a mix of two colours comes to a pixel that it explains."""
        # 16 levels for anti-aliasing by other rules than ours, and 3 σ; by eye.
        return 16.0 + 3 * self.noise

    @property
    def misfit(self) -> float:
        """Grey levels: the σ of a pixel's distance from what explains it."""
        # 6 levels by anti-aliasing of other rules (by eye), and noise in three channels.
        return float(np.hypot(6.0, np.sqrt(3) * self.noise))

    def features(self, premultiplied: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, 4) premultiplied → (n, 4) axes on which distances are taken; a grey step keeps its length."""
        if not self.noise:
            return premultiplied
        result = premultiplied.copy()
        result[:, :3] *= CHROMA
        result[:, :3] += (1 - CHROMA) * premultiplied[:, :3].mean(axis=1, keepdims=True)
        return result
