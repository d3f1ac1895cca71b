"""Many images measured, and the tiers judged."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from svgai.benchmark.measure import Measured, Request
from svgai.measure.judge import Targets
from svgai.outcome import Converted, Failed, as_json
from svgai.report.summary import quantile

# A fresh worker's peak resident memory stays under this.
MAX_MB = 500.0
# Seconds after which an image that still runs has failed.
PATIENCE = 300.0


def run(requests: Sequence[Request], jobs: int) -> Iterator[Measured]:
    """Measure each request in a process of its own, `jobs` at a time, in their order."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(_in_process, requests)


def _in_process(request: Request) -> Measured:
    # One native thread each: the figures must not depend on what else the machine has.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "svgai.benchmark.worker"]
    try:
        done = subprocess.run(
            command, input=pickle.dumps(request), capture_output=True, check=False, env=environment, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return _failure(request, "timeout", f"it ran for more than {PATIENCE:g} s")
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        return _failure(request, "died", f"its process ended with {done.returncode} ({last[0]})")
    measured = pickle.loads(done.stdout)
    assert isinstance(measured, Measured)
    return measured


def _failure(request: Request, code: str, cause: str) -> Measured:
    remedy = "convert it alone with --verbose"
    return Measured(Failed(source=request.source, target="-", code=code, cause=cause, remedy=remedy))


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
        return "FAIL" if self.faults else "PASS"


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
        return not self.failed and not any(t.faults for t in self.tiers)

    def as_json(self) -> dict[str, Any]:
        """The result as a JSON object."""
        return {
            "passed": self.passed,
            "error_rate": self.error_rate,
            "tiers": {str(t.tier): {"verdict": t.word, **asdict(t)} for t in self.tiers},
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
    seconds = [o.seconds["total"] for o in records]
    peak = max(row.peak_mb or 0.0 for row in rows)
    ratios = [row.ratio for row in rows if row.ratio is not None]
    target = Targets(records[0].target_ssim, records[0].target_delta_e, records[0].target_seconds)
    p95 = quantile(seconds, 0.95)
    faults = [f"{o.source}: {'; '.join(o.misses)}" for o in records if o.verdict != "PASS"]
    if p95 > target.seconds:
        faults.append(f"95 % of the images take up to {p95:.2f} s, and {target.seconds:g} s are promised")
    if peak >= MAX_MB:
        faults.append(f"a worker used {peak:.0f} MB, and less than {MAX_MB:g} MB are promised")
    return TierResult(
        tier=tier,
        images=len(rows),
        ssim_mean=sum(o.ssim for o in records) / len(records),
        ssim_min=min(o.ssim for o in records),
        seconds_p50=quantile(seconds, 0.5),
        seconds_p95=p95,
        seconds_max=max(seconds),
        target=target,
        peak_mb=peak,
        ratio_p50=quantile(ratios, 0.5) if ratios else None,
        faults=tuple(faults),
    )
