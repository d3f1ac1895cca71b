"""Candidates → score → best: which plans to try next, when to stop, and which drawing to keep.

Everything here is counted in work (draw/budget.py), never in time, so that the same input and settings end in the
same SVG on a slow and on a fast machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TypeAlias

from svgai.draw.budget import Budget
from svgai.draw.engines import Knob, Plan
from svgai.drawing import Declined, Drawing
from svgai.errors import EngineError, InternalError
from svgai.measure.flaws import Flaws
from svgai.measure.judge import FLAT_FLOOR, GAP, looks
from svgai.measure.score import Score
from svgai.output.svg import Svg
from svgai.records import Value

# Searches aim this far above an SSIM target: a drawing is measured at 5 decimals and must not fail by rounding.
AIM = 0.001

# J = (1 − SSIM) + A·ΔE + B·ln(bytes) + C·ln(segments). One ΔE00, about what an eye tells in two fields side by side,
# is worth 0.01 of SSIM; halving the file 0.003. Segments are what a staircase of pixels is made of: it reaches
# SSIM 1 in a small picture's few bytes, and must lose to the curves that it hides.
A = 0.01
B = 0.004
C = 0.004
# What a flaw that a verdict would name costs at most, each: as much as 2 ΔE, so that of two drawings that are alike
# the one without it is kept.
FLAW = 0.02


class Candidate(Value):
    """One drawing that was tried. order: its place among them, from 0."""

    plan: Plan
    drawing: Drawing
    svg: Svg
    score: Score
    flaws: Flaws
    order: int


class Goal(Value):
    """What the best drawing is.

    ssim: what it must reach, at no more than delta_e. smallest: whether the smallest SVG that does is wanted, else the
    best trade J. max_bytes: what it may cost. byte_weight: B of J, 0 where size does not count. tier: whose
    flaws count. ceiling: the SSIM that the picture has without its noise: what a drawing has above that is noise,
    traced.
    """

    ssim: float | None = None
    delta_e: float = math.inf
    max_bytes: int | None = None
    byte_weight: float = B
    smallest: bool = True
    tier: int = 1
    ceiling: Callable[[], float] = lambda: 1.0

    def trade(self, c: Candidate) -> float:
        """J of a candidate: lower is better."""
        size = self.byte_weight * math.log(c.svg.bytes) + C * math.log(1 + c.svg.segments)
        return (
            (1 - min(c.score.ssim, self.ceiling()))
            + A * c.score.delta_e
            + size
            + FLAW * len(looks(c.flaws, self.tier))
        )

    def room(self, c: Candidate) -> float:
        """What a candidate has to spare of the fidelity that is asked for, in units of SSIM; below 0 it misses.

        The verdict's other conditions count too: colour, and the gap to the floor (where SSIM says anything).
        """
        spare = A * (self.delta_e - c.score.delta_e)
        if self.ssim is None or c.score.floor > FLAT_FLOOR:
            return spare
        return min(spare, c.score.ssim - self.ssim, c.score.ssim - (1 - GAP * (1 - c.score.floor)))

    def shortfall(self, c: Candidate) -> float:
        """How far a candidate misses what was asked for, 0 where it holds all of it."""
        over = math.log(c.svg.bytes / self.max_bytes) if self.max_bytes else 0.0
        return max(0.0, over) + max(0.0, -self.room(c))

    def rank(self, c: Candidate) -> tuple[float, float, int, int]:
        """Sorts candidates, best first; ties go to fewer bytes, then to the one drawn first."""
        wanted = float(c.svg.bytes) if self.ssim is not None and self.smallest else self.trade(c)
        return self.shortfall(c), wanted, c.svg.bytes, c.order


# Plans come out, what became of each goes in; at the end, whether nothing more need be tried.
Proposals: TypeAlias = Generator[Plan, Candidate | Declined, bool]


def in_turn(plans: Iterable[Plan], enough: Callable[[Candidate], bool] = lambda _: False) -> Proposals:
    """Each plan once, until a drawing is good enough."""
    for plan in plans:
        result = yield plan
        if not isinstance(result, Declined) and enough(result):
            return True
    return False


def one_after_another(*proposals: Proposals) -> Proposals:
    """Until one of them says that nothing more need be tried."""
    for p in proposals:
        if (yield from p):
            return True
    return False


# A knob turned all the way to fidelity (vtracer's layer_difference from 16 down to 1) gained at most 0.042 of SSIM on
# nine photographs.
_REACH = 0.05
# Twelve photographs and textures lacked 0.08 at most with the first start; pure noise lacks 0.8, and tracing every
# speck of it takes seconds and megabytes for nothing.
_HOPELESS = 0.4


def toward_fidelity(starts: Sequence[Plan], knob: Knob, goal: Goal, steps: int) -> Proposals:
    """The coarsest drawing that still reaches the goal. The next start's turn comes where one cannot reach it."""
    for start in starts:
        give_up = math.inf if start == starts[-1] else _REACH
        if (yield from _closed_loop(start, knob, goal.room, knob.ssim, steps, give_up, _HOPELESS)):
            return True
    return False


