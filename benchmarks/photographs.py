"""Photographs at equal likeness, beside vtracer and imagetracer: python benchmarks/photographs.py IMAGE|FOLDER...

For each picture and each SSIM of 0.85, 0.90 and 0.95: the bytes, ΔE00 and paths of the smallest drawing of the tone
engine and of tuned vtracer that reaches it, and what vtracer's poster preset takes. With IMAGETRACER set to a command
that takes IN and OUT, its SVG too. A dash: not reached.
"""

from __future__ import annotations

import math
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import svgai
from svgai.draw.engines import draw
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.drawing import Declined
from svgai.measure.score import Reference
from svgai.output.render import render, render_stretched
from svgai.output.svg import write
from svgai.picture.formats import SUFFIXES
from svgai.picture.load import load
from svgai.picture.raster import Raster

TARGETS = (0.85, 0.90, 0.95)
# The preset of vtracer's own command line for photographs, posterised.
POSTER = VtracerPlan(mode="spline", filter_speckle=4, color_precision=8, layer_difference=16, path_precision=2)


def tuned(path: Path, plan: str, target: float) -> tuple[int | None, str]:
    """The bytes at which an engine reaches an SSIM, None where it does not, and a cell of the table."""
    start = time.process_time()
    found = svgai.convert(path, tier=3, plan=plan, target_ssim=target, max_time=120)
    spent = time.process_time() - start
    reached = found.score.ssim >= target
    cell = f"{found.score.ssim:.3f} {found.svg.bytes / 1000:.0f} kB ΔE {found.score.delta_e:.1f} {found.svg.shapes} p"
    return (found.svg.bytes if reached else None), f"{cell} {spent:.1f} s" if reached else "-"


def poster(raster: Raster) -> str:
    """A cell for vtracer's poster preset."""
    drawing = draw(raster, POSTER)
    if isinstance(drawing, Declined):
        return "-"
    svg = write(drawing, POSTER.decimals)
    score = Reference(raster).score(render(svg, raster.width, raster.height))
    return f"{score.ssim:.3f} {svg.bytes / 1000:.0f} kB ΔE {score.delta_e:.1f} {svg.shapes} p"


def imagetracer(path: Path, raster: Raster) -> str:
    """A cell for imagetracer, where the environment names its command."""
    command = os.environ.get("IMAGETRACER")
    if command is None:
        return "-"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.svg"
        words = [{"IN": str(path), "OUT": str(target)}.get(w, w) for w in shlex.split(command)]
        subprocess.run(words, check=True, capture_output=True)
        text = target.read_text()
    score = Reference(raster).score(render_stretched(text, raster.width, raster.height))
    return f"{score.ssim:.3f} {len(text) / 1000:.0f} kB ΔE {score.delta_e:.1f}"


def main() -> None:
    paths = [f for a in map(Path, sys.argv[1:]) for f in (sorted(a.rglob("*")) if a.is_dir() else [a])]
    ratios: dict[float, list[float]] = {t: [] for t in TARGETS}
    for path in (p for p in paths if p.suffix.lower() in SUFFIXES):
        raster = load(path.read_bytes())
        print(f"{path.name}  poster {poster(raster)}  imagetracer {imagetracer(path, raster)}", flush=True)
        for target in TARGETS:
            (ours, cell), (theirs, other) = (tuned(path, plan, target) for plan in ("tone", "vtracer"))
            print(f"  {target:.2f}  tone {cell:40}  vtracer {other}", flush=True)
            if ours and theirs:
                ratios[target].append(ours / theirs)
    for target, values in ratios.items():
        if values:
            mean = math.exp(sum(map(math.log, values)) / len(values))
            print(f"{target:.2f}: on {len(values)} pictures that both reach, {mean:.3f} of tuned vtracer's bytes")


if __name__ == "__main__":
    main()
