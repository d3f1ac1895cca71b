"""Totals over many outcomes, in memory that does not grow with their number but for one float each."""

from __future__ import annotations

import heapq
import math
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from svgai.outcome import Converted, Failed, Outcome, Skipped
from svgai.report.urgency import kind, urgency

# So many of the worst, the slowest and the failures are named.
NAMED = 5
FAILURES_NAMED = 20


def quantile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of all does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True, order=True)
class Worst:
    """A picture that missed or wants a look, or is near to it. order: greater is worse; why: in words."""

    order: tuple[int, float]
    source: str
    kind: str
    why: str

    @staticmethod
    def of(outcome: Converted) -> Worst:
        rank, spare = urgency(outcome)
        why = outcome.misses or outcome.looks or (f"SSIM {outcome.ssim:.4f} of {outcome.target_ssim:g}",)
        return Worst((-rank, -spare), outcome.source, kind(outcome), "; ".join(why))

    def as_json(self) -> dict[str, Any]:
        return {"source": self.source, "kind": self.kind, "why": self.why, "distance": -self.order[1]}


@dataclass(slots=True)
class TierTotals:
    """What the converted images of one tier add up to."""

    passed: int = 0
    missed: int = 0
    late: int = 0
    looks: int = 0
    cut: int = 0
    coarser: int = 0
    ssim: float = 0.0
    ssim_min: float = math.inf
    bytes_in: int = 0
    bytes_out: int = 0
    target_seconds: float = 0.0
    seconds: array[float] = field(default_factory=lambda: array("d"))

    @property
    def images(self) -> int:
        return self.passed + self.missed

    @property
    def ssim_mean(self) -> float:
        return self.ssim / self.images

    def seconds_within(self, share: float) -> float:
        """The seconds that this share of the images does not exceed."""
        return quantile(self.seconds, share)

    def add(self, outcome: Converted) -> None:
        """Count one image."""
        self.passed += outcome.passed
        self.missed += not outcome.passed
        self.late += not outcome.in_time
        self.looks += bool(outcome.looks)
        self.cut += outcome.time_limited
        self.coarser += outcome.work_limited
        self.ssim += outcome.ssim
        self.ssim_min = min(self.ssim_min, outcome.ssim)
        self.bytes_in += outcome.bytes_in
        self.bytes_out += outcome.bytes_out
        self.target_seconds = outcome.target_seconds
        self.seconds.append(outcome.seconds["total"])

    def as_json(self) -> dict[str, Any]:
        return {
            "images": self.images, "passed": self.passed, "missed": self.missed, "late": self.late,
            "looks": self.looks, "cut": self.cut, "coarser": self.coarser,
            "ssim_mean": self.ssim_mean, "ssim_min": self.ssim_min,
            "seconds_p50": self.seconds_within(0.5), "seconds_p95": self.seconds_within(0.95),
            "seconds_max": max(self.seconds), "target_seconds": self.target_seconds,
            "bytes_in": self.bytes_in, "bytes_out": self.bytes_out,
        }  # fmt: skip


@dataclass(slots=True)
class Summary:
    """Totals by tier, failures by code, and the names at the ends. ignored: files that were no images."""

    ignored: int = 0
    tiers: dict[int, TierTotals] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    reused: int = 0
    worst: list[Worst] = field(default_factory=list)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)

    def add(self, outcome: Outcome, *, reused: bool = False) -> None:
        """Count one outcome."""
        self.reused += reused
        if isinstance(outcome, Skipped):
            self.skipped += 1
        elif isinstance(outcome, Failed):
            self.failed[outcome.code] += 1
            if len(self.failures) < FAILURES_NAMED:
                self.failures.append((outcome.source, outcome.message))
        else:
            self.tiers.setdefault(outcome.tier, TierTotals()).add(outcome)
            # Heaps of the worst and the longest time: what is nearest to the middle is on top, and falls out.
            _push(self.worst, Worst.of(outcome))
            _push(self.slowest, (outcome.seconds["total"], outcome.source))

    @property
    def converted(self) -> int:
        return sum(t.images for t in self.tiers.values())

    @property
    def missed(self) -> int:
        return sum(t.missed for t in self.tiers.values())

    @property
    def late(self) -> int:
        return sum(t.late for t in self.tiers.values())

    @property
    def look(self) -> int:
        """Those that somebody should look at."""
        return sum(totals.looks for totals in self.tiers.values())

    @property
    def cut(self) -> int:
        """Whose search the clock ended: with more time their bytes may differ."""
        return sum(totals.cut for totals in self.tiers.values())

    @property
    def coarser(self) -> int:
        """How many drawings kept their time by being coarser."""
        return sum(totals.coarser for totals in self.tiers.values())

    @property
    def images(self) -> int:
        return self.converted + self.failed.total() + self.skipped

    @property
    def tried(self) -> int:
        """How many this run converted, or failed to."""
        return self.converted - self.reused + self.failed.total()

    @property
    def error_rate(self) -> float:
        """Failures among all that was tried."""
        tried = self.converted + self.failed.total()
        return self.failed.total() / tried if tried else 0.0

    def as_json(self, seconds: float) -> dict[str, Any]:
        """The totals as a JSON object. seconds: wall time of the run."""
        return {
            "images": self.images, "converted": self.converted, "reused": self.reused, "skipped": self.skipped,
            "failed": self.failed.total(), "failed_by_code": dict(sorted(self.failed.items())),
            "error_rate": self.error_rate, "ignored": self.ignored, "missed": self.missed, "late": self.late,
            "seconds": seconds, "images_per_second": self.tried / seconds,
            "tiers": {str(t): self.tiers[t].as_json() for t in sorted(self.tiers)},
            "worst": [each.as_json() for each in sorted(self.worst, reverse=True)],
            "slowest": [{"source": s, "seconds": v} for v, s in sorted(self.slowest, reverse=True)],
        }  # fmt: skip


Item = TypeVar("Item", "Worst", "tuple[float, str]")


def _push(heap: list[Item], item: Item) -> None:
    if len(heap) < NAMED:
        heapq.heappush(heap, item)
    else:
        heapq.heappushpop(heap, item)
