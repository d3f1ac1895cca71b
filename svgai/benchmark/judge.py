"""Measurements → do the tiers keep what they promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from svgai.benchmark.measure import Measured
from svgai.measure.judge import PASS, Targets
from svgai.outcome import Converted, Failed, as_json
from svgai.report.summary import TierTotals, quantile

FAIL = "FAIL"
# A fresh worker's peak resident memory, MB, stays under this: the manuals promise it of a container.
MAX_MB = 500.0


@dataclass(frozen=True, slots=True)
class TierResult:
    """One tier's figures; `faults` says why it fails, one phrase each."""

    tier: int
    images: int
    ssim_mean: float
    ssim_min: float
    seconds_p50: float
    seconds_p95: float
    seconds_max: float
    target: Targets
    peak_mb: float
    ratio_p50: float | None
    faults: tuple[str, ...]

    @property
    def word(self) -> str:
        return FAIL if self.faults else PASS


@dataclass(frozen=True, slots=True)
class Result:
    """The whole benchmark: every row, every tier, and what failed in any."""

    rows: tuple[Measured, ...]
    tiers: tuple[TierResult, ...]
    failed: tuple[Failed, ...]

    @property
    def error_rate(self) -> float:
        return len(self.failed) / len(self.rows) if self.rows else 0.0

    @property
    def passed(self) -> bool:
        return not self.failed and not any(tier.faults for tier in self.tiers)

    def as_json(self) -> dict[str, Any]:
        """The result as a JSON object."""
        return {
            "passed": self.passed,
            "error_rate": self.error_rate,
            "tiers": {str(tier.tier): {"verdict": tier.word, **asdict(tier)} for tier in self.tiers},
            "images": [_row_json(row) for row in self.rows],
        }


def _row_json(row: Measured) -> dict[str, Any]:
    figures = {"peak_mb": row.peak_mb, "vtracer_seconds": row.vtracer_seconds, "ratio": row.ratio}
    return {**as_json(row.outcome), **figures}


def judge(rows: Sequence[Measured]) -> Result:
    """Hold what was measured against what the tiers promise."""
    failed = tuple(row.outcome for row in rows if isinstance(row.outcome, Failed))
    by_tier: dict[int, list[Measured]] = {}
    for row in rows:
        if isinstance(row.outcome, Converted):
            by_tier.setdefault(row.outcome.tier, []).append(row)
    return Result(tuple(rows), tuple(_tier(tier, by_tier[tier]) for tier in sorted(by_tier)), failed)


def _tier(tier: int, rows: Sequence[Measured]) -> TierResult:
    records = [row.outcome for row in rows if isinstance(row.outcome, Converted)]
    totals = TierTotals()
    for record in records:
        totals.add(record)
    target = Targets(records[0].target_ssim, records[0].target_delta_e, records[0].target_seconds)
    peak = max(row.peak_mb or 0.0 for row in rows)
    ratios = [row.ratio for row in rows if row.ratio is not None]
    return TierResult(
        tier=tier,
        images=totals.images,
        ssim_mean=totals.ssim_mean,
        ssim_min=totals.ssim_min,
        seconds_p50=totals.seconds_within(0.5),
        seconds_p95=totals.seconds_within(0.95),
        seconds_max=max(totals.seconds),
        target=target,
        peak_mb=peak,
        ratio_p50=quantile(ratios, 0.5) if ratios else None,
        faults=tuple(_faults(records, totals, peak)),
    )


def _faults(records: Sequence[Converted], totals: TierTotals, peak: float) -> list[str]:
    faults = [f"{record.source}: {'; '.join(record.misses)}" for record in records if not record.passed]
    seconds, target = totals.seconds_within(0.95), totals.target_seconds
    if seconds > target:
        faults.append(f"95 % of the images take up to {seconds:.2f} s, and {target:g} s are promised")
    if peak >= MAX_MB:
        faults.append(f"a worker used {peak:.0f} MB, and less than {MAX_MB:g} MB are promised")
    return faults
