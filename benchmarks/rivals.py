"""Where does vtracer have the better J than contours or gradients: python benchmarks/rivals.py IMAGE|FOLDER...

For every T1 and T2 image each plan is drawn and scored; a line says the SSIM and J of the best own drawing and of the
best by vtracer. plan.UNRIVALLED is an SSIM of the own drawing from which on vtracer never won.
"""

from __future__ import annotations

import sys
from pathlib import Path

from svgai import plan, svg
from svgai.classify import decide, measure
from svgai.draw import draw
from svgai.load import SUFFIXES, load
from svgai.records import Declined, Raster
from svgai.render import render
from svgai.score import Reference
from svgai.search import Candidate
from svgai.settings import Settings


def drawn(raster: Raster, tier: int) -> list[Candidate]:
    """Every plan's drawing that was not declined."""
    reference = Reference(raster)
    found = []
    for order, p in enumerate(plan.candidates(tier, Settings(), raster.area)):
        drawing = draw(raster, p)
        if not isinstance(drawing, Declined):
            text = svg.write(drawing, p.decimals)
            score = reference.score(render(text, raster.width, raster.height))
            found.append(Candidate(p, text, score, order))
    return found


def main() -> None:
    paths = [f for a in map(Path, sys.argv[1:]) for f in (sorted(a.rglob("*")) if a.is_dir() else [a])]
    beaten = []
    for path in (p for p in paths if p.suffix.lower() in SUFFIXES):
        raster = load(path.read_bytes())
        tier = int(decide(measure(raster)).tier)
        if tier == 3:
            continue
        goal = plan.goal(tier, Settings())
        candidates = drawn(raster, tier)
        own = min((c for c in candidates if c.plan.name != "vtracer"), key=goal.trade, default=None)
        rival = min((c for c in candidates if c.plan.name == "vtracer"), key=goal.trade)
        if own is None:
            print(f"{path.name:60} every own engine declined; vtracer SSIM {rival.score.ssim:.4f}")
            continue
        if goal.trade(rival) < goal.trade(own):
            beaten.append(own.score.ssim)
        print(
            f"{path.name:60} {own.plan.name:8} SSIM {own.score.ssim:.4f} J {goal.trade(own):.4f}   "
            f"vtracer SSIM {rival.score.ssim:.4f} J {goal.trade(rival):.4f}"
            f"{'   vtracer wins' if goal.trade(rival) < goal.trade(own) else ''}",
            flush=True,
        )
    print(f"vtracer won {len(beaten)} times, over own drawings of SSIM up to {max(beaten, default=0):.4f}")


if __name__ == "__main__":
    main()
