"""Where does vtracer beat contours or gradients: python benchmarks/rivals.py IMAGE|FOLDER...

For every T1 and T2 image with its vector original beside it (NAME.truth.svg) each plan is drawn, and the best own
drawing and the best by vtracer (by J, what a search sees at 1×) are held against the original at 4×: at 1× a staircase
of pixels looks better than the curve that it hides. plan.UNRIVALLED is an SSIM at 1× of the own drawing from which on
vtracer never won at 4×.
"""

from __future__ import annotations

import sys
from pathlib import Path

from svgai.draw.engines import draw
from svgai.drawing import Color, Declined
from svgai.measure.flaws import flaws
from svgai.measure.score import Reference
from svgai.output import svg
from svgai.output.render import render, render_stretched
from svgai.picture import background
from svgai.picture.classify import decide, measure
from svgai.picture.formats import SUFFIXES
from svgai.picture.load import load
from svgai.picture.raster import Raster
from svgai.search import strategy
from svgai.search.search import Candidate
from svgai.settings import Settings

ZOOM = 4


def drawn(raster: Raster, tier: int) -> list[Candidate]:
    """Every plan's drawing that was not declined."""
    reference = Reference(raster)
    found = []
    for order, p in enumerate(strategy.candidates(tier, Settings(), raster.area)):
        drawing = draw(raster, p)
        if not isinstance(drawing, Declined):
            text = svg.write(drawing, p.decimals)
            rendered = render(text, raster.width, raster.height)
            score, worst = reference.score(rendered), flaws(raster, rendered, drawing)
            found.append(Candidate(p, drawing, text, score, worst, order))
    return found


def main() -> None:
    paths = [f for a in map(Path, sys.argv[1:]) for f in (sorted(a.rglob("*")) if a.is_dir() else [a])]
    beaten = []
    for path in (p for p in paths if p.suffix.lower() in SUFFIXES):
        truth = path.with_suffix(".truth.svg")
        raster = load(path.read_bytes())
        tier = int(decide(measure(raster)).tier)
        if tier == 3 or not truth.exists():
            continue
        size = ZOOM * raster.width, ZOOM * raster.height
        original = render_stretched(truth.read_text(), *size)
        if raster.opaque:
            original = background.compose(original, Color(255, 255, 255))
        large = Reference(original)
        goal = strategy.goal(tier, Settings(), raster.area)
        candidates = drawn(raster, tier)
        ranked = sorted(candidates, key=goal.trade)
        own = next((c for c in ranked if c.plan.name != "vtracer"), None)
        rival = next(c for c in ranked if c.plan.name == "vtracer")
        at4 = {c.order: large.score(render(c.svg, *size)).ssim for c in (own, rival) if c}
        text = "   ".join(
            f"{c.plan.name:8} 1x {c.score.ssim:.4f} {ZOOM}x {at4[c.order]:.4f} J {goal.trade(c):.4f}"
            for c in (own, rival)
            if c
        )
        won = own is not None and at4[rival.order] > at4[own.order]
        if own and won:
            beaten.append(own.score.ssim)
        print(f"{path.name[:50]:50} {text}{'   vtracer wins' if won else ''}", flush=True)
    print(f"vtracer won {len(beaten)} times, over own drawings of SSIM up to {max(beaten, default=0):.4f}")


if __name__ == "__main__":
    main()
