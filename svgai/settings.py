"""What the user asked for, in one record. Read by the CLI before any engine is loaded: the standard library only."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from svgai.draw.vtracer.plan import VtracerPlan
from svgai.measure.judge import TARGETS, Targets

PLANS = ("contour", "gradient", "vtracer")
QUALITIES = ("fast", "balanced", "ultra")
KEEP, REMOVE = "keep", "remove"

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def parse_background(text: str) -> str:
    """`keep`, `remove` or `#rrggbb` (lower case; `#rgb` is spelt out). Raises ValueError."""
    if text in (KEEP, REMOVE):
        return text
    if not _HEX.fullmatch(text):
        raise ValueError(f"background is keep, remove or a colour like #ffffff, not {text!r}")
    digits = text[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * d for d in digits))


def _check_positive(name: str, value: float | None) -> None:
    if value is not None and not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} is a number above 0, not {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How images are to be converted; None means "not said". An illegal value raises ValueError.

    tier: 1, 2 or 3, forced. plan: one of PLANS, forced. quality: one of QUALITIES. target_ssim: the smallest SVG
    that meets it is wanted. max_time: seconds that the search for a better drawing may take. max_bytes: the best SVG
    that fits. background: `keep`, `remove` or `#rrggbb`. vtracer: pinned parameters of VtracerPlan, by name.
    targets: what each tier promises.
    """

    tier: int | None = None
    plan: str | None = None
    quality: str = "balanced"
    target_ssim: float | None = None
    max_time: float | None = None
    max_bytes: int | None = None
    background: str = KEEP
    vtracer: Mapping[str, Any] = field(default_factory=dict)
    targets: Mapping[int, Targets] = field(default_factory=lambda: TARGETS)

    def __post_init__(self) -> None:
        if self.tier not in (None, 1, 2, 3):
            raise ValueError(f"tier is 1, 2 or 3, not {self.tier}")
        if self.plan not in (None, *PLANS):
            raise ValueError(f"plan is one of {', '.join(PLANS)}, not {self.plan}")
        if self.quality not in QUALITIES:
            raise ValueError(f"quality is one of {', '.join(QUALITIES)}, not {self.quality}")
        if self.target_ssim is not None and not 0 < self.target_ssim <= 1:
            raise ValueError(f"target_ssim lies in (0, 1], not {self.target_ssim}")
        _check_positive("max_time", self.max_time)
        _check_positive("max_bytes", self.max_bytes)
        if sorted(self.targets) != [1, 2, 3]:
            raise ValueError(f"targets are given for tiers 1, 2 and 3, not {sorted(self.targets)}")
        object.__setattr__(self, "background", parse_background(self.background))
        object.__setattr__(self, "vtracer", dict(self.vtracer))
        object.__setattr__(self, "targets", dict(self.targets))
        self.pinned(VtracerPlan())

    def pinned(self, plan: VtracerPlan) -> VtracerPlan:
        """The plan with the user's vtracer parameters in place of its own. Raises ValueError on an unknown name."""
        try:
            return replace(plan, **self.vtracer)
        except TypeError as e:
            raise ValueError(f"vtracer has no such parameter: {', '.join(self.vtracer)} ({e})") from e
