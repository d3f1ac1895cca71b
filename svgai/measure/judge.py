"""Score → Verdict: the tier's targets, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from svgai.measure.score import Score

# The words for a verdict.
PASS, MISS = "PASS", "MISS"

# Above a floor of 0.999 one flat colour (or nothing) is nearly the whole picture: SSIM says nothing, ΔE and alpha
# decide (by eye).
FLAT_FLOOR = 0.999
# An SVG must close half the gap between its picture's floor and 1: nearer to the floor it is no drawing.
GAP = 0.5
# Alpha may be off by 0.01 in the mean (by eye).
MAX_ALPHA_ERROR = 0.01


@dataclass(frozen=True, slots=True)
class Targets:
    """What a tier promises: SSIM at least, mean CIEDE2000 at most, seconds at most."""

    ssim: float
    delta_e: float
    seconds: float

    def __post_init__(self) -> None:
        if not 0 < self.ssim <= 1:
            raise ValueError(f"an SSIM target lies in (0, 1], not {self.ssim}")
        if self.delta_e <= 0 or self.seconds <= 0:
            raise ValueError(f"ΔE and time targets are above 0, not {self.delta_e} and {self.seconds}")


# What the tiers promise: 1 simple, 2 medium, 3 complex (README.md).
TARGETS = {1: Targets(0.95, 1.5, 2), 2: Targets(0.90, 2.5, 5), 3: Targets(0.85, 5, 15)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """PASS or MISS: `misses` says what fell short, one phrase each; time is judged beside it."""

    misses: tuple[str, ...]
    in_time: bool

    @property
    def passed(self) -> bool:
        return not self.misses

    @property
    def word(self) -> str:
        return MISS if self.misses else PASS


def judge(score: Score, targets: Targets, seconds: float, excess_bytes: int = 0) -> Verdict:
    """Hold a score and the time it took against a tier's targets; excess_bytes: over what the user allowed."""
    misses = []
    if score.floor <= FLAT_FLOOR:
        if round(score.ssim, 5) < targets.ssim:
            misses.append(f"SSIM {score.ssim:.5f} < {targets.ssim:g}")
        if 1 - score.ssim > GAP * (1 - score.floor):
            misses.append(f"SSIM {score.ssim:.5f} is nearer to the floor {score.floor:.5f} than to 1")
    if score.delta_e > targets.delta_e:
        misses.append(f"ΔE {score.delta_e:.2f} > {targets.delta_e:g}")
    if score.alpha_error > MAX_ALPHA_ERROR:
        misses.append(f"alpha error {score.alpha_error:.4f} > {MAX_ALPHA_ERROR:g}")
    if excess_bytes > 0:
        misses.append(f"{excess_bytes} bytes over the limit")
    return Verdict(tuple(misses), seconds <= targets.seconds)