def toward_bytes(start: Plan, knob: Knob, max_bytes: int, steps: int) -> Proposals:
    """The finest drawing whose SVG fits."""
    return _closed_loop(start, knob, lambda c: math.log(max_bytes / c.svg.bytes), -knob.log_bytes, steps)


def _closed_loop(
    start: Plan,
    knob: Knob,
    room: Callable[[Candidate], float],
    slope: float,
    steps: int,
    give_up: float = math.inf,
    hopeless: float = math.inf,
) -> Proposals:
    """Secant steps on a knob to where room, near-linear in it, is just above 0; whether to stop there.

    slope: of room, for the first step; from then on the line through the last two drawings gives it. give_up: the
    lack of room that ends the loop. hopeless: the lack at which nothing more need be tried.
    """
    known: dict[float, float] = {}
    x = knob.value(start)
    while len(known) < steps and x not in known:
        result = yield knob.turned(start, x)
        if isinstance(result, Declined):
            return False
        known[x] = room(result)
        if known[x] < -hopeless:
            return True
        if known[x] < -give_up:
            break
        if len(known) > 1:
            (x0, y0), (x1, y1) = list(known.items())[-2:]
            measured = (y1 - y0) / (x1 - x0)
            slope = measured if measured * slope > 0 else slope
        else:
            # The slope is a guess, and fine grain may be ten times as steep: a drawing of every speck takes megabytes.
            slope = math.copysign(max(abs(slope), 2 * abs(known[x]) / max(x - knob.low, knob.step)), slope)
        steps_away = -known[x] / slope / knob.step
        # Rounded to the side on which there is room.
        x += knob.step * (math.floor(steps_away) if slope < 0 else math.ceil(steps_away))
        x = min(knob.high, max(knob.low, x))
    return max(known.values()) >= 0


def refining(start: Plan, knob: Knob, goal: Goal) -> Proposals:
    """Halve the knob until a step gains nothing."""
    best = math.inf
    x = knob.value(start)
    while x >= knob.low:
        result = yield knob.turned(start, x)
        if isinstance(result, Declined) or goal.trade(result) >= best:
            break
        best, x = goal.trade(result), knob.step * (x / 2 // knob.step)
    return True


class Found(Value):
    """The best candidate, how many were drawn and what was declined."""

    best: Candidate
    drawn: int
    declined: tuple[tuple[Plan, str], ...]


def search(
    proposals: Proposals,
    evaluate: Callable[[Plan, int], Candidate | Declined],
    cost: Callable[[Plan], float],
    goal: Goal,
    budget: Budget,
) -> Found:
    """Draw what is proposed while the budget lasts and keep the best. The first drawing is always made.

    One that had to be drawn coarser is the last: what is left of the budget would be some cheaper engine's.

    evaluate spends the budget; cost: what a plan is likely to. Raises EngineError where everything proposed was
    declined.
    """
    best: Candidate | None = None
    drawn = 0
    declined: list[tuple[Plan, Declined]] = []
    plan = next(proposals, None)
    while plan is not None:
        if best and (budget.work_limited or not budget.allows(cost(plan))):
            break
        result = evaluate(plan, drawn)
        if isinstance(result, Declined):
            declined.append((plan, result))
        else:
            drawn += 1
            best = result if best is None else min(best, result, key=goal.rank)
        try:
            plan = proposals.send(result)
        except StopIteration:
            break
    if best is None:
        reasons = "; ".join(f"{plan.name}: {d.reason}" for plan, d in declined)
        if any(d.fault for _, d in declined):
            cause = f"a fault of svgai: no engine draws this picture ({reasons})"
            raise InternalError(cause, "try another --plan, and report it with this image")
        raise EngineError(f"no engine draws this picture ({reasons})", "use --plan auto")
    return Found(best, drawn, tuple((plan, d.reason) for plan, d in declined))
