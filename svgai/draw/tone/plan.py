"""What the tone engine can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

# The prices that a search may try. 30 leaves the outlines of the largest masses; at 0.004 a photograph of 0.3 MP has
# every patch of three pixels.
PRICES = (0.004, 30.0)


@dataclass(frozen=True, slots=True)
class TonePlan:
    """How to draw a photograph.

    price: what a byte must save, in pixels whose structure is wholly lost (SSIM's own unit), for a picture of
    0.3 MP; less draws more. editable: opaque shapes only, no veils, for editors and cutters, at about twice the bytes.
    """

    name: ClassVar[str] = "tone"
    price: float = 0.5
    editable: bool = False

    def __post_init__(self) -> None:
        low, high = PRICES
        if not low <= self.price <= high:
            raise ValueError(f"a price lies in {low:g}–{high:g}, not {self.price}")

    @property
    def decimals(self) -> int:
        """Decimals worth writing: whole pixels, and halves where small patches are drawn."""
        return 0 if self.price >= HALVES else 1

    def price_for(self, area: int) -> float:
        """The price in a picture of so many pixels: larger ones have more to draw, but not as much more as pixels."""
        return float(self.price * max(1.0, area / 300_000) ** 0.7)


# Below this price coordinates are on half pixels: above it a file of the same SSIM is smaller on whole ones.
HALVES = 0.015
