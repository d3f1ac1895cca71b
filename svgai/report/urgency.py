"""How much a result needs somebody: its kind, and how far it is from missing its targets."""

from __future__ import annotations

from typing import TypeAlias

from svgai.measure.judge import FLAT_FLOOR, GAP, MAX_ALPHA_ERROR
from svgai.outcome import Compared, Converted, Failed, Outcome

Shown: TypeAlias = Outcome | Compared

# What a result is filed under, worst first. look: it passed, and one place of it is suspected.
KINDS = ("failed", "miss", "look", "late", "pass", "skipped")


def kind(o: Shown) -> str:
    """Which of KINDS an outcome is: the first that it is."""
    if isinstance(o, Converted | Compared):
        found = "miss" if o.misses else "look" if o.looks else "pass"
        return "late" if found == "pass" and isinstance(o, Converted) and not o.in_time else found
    return "failed" if isinstance(o, Failed) else "skipped"


def urgency(o: Shown) -> tuple[int, float]:
    """A sorting key: the worst kind first, then what is nearest to missing its targets."""
    return KINDS.index(kind(o)), distance(o) if isinstance(o, Converted | Compared) else 0


def distance(o: Converted | Compared) -> float:
    """1 is equal to the source, 0 just meets the tier's targets, below 0 misses one: the least over all of them.

    Each is measured in parts of what its target allows, so that tiers compare.
    """
    shares = [1 - o.delta_e / o.target_delta_e, 1 - o.alpha_error / MAX_ALPHA_ERROR]
    if o.ssim_floor <= FLAT_FLOOR:
        allowed = min(1 - o.target_ssim, GAP * (1 - o.ssim_floor))
        shares.append(1 - (1 - o.ssim) / allowed if allowed > 0 else float(o.ssim >= 1) - 1)
    return min(shares)
