"""What the gradient engine can be told."""

from __future__ import annotations

from typing import ClassVar

from svgai.records import Value


class GradientPlan(Value):
    """How to draw shaded art.

    price: squared grey levels × pixels that a byte must save in a picture of 256×256; less draws more. tolerance: px,
    how far a curve may stray from the measured edge. decimals: of the
    coordinates written.
    """

    name: ClassVar[str] = "gradient"
    price: float = 26.0
    tolerance: float = 0.3
    decimals: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.price <= 1000:
            raise ValueError(f"a price lies in 1–1000, not {self.price}")
        if not 0.05 <= self.tolerance <= 5:
            raise ValueError(f"a tolerance lies in 0.05–5 px, not {self.tolerance}")
        if not 0 <= self.decimals <= 6:
            raise ValueError(f"0–6 decimals, not {self.decimals}")

    def price_for(self, area: int) -> float:
        """The price in a picture of so many pixels: larger ones have more to draw, but not as much more as pixels."""
        return float(self.price * (area / 65536) ** 0.75)


# CPU seconds a megapixel, on the machine that the engines were calibrated on.
_WORK = 4.0
# Up to this many pixels shaded art can look like a photograph: all of it is edges (corpus, by eye).
DOUBTFUL = 100_000


def plans(tier: int, area: int) -> tuple[GradientPlan, ...]:
    """The plans worth trying in a tier: one, and none for photographs but small ones, which may be shaded art."""
    return (GradientPlan(),) if tier < 3 or area <= DOUBTFUL else ()


def work(plan: GradientPlan, area: int, tier: int) -> float:  # noqa: ARG001 - every engine is asked the same
    """What a drawing of `area` pixels costs: CPU seconds of the machine that it was calibrated on."""
    return _WORK * area / 1e6
