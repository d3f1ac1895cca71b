"""Classification and settings → the plans to try, in order, and what they may cost."""

from __future__ import annotations

from dataclasses import replace

from svgai.draw import Plan
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.gradient.plan import GradientPlan
from svgai.draw.vtracer import plan as vtracer
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.drawing import Declined
from svgai.measure.judge import Targets
from svgai.search.search import (
    AIM,
    B,
    Budget,
    Goal,
    Proposals,
    in_turn,
    one_after_another,
    refining,
    toward_bytes,
    toward_fidelity,
)
from svgai.settings import Settings

# Part of a tier's time target that the search may plan with, in work units of one second on the machine they were
# calibrated on: the rest is for scoring, and for slower machines.
SHARE = 0.55
# From this SSIM on vtracer is not even tried in T1 and T2: at 4× it never beat an own drawing on 66 pictures of the
# least SSIM 0.95 (benchmarks/rivals.py), though five times its staircases had the better J at 1×.
UNRIVALLED = 0.93
# Up to this many pixels shaded art can look like a photograph: all of it is edges.
DOUBTFUL = 100_000
# A closed loop met its target in three traces in 13 of 16 searches; a fourth gains a percent of bytes.
STEPS = 3


def targets(tier: int, settings: Settings) -> Targets:
    """What a tier promises, with the user's own SSIM target in place of its."""
    promised = settings.targets[tier]
    return promised if settings.target_ssim is None else replace(promised, ssim=settings.target_ssim)


def goal(tier: int, settings: Settings) -> Goal:
    """What the best drawing is for a tier under these settings."""
    target = settings.target_ssim
    if target is None and tier == 3 and settings.quality == "balanced" and settings.max_bytes is None:
        target = settings.targets[3].ssim
    aim = None if target is None else min(1.0, target + AIM)
    size_counts = settings.quality != "ultra" and settings.max_bytes is None
    return Goal(aim, settings.targets[tier].delta_e, settings.max_bytes, B if size_counts else 0.0)


def budget(tier: int, settings: Settings) -> Budget:
    """What the search may cost: --max-time, or the share of the tier's time target."""
    seconds = settings.targets[tier].seconds
    if settings.max_time is not None:
        return Budget(settings.max_time, settings.max_time)
    if settings.quality == "ultra":
        return Budget(2 * seconds, 4 * seconds)
    return Budget(SHARE * seconds, seconds)


def candidates(tier: int, settings: Settings, area: int) -> tuple[Plan, ...]:
    """The plans that suit a tier and a picture of `area` pixels, best guess first, pinned parameters in place."""
    contour, gradient = ContourPlan(), GradientPlan()
    plans: tuple[Plan, ...] = tuple(settings.pinned(p) for p in vtracer.candidates(tier))
    if not settings.vtracer:
        small = (gradient,) if area <= DOUBTFUL else ()
        own: dict[int, tuple[Plan, ...]] = {1: (contour, gradient), 2: (gradient, contour), 3: small}
        plans = own[tier] + plans
    if settings.plan is None:
        return plans
    return tuple(p for p in plans if p.name == settings.plan) or (contour if settings.plan == "contour" else gradient,)


# CPU seconds a megapixel, on the machine that the engines were calibrated on.
_CONTOUR, _GRADIENT = 1.0, 4.0


def work(plan: Plan, area: int, tier: int) -> float:
    """What a drawing of `area` pixels of a tier costs: CPU seconds of the machine it was calibrated on."""
    if isinstance(plan, VtracerPlan):
        return vtracer.work(plan, area, tier)
    return (_CONTOUR if isinstance(plan, ContourPlan) else _GRADIENT) * area / 1e6


def proposals(tier: int, settings: Settings, area: int, doubtful: bool = False) -> Proposals:
    """The plans to try for a picture of `area` pixels, best guess first.

    doubtful: whether the tier may be wrong, as that of a restored picture, so that J decides between our engines.
    """
    plans = candidates(tier, settings, area)
    traces = [p for p in plans if isinstance(p, VtracerPlan)]
    wanted = goal(tier, settings)
    if settings.quality == "fast":
        return in_turn(plans, enough=lambda _: True)
    if "layer_difference" in settings.vtracer or not traces:
        return in_turn(plans)
    if tier == 3:
        # The loop begins with the traces: they are drawn once.
        plans = plans[: -len(traces)]
    if settings.target_ssim is not None:
        return one_after_another(in_turn(plans), toward_fidelity(traces[: 1 if tier < 3 else None], wanted, STEPS))
    if wanted.max_bytes is not None:
        return one_after_another(in_turn(plans), toward_bytes(traces[0], wanted.max_bytes, STEPS))
    if settings.quality == "ultra":
        return one_after_another(in_turn(plans), refining(traces[0], wanted))
    own = _own([p for p in plans if not isinstance(p, VtracerPlan)], every=doubtful)
    rivals = toward_fidelity(traces, wanted, STEPS) if tier == 3 else in_turn(traces)
    return one_after_another(own, rivals)


def _own(plans: list[Plan], every: bool) -> Proposals:
    """Our own engines' plans, every one or up to the first unrivalled drawing; whether there was one."""
    found = False
    for plan in plans:
        result = yield plan
        found |= not isinstance(result, Declined) and result.score.ssim >= UNRIVALLED
        if found and not every:
            break
    return found
