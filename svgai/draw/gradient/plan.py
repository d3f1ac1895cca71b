"""What the gradient engine can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class GradientPlan:
    """How to draw shaded art.

    detail: what a byte must save, as the share of the picture's pixels that it sets right by one grey level, × 1e4;
    less draws more. tolerance: px, how far a curve may stray from the measured edge. decimals: of the coordinates
    written.
    """

    name: ClassVar[str] = "gradient"
    detail: float = 4.0
    tolerance: float = 0.2
    decimals: int = 2

    def __post_init__(self) -> None:
        if not 0.1 <= self.detail <= 100:
            raise ValueError(f"detail lies in 0.1–100, not {self.detail}")
        if not 0.05 <= self.tolerance <= 5:
            raise ValueError(f"a tolerance lies in 0.05–5 px, not {self.tolerance}")
        if not 0 <= self.decimals <= 6:
            raise ValueError(f"0–6 decimals, not {self.decimals}")
