"""Classification and settings → the plans to try, in order, and what they may cost."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from svgai.draw import engines
from svgai.draw.budget import Budget
from svgai.draw.engines import Knob, Plan
from svgai.drawing import Declined
from svgai.measure.judge import Targets
from svgai.option_kinds import ONLY
from svgai.search.search import (
    AIM,
    B,
    Goal,
    Proposals,
    in_turn,
    one_after_another,
    refining,
    toward_bytes,
    toward_fidelity,
)
from svgai.settings import LINES_BY, Settings

# From this SSIM on vtracer is not even tried in T1 and T2: at 4× it never beat an own drawing on 66 pictures of the
# least SSIM 0.95 (benchmarks/rivals.py), though five times its staircases had the better J at 1×.
UNRIVALLED = 0.93
# A flat drawing of an SSIM below 0.993 may be one of bands and splinters: shading is tried as well, and J decides; in
# coded pictures below 0.98, as noise costs that much. In the eight pictures of benchmarks/mixed.py that this concerns
# (flat drawings of 0.931 to 0.993) the shaded one is the better at 4×, by 0.004 to 0.063, and smaller in seven.
CONVINCING, CONVINCING_CODED = 0.993, 0.98
# The SSIM that ultra wants of a photograph, and the bytes a pixel that it may take for it.
ULTRA, ULTRA_BYTES = 0.95, 12
# A closed loop met its target in three drawings in 13 of 16 searches; photographs of foliage and grain lie far from
# the start and take five.
STEPS = 5


def targets(tier: int, settings: Settings) -> Targets:
    """What a tier promises, with the user's own SSIM target in place of its."""
    promised = settings.targets[tier]
    return promised if settings.target_ssim is None else replace(promised, ssim=settings.target_ssim)


def goal(tier: int, settings: Settings, area: int, ceiling: Callable[[], float] | None = None) -> Goal:
    """What the best drawing is for a tier and a picture of `area` pixels under these settings.

    ceiling: as of Goal, of a picture with noise; None without. With noise no drawing must reach a ΔE: at q20 one that
    traces blocks and bleeding does, in twenty times the bytes, and is the worse one to look at.
    """
    target, max_bytes = settings.target_ssim, settings.max_bytes
    if target is None and tier == 3 and max_bytes is None:
        target = ULTRA if settings.quality == "ultra" else settings.targets[3].ssim
        max_bytes = ULTRA_BYTES * area if settings.quality == "ultra" else None
    aim = None if target is None else min(1.0, target + AIM)
    size_counts = settings.quality != "ultra" and settings.max_bytes is None
    byte_weight = B if size_counts else 0.0
    # A photograph's default is what looks right, and not the smallest that passes: that is a mask for a face.
    smallest = tier < 3 or settings.target_ssim is not None or settings.quality == "ultra"
    if ceiling is None or tier == 3 or aim is not None:
        return Goal(aim, settings.targets[tier].delta_e, max_bytes, byte_weight, smallest, tier)
    return Goal(None, math.inf, max_bytes, byte_weight, smallest, tier, ceiling)


def budget(tier: int, settings: Settings, clock: Callable[[], float]) -> Budget:
    """What a conversion may cost: the tier's seconds in work, ultra twice as much; or --max-time, in work and on the
    clock, which counts seconds from the conversion's start."""
    if settings.max_time is not None:
        return Budget(settings.max_time, settings.max_time, clock)
    seconds = settings.targets[tier].seconds
    return Budget(2 * seconds if settings.quality == "ultra" else seconds)


def candidates(tier: int, settings: Settings, area: int) -> tuple[Plan, ...]:
    """The plans for a tier and a picture of `area` pixels, best guess first, pinned parameters in place.

    An engine with parameters of the user's stands first; one that the user named stands alone, and is asked with its
    plain plan where it would not have been tried.
    """
    plan = LINES_BY if settings.strokes == ONLY else settings.plan
    if plan is not None:
        engine = engines.named(plan)
        return tuple(settings.pinned(p) for p in engine.plans(tier, area) or (engine.plan(),))
    wanted = sorted(engines.in_turn(tier), key=lambda engine: engine.name not in settings.parameters)
    return tuple(settings.pinned(p) for engine in wanted for p in engine.plans(tier, area))


