"""Score → Verdict: the tier's targets, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svgai.records import Value

if TYPE_CHECKING:
    from svgai.measure.flaws import Flaws
    from svgai.measure.score import Score
    from svgai.measure.structure import Window

# The words for a verdict.
PASS, MISS = "PASS", "MISS"

# Above a floor of 0.999 one flat colour (or nothing) is nearly the whole picture: SSIM says nothing, ΔE and alpha
# decide (by eye).
FLAT_FLOOR = 0.999
# An SVG must close half the gap between its picture's floor and 1: nearer to the floor it is no drawing.
GAP = 0.5
# Alpha may be off by 0.01 in the mean (by eye).
MAX_ALPHA_ERROR = 0.01
# Windows that keep less than half of their structure: where so many do, something is gone that one can name (a
# chart's numbers have 90 and more); single ones are a glyph or a tip.
MOST_GONE = 8
# Below this structure, by tier, a window is worth a look: in drawn art lost letters, rays and tips begin here (of 140
# drawings that looked right 6 fell below); photographs at their SSIM of 0.85 lose that much of their grain.
LOOK_STRUCTURE = {1: 0.85, 2: 0.85, 3: 0.6}
# From so many on crumbs were seen at once: dotted rims, torn rays, splintered letters.
LOOK_CRUMBS = 20
# Pixels of a seam, two for each of its length: 25 px were seen. Traced photographs have nothing but seams.
LOOK_SEAM, SEAM_TIERS = 50, (1, 2)


# Targets above this are slips of the finger, nan or inf.
_MOST = 10**9


class Targets(Value):
    """What a tier promises: SSIM at least, mean CIEDE2000 at most, seconds at most."""

    ssim: float
    delta_e: float
    seconds: float

    def __post_init__(self) -> None:
        if not 0 < self.ssim <= 1:
            raise ValueError(f"an SSIM target lies in (0, 1], not {self.ssim}")
        if not (0 < self.delta_e < _MOST and 0 < self.seconds < _MOST):
            raise ValueError(
                f"ΔE and time targets are numbers above 0 and below 10⁹, not {self.delta_e} and {self.seconds}"
            )


# What the tiers promise: 1 simple, 2 medium, 3 complex (README.md).
TARGETS = {1: Targets(0.95, 1.5, 2), 2: Targets(0.90, 2.5, 5), 3: Targets(0.85, 5, 15)}


class Verdict(Value):
    """PASS or MISS: `misses` says what fell short, one phrase each; time is judged beside it.

    looks: what to look at although the means are met, one phrase each.
    """

    misses: tuple[str, ...]
    in_time: bool
    looks: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.misses

    @property
    def word(self) -> str:
        return MISS if self.misses else PASS

    @property
    def text(self) -> str:
        """The word, and whether to look."""
        return f"{self.word}, look" if self.looks else self.word


def looks(flaws: Flaws, tier: int) -> tuple[str, ...]:
    """What to look at in a drawing of a tier, one phrase each."""
    found = []
    if flaws.structure < LOOK_STRUCTURE[tier]:
        found.append(f"structure {flaws.structure:.2f} at {_place(flaws.window)}")
    if flaws.crumbs >= LOOK_CRUMBS:
        found.append(f"{flaws.crumbs} crumbs")
    if tier in SEAM_TIERS and flaws.seam >= LOOK_SEAM:
        found.append(f"a seam at {_place(flaws.seam_window)}")
    return tuple(found)


def _place(window: Window) -> str:
    return f"{window.x},{window.y}"


def judge(score: Score, flaws: Flaws, tier: int, targets: Targets, seconds: float, excess_bytes: int = 0) -> Verdict:
    """Hold a score, the flaws and the time it took against a tier's targets; excess_bytes: over what was allowed."""
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
    if flaws.gone > MOST_GONE:
        misses.append(f"structure gone in {flaws.gone} windows, most at {_place(flaws.window)}")
    if excess_bytes > 0:
        misses.append(f"{excess_bytes} bytes over the limit")
    return Verdict(tuple(misses), seconds <= targets.seconds, looks(flaws, tier))
