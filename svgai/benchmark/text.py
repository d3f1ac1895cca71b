"""Measurements in words for a terminal."""

from __future__ import annotations

import os
from collections.abc import Sequence

from svgai.benchmark.judge import FAIL, Result, TierResult
from svgai.benchmark.measure import Measured
from svgai.measure.judge import PASS
from svgai.outcome import Converted
from svgai.report.text import counted, line, shown, size


def row(measured: Measured) -> str:
    """One image in one line."""
    outcome = measured.outcome
    if not isinstance(outcome, Converted):
        return line(outcome)
    plain = "-" if measured.vtracer_seconds is None else f"{measured.vtracer_seconds:.3f}"
    seconds = f"{outcome.seconds['total']:7.3f} s{' ' if outcome.in_time else '!'}"
    misses = f"  {'; '.join(outcome.misses)}" if outcome.misses else ""
    return (
        f"{os.path.basename(shown(outcome.source)):32} T{outcome.tier} {outcome.plan:8} SSIM {outcome.ssim:.5f}  "
        f"ΔE {outcome.delta_e:5.2f}  {size(outcome.bytes_out):>8}  {seconds} vtracer {plain} s  "
        f"ratio {_ratio(measured.ratio):>6}  {measured.peak_mb:4.0f} MB  {outcome.verdict}{misses}"
    )


def summary(result: Result, worse: Sequence[str]) -> str:
    """The tiers, what failed, what is worse than the baseline, and the verdict."""
    said = [words for tier in result.tiers for words in (_tier(tier), *(f"  {fault}" for fault in tier.faults))]
    said += [line(failure) for failure in result.failed]
    said += [f"worse than the baseline: {phrase}" for phrase in worse]
    return "\n".join([*said, f"{FAIL if worse or not result.passed else PASS}, errors {result.error_rate:.1%}"])


def _tier(tier: TierResult) -> str:
    return (
        f"T{tier.tier} {tier.word}: {counted(tier.images, 'image')}, "
        f"SSIM mean {tier.ssim_mean:.4f} min {tier.ssim_min:.4f} (target {tier.target.ssim:g}), "
        f"time p50 {tier.seconds_p50:.2f} p95 {tier.seconds_p95:.2f} "
        f"max {tier.seconds_max:.2f} s (target {tier.target.seconds:g} s), median ratio {_ratio(tier.ratio_p50)}, "
        f"peak {tier.peak_mb:.0f} MB"
    )


def _ratio(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.1f}"
