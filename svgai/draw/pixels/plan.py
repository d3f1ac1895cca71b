"""What the engine of pixels as they are can be told."""

from __future__ import annotations

from typing import ClassVar

from svgai.records import Value


class PixelsPlan(Value):
    """How to draw pixels as they are: there is nothing to choose but where to decline.

    most_bytes: a pixel, of the SVG, about; a picture that would take more is no pixel art.
    """

    name: ClassVar[str] = "pixels"
    decimals: ClassVar[int] = 0
    most_bytes: float = 12.0

    def __post_init__(self) -> None:
        if not 0 < self.most_bytes <= 100:
            raise ValueError(f"0–100 bytes a pixel, not {self.most_bytes}")


# A picture of more than 400,000 px is no pixel art at its own size: no screen that had any showed more (by eye).
LARGEST = 400_000
# CPU seconds a megapixel: a sheet of sprites of 65,536 px took 0.42 s (wild/pixelart).
_WORK = 6.0


def plans(tier: int, area: int) -> tuple[PixelsPlan, ...]:
    """The plan, where a picture is small and no photograph."""
    return (PixelsPlan(),) if tier < 3 and area <= LARGEST else ()


def work(plan: PixelsPlan, area: int, tier: int) -> float:  # noqa: ARG001 - every engine is asked the same
    """What a drawing of `area` pixels costs: CPU seconds of the machine that it was calibrated on."""
    return _WORK * area / 1e6
