"""How far apart colours are, given what coding did to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.picture.noise import flat_range

# Chroma next to an edge counts this much: at 4:2:0 it bleeds 2–5 times as far as luma.
CHROMA = 0.35


@dataclass(frozen=True, slots=True)
class Metric:
    """Distances and tolerances for a picture with coding noise of σ grey levels (0: none).

    overshoot: how far beside an edge a colour may lie beyond the two that meet there, in shares of their distance, as
    sharpening and resampling leave it.
    """

    noise: float
    overshoot: float = 0.0

    @property
    def flat_range(self) -> int:
        """The 3×3 range up to which a pixel counts as flat, and the distance within which colours are one."""
        return round(min(flat_range(self.noise), 40))

    @property
    def distinct_range(self) -> int:
        """Colours of areas that are constant throughout are one only within this distance."""
        return max(2, round(2.5 * self.noise))

    @property
    def core_range(self) -> int:
        """The 3×3 range of such constant areas."""
        return 2 if self.noise else 0

    @property
    def ripple(self) -> float:
        """The 3×3 range that coding leaves in most of a flat area."""
        return 2 + 2 * self.noise if self.noise else 0

    @property
    def explained(self) -> float:
        """How near the mix of two colours comes to a pixel that it explains (distance of features)."""
        return 16.0 + 3 * self.noise

    @property
    def misfit(self) -> float:
        """The σ of a pixel's distance from what explains it: noise, and anti-aliasing by other rules."""
        return float(np.hypot(6.0, np.sqrt(3) * self.noise))

    def features(self, premultiplied: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, 4) premultiplied → (n, 4) axes on which distances are taken; a grey step keeps its length."""
        if not self.noise:
            return premultiplied
        result = premultiplied.copy()
        result[:, :3] *= CHROMA
        result[:, :3] += (1 - CHROMA) * premultiplied[:, :3].mean(axis=1, keepdims=True)
        return result
