"""What the tone engine can be told."""

from __future__ import annotations

from typing import ClassVar

from svgai.records import Value

# What a byte must save at coarseness 0, in pixels whose structure is wholly lost (SSIM's own unit), in a picture of
# up to AREA pixels: twice as much and masts vanish, faces become masks; half as much shows only beyond 2× (by eye).
PRICE, AREA = 0.7, 300_000
# The range of the knob: at 6 the largest masses are left, at -8 every patch of a pixel is drawn.
COARSEST, FINEST = 6.0, -8.0
# px: the areas of the smallest patches drawn, from coarseness 0 on and at fine ends. Where texture is asked for it is
# made of them: kodim13 reaches 0.907 in place of 0.871 at coarseness -4, in 19 % more bytes; at 0 they do not pay.
LEAST, TINIEST = 3.0, 0.75
# CPU seconds a megapixel, on the machine that the engines were calibrated on; and for what every picture takes.
_WORK, _START = 0.8, 0.5


class TonePlan(Value):
    """How to draw a photograph.

    coarseness: 0 is what looks right; 1 more doubles what a byte must save, 1 less halves it. opaque: in opaque
    shapes alone, for editors and cutters; else of veils over smooth colour, in about half the bytes.
    """

    name: ClassVar[str] = "tone"
    coarseness: float = 0.0
    opaque: bool = False

    def __post_init__(self) -> None:
        if not FINEST <= self.coarseness <= COARSEST:
            raise ValueError(f"a coarseness lies in {FINEST:g}–{COARSEST:g}, not {self.coarseness}")

    @property
    def decimals(self) -> int:
        """Decimals worth writing: one, of what is laid over; its own outlines have whole units."""
        return 1

    @property
    def price(self) -> float:
        """What a byte must save in a picture of AREA pixels."""
        return float(PRICE * 2**self.coarseness)

    @property
    def least(self) -> float:
        """The area of the smallest patch drawn, px of the picture."""
        return float(max(TINIEST, LEAST * 2 ** (min(self.coarseness, 0) / 2)))

    def price_for(self, area: int) -> float:
        """The price in a picture of so many pixels: larger ones have more to draw, but not as much more as pixels."""
        return float(self.price * max(1.0, area / AREA) ** 0.7)


def plans(tier: int, area: int) -> tuple[TonePlan, ...]:  # noqa: ARG001 - every engine is asked the same
    """The plans worth trying in a tier: one for photographs."""
    return (TonePlan(),) if tier == 3 else ()


def work(plan: TonePlan, area: int, tier: int) -> float:  # noqa: ARG001 - every engine is asked the same
    """What a drawing of `area` pixels costs: CPU seconds of the machine that it was calibrated on."""
    return _START + _WORK * area / 1e6
