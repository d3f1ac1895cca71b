"""What the contour engine can be told."""

from __future__ import annotations

from typing import ClassVar

from svgai.records import Value


class ContourPlan(Value):
    """How to draw flat art.

    tolerance: px, how far a curve may stray from the measured edge. max_colors: more are a reason to decline.
    decimals: of the coordinates written.
    """

    name: ClassVar[str] = "contour"
    tolerance: float = 0.2
    max_colors: int = 250
    decimals: int = 2

    def __post_init__(self) -> None:
        if not 0.05 <= self.tolerance <= 5:
            raise ValueError(f"a tolerance lies in 0.05–5 px, not {self.tolerance}")
        if not 1 <= self.max_colors <= 256:
            raise ValueError(f"1–256 colours, not {self.max_colors}")
        if not 0 <= self.decimals <= 6:
            raise ValueError(f"0–6 decimals, not {self.decimals}")


# CPU seconds a megapixel, on the machine that the engines were calibrated on.
_WORK = 1.0


def plans(tier: int, area: int) -> tuple[ContourPlan, ...]:  # noqa: ARG001 - every engine is asked the same
    """The plans worth trying in a tier: flat art is drawn one way, and photographs are none."""
    return (ContourPlan(),) if tier < 3 else ()


def work(plan: ContourPlan, area: int, tier: int) -> float:  # noqa: ARG001 - every engine is asked the same
    """What a drawing of `area` pixels costs: CPU seconds of the machine that it was calibrated on."""
    return _WORK * area / 1e6
