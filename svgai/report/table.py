"""A Summary as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from svgai.report.summary import FAILURES_NAMED, Summary, TierTotals, quantile
from svgai.report.text import TIERS, counted, shown, size

# 80 columns are as wide as a terminal is for certain.
_HEAD = ("", "images", "PASS", "MISS", "late", "look", "SSIM", "min", "s p50", "max", "bytes")

# The kinds of result that are named one by one, and the word before each.
_NAMED = {"miss": "MISS", "look": "look"}


def table(summary: Summary, seconds: float) -> str:
    """Tiers, totals, then the worst, the slowest and the failures by name. seconds: wall time of the run."""
    rows = [_HEAD, *(_row(t, summary.tiers[t]) for t in sorted(summary.tiers))]
    if len(summary.tiers) > 1:
        rows.append(_all(list(summary.tiers.values())))
    return "\n".join([*(_aligned(rows) if summary.tiers else ()), *_totals(summary, seconds), *_names(summary)])


def _row(tier: int, totals: TierTotals) -> tuple[str, ...]:
    return (
        f"T{tier} {TIERS[tier]}", f"{totals.images}", f"{totals.passed}", f"{totals.missed}", f"{totals.late}",
        f"{totals.looks}", f"{totals.ssim_mean:.4f}", f"{totals.ssim_min:.4f}", f"{totals.seconds_within(0.5):.2f}",
        f"{max(totals.seconds):.2f}", size(totals.bytes_out),
    )  # fmt: skip


def _all(tiers: Sequence[TierTotals]) -> tuple[str, ...]:
    """The row of all tiers together: counts, the least SSIM, the longest time, bytes."""
    images = sum(each.images for each in tiers)
    mean = sum(each.ssim for each in tiers) / images
    seconds = [second for each in tiers for second in each.seconds]
    return (
        "all", f"{images}", f"{sum(each.passed for each in tiers)}", f"{sum(each.missed for each in tiers)}",
        f"{sum(each.late for each in tiers)}", f"{sum(each.looks for each in tiers)}", f"{mean:.4f}",
        f"{min(each.ssim_min for each in tiers):.4f}", f"{quantile(seconds, 0.5):.2f}", f"{max(seconds):.2f}",
        size(sum(each.bytes_out for each in tiers)),
    )  # fmt: skip


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(_HEAD))]
    return [" ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]


def _totals(summary: Summary, seconds: float) -> list[str]:
    earlier = f" ({summary.reused} of them by an earlier run)" if summary.reused else ""
    counts = [
        f"{summary.converted} converted{earlier}",
        f"{summary.failed.total()} failed (error rate {100 * summary.error_rate:.2f} %)",
        *([f"{summary.skipped} skipped"] if summary.skipped else []),
        *([f"{summary.coarser} coarser to keep their time"] if summary.coarser else []),
        *([f"{summary.cut} cut short by the clock"] if summary.cut else []),
        *([f"{counted(summary.ignored, 'other file')} ignored"] if summary.ignored else []),
    ]
    rate = f", {summary.tried / seconds:.2f} images/s" if summary.tried and seconds else ""
    return [", ".join(counts), f"{seconds:.1f} s{rate}"]


def _names(summary: Summary) -> list[str]:
    worst = [each for each in sorted(summary.worst, reverse=True) if each.kind in _NAMED]
    lines = [f"{_NAMED[each.kind]:8} {shown(each.source)}: {each.why}" for each in worst]
    lines += [f"slowest  {v:9.2f} s  {shown(name)}" for v, name in sorted(summary.slowest, reverse=True)]
    lines += [f"failed   {shown(name)}: {shown(message)}" for name, message in summary.failures]
    more = summary.failed.total() - FAILURES_NAMED
    return lines + ([f"failed   and {more} more"] if more > 0 else [])