def work(plan: Plan, area: int, tier: int) -> float:
    """What a drawing of `area` pixels of a tier costs: CPU seconds of the machine it was calibrated on."""
    return engines.named(plan.name).work(plan, area, tier)


def proposals(tier: int, settings: Settings, area: int, doubtful: bool = False, noisy: bool = False) -> Proposals:
    """The plans to try for a picture of `area` pixels, best guess first.

    doubtful: whether the tier may be wrong, as that of a restored picture, so that J decides between our engines.
    noisy: whether coding left noise in it.
    """
    flat = CONVINCING_CODED if noisy else CONVINCING
    convincing = math.inf if doubtful else flat if tier == 1 else UNRIVALLED
    plans = candidates(tier, settings, area)
    if settings.quality == "fast":
        return in_turn(plans, enough=lambda _: True)
    if settings.plan is None and settings.parameters:
        pinned = tuple(p for p in plans if p.name in settings.parameters)
        return one_after_another(
            _any_of(_proposals(tier, settings, pinned, area, convincing)),
            in_turn(plans[len(pinned) :], enough=lambda _: True),
        )
    return _proposals(tier, settings, plans, area, convincing)


def _proposals(tier: int, settings: Settings, plans: tuple[Plan, ...], area: int, convincing: float) -> Proposals:
    tunable = [p for p in plans if engines.named(p.name).knob]
    knob = engines.named(tunable[0].name).knob if tunable else None
    if knob is None or knob.parameter in settings.parameters.get(tunable[0].name, {}):
        return in_turn(plans)
    wanted = goal(tier, settings, area)
    sure = [p for p in plans if not engines.named(p.name).resort]
    if tier == 3:
        return _photograph(settings, plans, knob, wanted, convincing)
    if settings.target_ssim is not None:
        return one_after_another(in_turn(sure), toward_fidelity(tunable[:1], knob, wanted, STEPS))
    if wanted.max_bytes is not None:
        return one_after_another(in_turn(sure), toward_bytes(tunable[0], knob, wanted.max_bytes, STEPS))
    if settings.quality == "ultra":
        return one_after_another(in_turn(sure), refining(tunable[0], knob, wanted))
    own = _own([p for p in plans if p not in tunable], convincing)
    return one_after_another(own, in_turn(tunable))


def _photograph(settings: Settings, plans: tuple[Plan, ...], knob: Knob, wanted: Goal, convincing: float) -> Proposals:
    """The plans without a knob, then the first engine with one, in a loop; the others where that draws nothing."""
    tunable = [p for p in plans if engines.named(p.name).knob]
    starts = [p for p in tunable if p.name == tunable[0].name]
    others = [p for p in tunable if p not in starts]
    if settings.max_bytes is not None and settings.target_ssim is None:
        loop = toward_bytes(starts[0], knob, settings.max_bytes, STEPS)
    else:
        asked = settings.target_ssim is not None or settings.quality == "ultra"
        if not asked and knob.unasked is not None:
            knob = replace(knob, low=knob.unasked[0], high=knob.unasked[1])
        # Colour hardly moves with the knob: a photograph that misses it would be driven to megabytes.
        loop = toward_fidelity(starts, knob, replace(wanted, delta_e=math.inf), STEPS)
    own = _own([p for p in plans if p not in tunable], convincing)
    return one_after_another(own, _any_of(loop), in_turn(others, enough=lambda _: True))


def _any_of(proposals: Proposals) -> Proposals:
    """The same proposals; at the end, whether any of them was drawn."""
    drawn = False
    plan = next(proposals, None)
    while plan is not None:
        result = yield plan
        drawn |= not isinstance(result, Declined)
        try:
            plan = proposals.send(result)
        except StopIteration:
            break
    return drawn


def _own(plans: list[Plan], convincing: float) -> Proposals:
    """Plans without a knob, up to the first drawing of a convincing SSIM; whether there was an unrivalled one.

    Pixels as they are have the best SSIM at 1× and steps at 4×: no rival of an outline that will do.
    """
    found = False
    for plan in plans:
        if found and engines.named(plan.name).resort:
            continue
        result = yield plan
        ssim = 0.0 if isinstance(result, Declined) else result.score.ssim
        found |= ssim >= UNRIVALLED
        if ssim >= convincing:
            break
    return found
