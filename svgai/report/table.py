"""A Summary as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from svgai.report.summary import FAILURES_NAMED, Summary, TierTotals, quantile
from svgai.report.text import TIERS, shown, size

_HEAD = ("", "images", "PASS", "MISS", "SSIM mean", "min", "s p50", "p95", "max", "of", "late", "bytes in", "out")


def table(summary: Summary, seconds: float) -> str:
    """Tiers, totals, then the worst, the slowest and the failures by name. seconds: wall time of the run."""
    rows = [_HEAD, *(_row(t, summary.tiers[t]) for t in sorted(summary.tiers))]
    return "\n".join([*(_aligned(rows) if summary.tiers else ()), *_totals(summary, seconds), *_names(summary)])


def _row(tier: int, t: TierTotals) -> tuple[str, ...]:
    p50, p95 = (quantile(t.seconds, share) for share in (0.5, 0.95))
    return (
        f"T{tier} {TIERS[tier]}", f"{t.images}", f"{t.passed}", f"{t.missed}", f"{t.ssim / t.images:.4f}",
        f"{t.ssim_min:.4f}", f"{p50:.2f}", f"{p95:.2f}", f"{max(t.seconds):.2f}", f"{t.target_seconds:g}",
        f"{t.late}", size(t.bytes_in), size(t.bytes_out),
    )  # fmt: skip


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(_HEAD))]
    return [
        "  ".join(c.ljust(w) if k == 0 else c.rjust(w) for k, (c, w) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]


def _totals(s: Summary, seconds: float) -> list[str]:
    made = s.converted - s.reused
    counts = [
        f"{s.converted} converted" + (f" ({s.reused} of them by an earlier run)" if s.reused else ""),
        f"{s.failed.total()} failed (error rate {100 * s.error_rate:.2f} %)",
        *([f"{s.skipped} skipped"] if s.skipped else []),
        *([f"{s.ignored} other file{'s' * (s.ignored > 1)} ignored"] if s.ignored else []),
    ]
    return [", ".join(counts), f"{seconds:.1f} s, {made / seconds if seconds else 0:.2f} images/s"]


def _names(s: Summary) -> list[str]:
    lines = [f"worst    SSIM {-v:.4f}  {shown(name)}" for v, name in sorted(s.worst, reverse=True)]
    lines += [f"slowest  {v:9.2f} s  {shown(name)}" for v, name in sorted(s.slowest, reverse=True)]
    lines += [f"failed   {shown(name)}: {shown(message)}" for name, message in s.failures]
    more = s.failed.total() - FAILURES_NAMED
    return lines + ([f"failed   and {more} more"] if more > 0 else [])
