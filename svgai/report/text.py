"""Outcomes in words for a terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from svgai.outcome import Converted, Failed, Outcome, Skipped

if TYPE_CHECKING:
    from svgai.files import Job

TIERS = {1: "simple", 2: "medium", 3: "complex"}


def shown(path: str) -> str:
    """A path for people: bytes that are no UTF-8 become �, and control characters are spelt out."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def size(count: int) -> str:
    """Bytes in a unit that fits: `812 B`, `4.1 kB`, `1.2 MB`."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def counted(count: int, noun: str) -> str:
    """`1 shape`, `2 shapes`."""
    return f"{count} {noun}{'s' * (count != 1)}"


def verdict(outcome: Converted) -> str:
    """`PASS`, `PASS late, look`: the verdict, and whether time or the eye should know."""
    late, look = "" if outcome.in_time else " late", ", look" if outcome.looks else ""
    return f"{outcome.verdict}{late}{look}"


def line(outcome: Outcome) -> str:
    """What happened to one input, in one line."""
    if not isinstance(outcome, Converted):
        return f"{'FAILED ' if isinstance(outcome, Failed) else ''}{_not_converted(outcome)}"
    return (
        f"{arrow(outcome)}  {verdict(outcome)}  T{outcome.tier} SSIM {outcome.ssim:.4f} "
        f"{size(outcome.bytes_out)} {outcome.seconds['total']:.2f} s"
    )


def lines(outcome: Outcome, *, verbose: bool = False) -> str:
    """What happened to one input, in a few lines."""
    if not isinstance(outcome, Converted):
        return _not_converted(outcome)
    return "\n".join([*_summary(outcome), *(_details(outcome) if verbose else ())])


def arrow(pair: Outcome | Job) -> str:
    """`source → target`."""
    source = "stdin" if pair.source == "-" else shown(pair.source)
    target = "stdout" if pair.target == "-" else shown(pair.target)
    return f"{source} → {target}"


def planned(job: Job) -> str:
    """What would become of an input."""
    return arrow(job) + (" (kept)" if job.skip else "")


def _not_converted(outcome: Failed | Skipped) -> str:
    said = outcome.message if isinstance(outcome, Failed) else f"skipped, {outcome.target} exists"
    return f"{shown(outcome.source)}: {shown(said)}"


def _summary(outcome: Converted) -> list[str]:
    forced = " (forced)" if outcome.tier_forced else ""
    cut = ", cut short by the clock" if outcome.time_limited else ""
    cut += ", coarser to keep its time" if outcome.work_limited else ""
    drawings = f"best of {outcome.drawn}" if outcome.drawn > 1 else "one drawing"
    text = [
        f"{arrow(outcome)}  {verdict(outcome)}",
        f"  T{outcome.tier} {TIERS[outcome.tier]}{forced}: {'; '.join(outcome.reasons)}",
        f"  {outcome.plan}, {drawings}{cut}: {counted(outcome.shapes, 'shape')}, "
        f"{counted(outcome.segments, 'segment')}, {size(outcome.bytes_in)} → {size(outcome.bytes_out)}",
        f"  SSIM {outcome.ssim:.5f} (floor {outcome.ssim_floor:.5f}, target {outcome.target_ssim:g}), "
        f"structure {outcome.structure:.2f}, ΔE {outcome.delta_e:.2f}, alpha error {outcome.alpha_error:.4f}, "
        f"{outcome.seconds['total']:.2f} s of {outcome.target_seconds:g} s",
        *([_against_file(outcome)] if outcome.cleaned else []),
    ]
    text += [_thin(outcome)] if outcome.thin else []
    return text + [f"  MISS: {miss}" for miss in outcome.misses] + [f"  look: {look}" for look in outcome.looks]


def _thin(outcome: Converted) -> str:
    """What is thinner than --min-width, the largest place first, three of them in all."""
    assert outcome.thin is not None
    some = "; ".join(f"{x:g}, {y:g} ({w:g} × {h:g} px)" for x, y, w, h, _ in outcome.thin_places[:3])
    places = f"{outcome.thin} places are" if outcome.thin > 1 else "1 place is"
    return f"  {places} thinner than --min-width: at {some}{' …' if outcome.thin > 3 else ''}"


def _against_file(outcome: Converted) -> str:
    return f"  against the file as it is: SSIM {outcome.ssim_file:.5f}, ΔE {outcome.delta_e_file:.2f}"


def _details(outcome: Converted) -> list[str]:
    text = [
        "  parameters: " + ", ".join(f"{name} {value}" for name, value in outcome.parameters.items()),
        "  features: " + ", ".join(f"{name} {value:.4g}" for name, value in outcome.features.items()),
        "  seconds: " + ", ".join(f"{name} {value:.3f}" for name, value in outcome.seconds.items()),
    ]
    return text + [f"  {plan} declined: {reason}" for plan, reason in outcome.declined]
