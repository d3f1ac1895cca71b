"""Do lines come out as lines: python benchmarks/lines.py [--engine contour|pipeline|vtracer] [--keep FOLDER] [WORD...]

A closed-form set: lines of seven widths at seven angles, a cubic, a ring, a zigzag, a crossing, a grid, a stave and a
hatching, on several pairs of colours, and in black on white as a JPEG of q85, each anti-aliased by exact area. Of each
drawing: ink (the integral of what differs from the background) as a share of the original's, whether it is as many
pieces as that at 4×, its segments, whether it is stroked, SSIM at 4× and how far the points of the original's centre
line lie from the ink, px. The words pick cases by name; with --keep the PNG, the true SVG and the drawing of each are
written.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from svgai import pipeline
from svgai.arrays import Pixels
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.engines import Plan, draw
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.drawing import Declined
from svgai.measure.score import Reference
from svgai.output.render import render_stretched
from svgai.output.svg import write
from svgai.picture.load import load
from svgai.picture.raster import Raster
from svgai.settings import Settings

SIZE, SAMPLES, ZOOM = 64, 16, 4
WIDTHS = 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0
ANGLES = 0, 10, 27, 45, 63, 80, 90
PAIRS = {
    "ink": ("#000", "#fff"),
    "chalk": ("#f2f2f2", "#1c2b4a"),
    "color": ("#c8102e", "#ffe9a8"),
    "clear": ("#1450a0", None),
    "coded": ("#000", "#fff"),
}
# How the pictures of one pair are coded.
QUALITY = 85
# A pixel of the 4× picture belongs to the line from this share of its ink on.
PART = 0.25


@dataclass(frozen=True, slots=True)
class Case:
    """One picture: its name, the path data, colour, width, the ground's colour (None: clear), whether a JPEG."""

    name: str
    path: str
    width: float
    color: str
    ground: str | None
    coded: bool = False

    def raster(self) -> Raster:
        """The picture as svgai gets it: as it is, or through a JPEG."""
        if not self.coded:
            return Raster(self.pixels())
        target = BytesIO()
        Image.fromarray(self.pixels()).convert("RGB").save(target, "JPEG", quality=QUALITY)
        return load(target.getvalue())

    def svg(self) -> str:
        ground = f'<path fill="{self.ground}" d="M0 0h{SIZE}v{SIZE}H0z"/>' if self.ground else ""
        line = f'<path d="{self.path}" fill="none" stroke="{self.color}" stroke-width="{self.width}"/>'
        size = f'viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ground}{line}</svg>'

    def pixels(self, zoom: int = 1) -> Pixels:
        """The picture at a zoom, each pixel the mean of its samples."""
        each = SAMPLES // zoom
        fine = _premultiplied(render_stretched(self.svg(), SIZE * SAMPLES, SIZE * SAMPLES).pixels)
        side = SIZE * zoom
        mean = fine.reshape(side, each, side, each, 4).mean(axis=(1, 3))
        alpha = mean[..., 3:]
        mean[..., :3] = np.where(alpha > 0, mean[..., :3] / np.maximum(alpha, 1e-9) * 255, 0)
        return np.asarray(np.rint(mean), np.uint8)


def cases() -> Iterator[Case]:
    for pair, (color, ground) in PAIRS.items():
        for width in WIDTHS:
            for name, path in _paths():
                yield Case(f"{pair}-{name}-{width}", path, width, color, ground, coded=pair == "coded")


def _paths() -> Iterator[tuple[str, str]]:
    for degrees in ANGLES:
        t = np.deg2rad(degrees)
        x, y = 25 * np.cos(t), 25 * np.sin(t)
        yield f"line{degrees}", f"M{32.1 - x:.4f} {31.8 - y:.4f}L{32.1 + x:.4f} {31.8 + y:.4f}"
    yield "cubic", "M8.2 50.1C18 4 42 62 56.3 12.6"
    yield "ring", "M52.3 31.7a20 20 0 0 1-40 0a20 20 0 0 1 40 0z"
    yield "crossing", "M7.3 12.2L57.1 50.4M12.8 53.6L51.9 8.7"
    yield "grid", "".join(f"M{at} 6.2V57.8M6.2 {at}H57.8" for at in (8.3, 20.1, 31.9, 43.7, 55.5))
    yield "stave", "".join(f"M4.5 {at}H59.5" for at in (18.2, 24.9, 31.6, 38.3, 45.0))
    yield "hatching", "".join(f"M{8.1 + at} 54.3L{28.1 + at} 10.2" for at in (0, 5.3, 10.6, 15.9, 21.2, 26.5))
    yield "zigzag", "M7.3 20.2L19.8 45.1L30.2 18.7L43.9 47.3L56.2 21.4"


def _premultiplied(pixels: Pixels) -> NDArray[np.float64]:
    result = pixels.astype(np.float64)
    result[..., :3] *= result[..., 3:] / 255
    return result


