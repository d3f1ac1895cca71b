"""Drawings as paper, cameras, printers and messengers leave them: python benchmarks/degraded.py FOLDER|SVG...

FOLDER: of NAME.truth.svg, or of NAME.svg. camera.py says what is done to each; what counts is the drawing: every
result is rendered at 4× and held against the original there. --sample N converts N pictures in all, every kind in
turn; without it each drawing goes through every kind.

    4×        SSIM of the result against the original, mean and least; "picture": the degraded picture, enlarged
    ΔE        mean CIEDE2000 at 4×, median
    params    numbers drawn (a line 2, a cubic 6), × those of the clean picture's own drawing: median, worst tenth
    tiers     how many were taken for T1, T2, T3

--peer vtracer|poster draws with vtracer's defaults, or its poster preset, instead of svgai. --keep FOLDER keeps
pictures and SVGs.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from camera import KINDS, ON_PAPER, on_page
from pictures import WHITE, Original, encoded, originals

import svgai
from svgai.measure.score import Reference
from svgai.output.render import render_stretched
from svgai.picture.background import compose
from svgai.picture.load import load
from svgai.picture.raster import Raster

ZOOM = 4
_COMMAND = re.compile(r"([a-zA-Z])([^a-zA-Z\"]*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
_OUTLINE = re.compile(r'\bd="([^"]*)"')
_SHAPE = re.compile(r"<(rect|circle|ellipse|line|use)\b")
_NUMBERS = {"rect": 6, "circle": 3, "ellipse": 4, "line": 4, "use": 6}


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    name: str
    at4: float
    enlarged: float
    delta_e: float
    ratio: float
    tier: int
    plan: str
    verdict: str
    bytes: int
    cpu: float


def parameters(text: str) -> int:
    """Numbers drawn by an SVG."""
    outlines = " ".join(_OUTLINE.findall(text))
    drawn = sum(
        len(_NUMBER.findall(numbers)) for command, numbers in _COMMAND.findall(outlines) if command not in "mM"
    )
    return drawn + sum(_NUMBERS[name] for name in _SHAPE.findall(text))


@cache
def _truth(o: Original) -> Reference:
    return Reference(Raster(o.drawn(ZOOM)))


def _converted(data: bytes) -> tuple[str, int, str, str]:
    """SVG, tier, plan, verdict."""
    result = svgai.convert(data)
    return result.svg.text, int(result.classification.tier), result.plan.name, result.verdict.text


def _vtracer(preset: dict[str, object]) -> Callable[[bytes], tuple[str, int, str, str]]:
    def convert(data: bytes) -> tuple[str, int, str, str]:
        import vtracer

        return vtracer.convert_raw_image_to_svg(encoded(load(data).pixels), "png", **preset), 0, "vtracer", ""

    return convert


# The poster preset is what visioncortex's web page sets for flat posters.
PEERS: dict[str, Callable[[bytes], tuple[str, int, str, str]]] = {
    "svgai": _converted,
    "vtracer": _vtracer({}),
    "poster": _vtracer({"filter_speckle": 4, "color_precision": 8, "layer_difference": 16, "corner_threshold": 60}),
}


@cache
def _clean(o: Original, peer: str) -> int:
    return max(1, parameters(PEERS[peer](encoded(o.drawn()))[0]))


def row(o: Original, kind: str, peer: str, keep: Path | None) -> Row:
    """One drawing, degraded and converted."""
    o = on_page(o) if kind in ON_PAPER else o
    suffix, degrade = KINDS[kind]
    data = degrade(o)
    start = time.process_time()
    text, tier, plan, verdict = PEERS[peer](data)
    cpu = time.process_time() - start
    size = ZOOM * o.width, ZOOM * o.height
    score = _truth(o).score(compose(render_stretched(text, *size), WHITE))
    enlarged = cv2.resize(load(data).pixels, size, interpolation=cv2.INTER_CUBIC)
    itself = _truth(o).score(Raster(np.asarray(enlarged, np.uint8))).ssim
    if keep:
        stem = re.sub(r"\W+", "-", f"{o.name}-{kind}")
        (keep / (stem + suffix)).write_bytes(data)
        (keep / f"{stem}.svg").write_text(text, encoding="utf-8")
    ratio = parameters(text) / _clean(o, peer)
    return Row(kind, o.name, score.ssim, itself, score.delta_e, ratio, tier, plan, verdict, len(text), cpu)


def table(rows: list[Row]) -> None:
    names = ("n", "4×", "least", "pict.", "ΔE", "params", "worst", "CPU s")
    print(
        f"{'':24} " + " ".join(f"{n:>{w}}" for n, w in zip(names, (3, 6, 6, 6, 5, 6, 6, 6), strict=True)) + "  tiers"
    )
    for kind in [*dict.fromkeys(r.kind for r in rows), None]:
        some = [r for r in rows if kind in (r.kind, None)]
        tiers = Counter(r.tier for r in some)
        ratios = [r.ratio for r in some]
        print(
            f"{kind or 'all':24} {len(some):3} {np.mean([r.at4 for r in some]):6.4f} {min(r.at4 for r in some):6.4f} "
            f"{np.mean([r.enlarged for r in some]):6.4f} {np.median([r.delta_e for r in some]):5.2f} "
            f"{np.median(ratios):6.2f} {np.quantile(ratios, 0.9):6.2f} {np.median([r.cpu for r in some]):6.2f}  "
            + " ".join(f"T{tier}·{n}" for tier, n in sorted(tiers.items()))
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--sample", type=int, metavar="N")
    parser.add_argument("--kind", action="append", choices=KINDS)
    parser.add_argument("--peer", choices=PEERS, default="svgai")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep", type=Path)
    a = parser.parse_args()
    drawings, kinds = originals(a.paths), a.kind or list(KINDS)
    pairs = [(o, kind) for o in drawings for kind in kinds]
    if a.sample:
        pairs = [(drawings[k * 7 % len(drawings)], kinds[k % len(kinds)]) for k in range(a.sample)]
    if a.keep:
        a.keep.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(a.jobs) as pool:
        waiting: list[Future[Row]] = [pool.submit(row, o, kind, a.peer, a.keep) for o, kind in pairs]
        rows = []
        for future in waiting:
            rows.append(r := future.result())
            if a.list:
                print(f"{r.name[:34]:34} {r.kind:22} {r.at4:.4f} ({r.enlarged:.4f}) ΔE {r.delta_e:5.2f} "
                      f"× {r.ratio:6.2f} T{r.tier} {r.plan:8} {r.bytes:7} B {r.cpu:5.2f} s {r.verdict}",
                      flush=True)  # fmt: skip
    table(rows)


if __name__ == "__main__":
    main()
