"""How far a result is from missing its targets."""

from __future__ import annotations

from svgai.measure.judge import FLAT_FLOOR, GAP, MAX_ALPHA_ERROR
from svgai.outcome import Compared, Converted


def distance(o: Converted | Compared) -> float:
    """1 is equal to the source, 0 just meets the tier's targets, below 0 misses one: the least over all of them.

    Each is measured in parts of what its target allows, so that tiers compare.
    """
    shares = [1 - o.delta_e / o.target_delta_e, 1 - o.alpha_error / MAX_ALPHA_ERROR]
    if o.ssim_floor <= FLAT_FLOOR:
        allowed = min(1 - o.target_ssim, GAP * (1 - o.ssim_floor))
        shares.append(1 - (1 - o.ssim) / allowed if allowed > 0 else float(o.ssim >= 1) - 1)
    return min(shares)