@dataclass(frozen=True, slots=True)
class Result:
    """How one case came out. ink: share of the original's; whole: as many pieces; off: px, see the module."""

    case: Case
    ink: float
    whole: bool
    off: float
    segments: int
    stroked: bool
    ssim: float
    seconds: float

    @property
    def good(self) -> bool:
        return 0.95 <= self.ink <= 1.05 and self.whole

    def __str__(self) -> str:
        marks = f"{'stroke' if self.stroked else 'fill':6} {'' if self.good else 'MISS'}"
        numbers = f"ink {self.ink:6.1%} off {self.off:.2f} px SSIM4 {self.ssim:.4f} {self.segments:3d} segments"
        return f"{self.case.name:22} {numbers} {'whole' if self.whole else 'BROKEN':6} {marks}"


def _ink(pixels: Pixels, case: Case) -> NDArray[np.float64]:
    """(h, w): each pixel's share of the line's colour, by projection on the way there from the ground."""
    ground, color = (np.array(_rgba(c)) for c in (case.ground, case.color))
    way = color - ground
    return np.asarray((_premultiplied(pixels) - ground) @ way / (way @ way))


def _rgba(color: str | None) -> tuple[float, ...]:
    if color is None:
        return 0.0, 0.0, 0.0, 0.0
    digits = color[1:] if len(color) == 7 else "".join(2 * c for c in color[1:])
    return *map(float, bytes.fromhex(digits)), 255.0


def _pieces(ink: NDArray[np.float64], width: float) -> int:
    """The connected pieces of the line in its 4× picture, specks of a few pixels apart."""
    mask = (ink > PART * min(1.0, width)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return int((stats[1:count, cv2.CC_STAT_AREA] > 2).sum())


def _off(truth: NDArray[np.float64], seen: NDArray[np.float64]) -> float:
    """The greatest distance, px, from the original's ink at 4× to the drawing's or the other way round, of 99 %."""
    masks = [ink > 0.5 * min(1.0, float(ink.max())) for ink in (truth, seen)]
    worst = 0.0
    for a, b in (masks, masks[::-1]):
        distance = cv2.distanceTransform((~b).astype(np.uint8), cv2.DIST_L2, 5)
        worst = max(worst, float(np.quantile(distance[a], 0.99)) if a.any() else SIZE)
    return min(worst / ZOOM, float(SIZE))


def measured(case: Case, engine: str, folder: Path | None) -> Result:
    """The case drawn by an engine and measured."""
    raster = case.raster()
    start = time.process_time()
    text, segments = _drawn(raster, engine)
    seconds = time.process_time() - start
    shown = render_stretched(text, ZOOM * SIZE, ZOOM * SIZE)
    truth = Raster(case.pixels(ZOOM))
    true_ink, ink = _ink(truth.pixels, case), _ink(shown.pixels, case)
    whole = _pieces(ink, case.width) == _pieces(true_ink, case.width)
    ssim = Reference(truth).score(shown).ssim
    if folder:
        Image.fromarray(raster.pixels).save(folder / f"{case.name}.png")
        (folder / f"{case.name}.truth.svg").write_text(case.svg())
        (folder / f"{case.name}.svg").write_text(text)
    share = float(ink.sum() / true_ink.sum())
    return Result(case, share, whole, _off(true_ink, ink), segments, "stroke-width" in text, ssim, seconds)


def _drawn(raster: Raster, engine: str) -> tuple[str, int]:
    if engine == "pipeline":
        svg = pipeline.convert(raster, Settings()).svg
        return svg.text, svg.segments
    plan: Plan = ContourPlan() if engine == "contour" else VtracerPlan()
    drawing = draw(raster, plan)
    if isinstance(drawing, Declined):
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}"/>', 0
    svg = write(drawing, plan.decimals)
    return svg.text, svg.segments


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=("contour", "pipeline", "vtracer"), default="contour")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("words", nargs="*", help="regular expressions of which a name must match all")
    args = parser.parse_args()
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)
    results = []
    for case in cases():
        if all(re.search(word, case.name) for word in args.words):
            results.append(measured(case, args.engine, args.keep))
            print(results[-1])
    for width in WIDTHS:
        _summary(f"{width} px", [r for r in results if r.case.width == width])
    _summary("all", results)


def _summary(name: str, results: list[Result]) -> None:
    if not results:
        return
    ink = np.array([r.ink for r in results])
    good, stroked, whole = (sum(getattr(r, key) for r in results) for key in ("good", "stroked", "whole"))
    print(
        f"{name:7} {len(results)} cases: {good} good, {whole} whole, {stroked} stroked; ink {ink.min():.1%}–"
        f"{ink.max():.1%}; off {max(r.off for r in results):.2f} px at most; segments "
        f"{np.mean([r.segments for r in results]):.1f}; SSIM4 {np.mean([r.ssim for r in results]):.4f}, least "
        f"{min(r.ssim for r in results):.4f}; CPU {np.mean([r.seconds for r in results]):.3f} s"
    )


if __name__ == "__main__":
    main()
