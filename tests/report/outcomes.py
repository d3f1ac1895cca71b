"""Outcomes as a batch leaves them."""

from __future__ import annotations

from dataclasses import replace

from svgai.outcome import Converted, Failed, Skipped

GOOD = Converted(
    source="in/logo.png", target="out/logo.svg", width=64, height=48, tier=1, tier_forced=False,
    reasons=("few colours",), features={"flat": 0.9}, degradation={}, cleaned=False, plan="contour",
    parameters={"tolerance": 0.2}, drawn=1, declined=(), work_limited=False, time_limited=False,
    bytes_in=2000, bytes_out=812,
    shapes=3, paints={"flat": 2, "linear": 1, "radial": 0}, segments=12, colors={"#0a7cff": 0.25}, thin=None,
    thin_places=(), ssim=0.99,
    ssim_floor=0.5, delta_e=0.25, alpha_error=0.0, ssim_file=0.99, delta_e_file=0.25, target_ssim=0.95,
    target_delta_e=2.0, target_seconds=2.0, verdict="PASS", misses=(), in_time=True, structure=0.97,
    structure_window=(8, 8, 16, 16), structure_gone=0, seam=0, seam_window=(0, 0, 0, 0), crumbs=0, looks=(),
    seconds={"draw": 0.5, "total": 0.75},
)  # fmt: skip
POOR = replace(
    GOOD, source="in/photo.jpg", target="out/photo.svg", tier=3, plan="vtracer", drawn=3, ssim=0.8, verdict="MISS",
    misses=("SSIM 0.80000 < 0.85", "ΔE 3.10 > 3"), in_time=False, bytes_out=1_200_000,
    declined=(("contour", "noise"),), seconds={"draw": 9.5, "total": 20.0}, target_seconds=15.0,
)  # fmt: skip
BROKEN = Failed(source="in/a.png", target="out/a.svg", code="unreadable", cause="the file is empty", remedy="give one")
KEPT = Skipped(source="in/b.png", target="out/b.svg")
EVERY = (GOOD, POOR, BROKEN, KEPT)
