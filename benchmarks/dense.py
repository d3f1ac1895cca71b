"""Dense ink, small text and small icons: python benchmarks/dense.py [ORIGINAL.svg...] [--size PX]

Text is set at 10–14 px in the fonts of this machine, exact areas without hinting, with the truth four times as large.
Every ORIGINAL is drawn PX wide (64 if not said) on white. Each picture goes through svgai's pipeline and through
vtracer's defaults; printed are SSIM at 1× and, against the truth, at 4×, the ink (its integral against the source's),
segments, bytes and CPU seconds.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from svgai.draw.vtracer.drawing import draw as draw_vtracer
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.drawing import Color
from svgai.measure.score import Reference
from svgai.output import svg
from svgai.output.render import render, render_stretched
from svgai.output.svg import Svg
from svgai.picture import background
from svgai.picture.raster import Raster
from svgai.pipeline import convert
from svgai.settings import Settings

ZOOM = 4
# Letters are drawn this many times larger than the truth, then averaged.
FINE = 4
FONTS = ("DejaVuSans.ttf", "LiberationSerif-Regular.ttf", "LiberationMono-Bold.ttf")
SIZES = (10, 12, 14)
INKS = ((Color(0, 0, 0), Color(255, 255, 255)), (Color(255, 214, 0), Color(20, 60, 120)))
LINES = ("Sphinx of black quartz,", "judge my vow: 0123456789", "Ege & Bob @ 10.45 (base)")
WHITE = Color(255, 255, 255)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A picture, what it shows ZOOM times as large, and the colour of its paper."""

    name: str
    source: Raster
    truth: Raster
    paper: Color


def _colored(coverage: NDArray[Any], ink: Color, paper: Color) -> Raster:
    mixed = coverage[..., None] * np.array(ink) + (1 - coverage[..., None]) * np.array(paper)
    return Raster.from_array(np.rint(mixed).astype(np.uint8))


def text(font: str, size: int, ink: Color, paper: Color) -> Case:
    """Three lines of text whose letters fall on fractions of a pixel."""
    scale = ZOOM * FINE
    height, width = round(1.5 * size * (len(LINES) + 0.5)), 15 * size
    image = Image.new("L", (width * scale, height * scale))
    pen, face = ImageDraw.Draw(image), ImageFont.truetype(font, size * scale)
    for k, line in enumerate(LINES):
        pen.text(((0.6 + 0.13 * k) * size * scale, (0.4 + 1.5 * k) * size * scale), line, 255, face)
    full = np.asarray(image, np.float32) / 255
    small, large = (cv2.resize(full, (width * z, height * z), interpolation=cv2.INTER_AREA) for z in (1, ZOOM))
    name = f"{Path(font).stem} {size} px {ink.hex} on {paper.hex}"
    return Case(name, _colored(small, ink, paper), _colored(large, ink, paper), paper)


def _aspect(original: str) -> float:
    """Height over width of an SVG document."""
    root = ElementTree.fromstring(original)
    if "viewBox" in root.attrib:
        _, _, width, height = map(float, root.attrib["viewBox"].replace(",", " ").split())
    else:
        width, height = (float(root.attrib[name].removesuffix("px")) for name in ("width", "height"))
    return height / width


def icon(path: Path, width: int) -> Case:
    """An original drawn small on white."""
    original = path.read_text()
    height = max(1, round(width * _aspect(original)))
    small, large = (background.compose(render_stretched(original, z * width, z * height), WHITE) for z in (1, ZOOM))
    return Case(path.name, small, large, WHITE)


def ink(shown: Raster, source: Raster, paper: Color) -> float:
    """The integral of what differs from the paper, by the source's."""
    total = [np.abs(r.pixels[..., :3].astype(np.int64) - np.array(paper)).sum() for r in (shown, source)]
    return float(total[0] / max(total[1], 1))


def by_vtracer(raster: Raster) -> Svg:
    """vtracer's defaults, written by svgai."""
    return svg.write(draw_vtracer(raster, VtracerPlan()))


def by_svgai(raster: Raster) -> Svg:
    """The whole pipeline at its defaults."""
    return convert(raster, Settings()).svg


def measured(case: Case, result: Svg) -> list[float]:
    """SSIM at 1× and at ZOOM, ink, segments, bytes."""
    small, large = case.source, case.truth
    shown = render(result, small.width, small.height)
    at_zoom = Reference(large).score(render(result, large.width, large.height)).ssim
    share = ink(shown, small, case.paper)
    return [Reference(small).score(shown).ssim, at_zoom, share, result.segments, result.bytes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("originals", nargs="*", type=Path)
    parser.add_argument("--size", type=int, default=64)
    arguments = parser.parse_args()
    cases = [text(f, s, *colors) for f, s, colors in product(FONTS, SIZES, INKS)]
    cases += [icon(p, arguments.size) for p in arguments.originals]
    rows: dict[str, list[list[float]]] = {"svgai": [], "vtracer": []}
    for case in cases:
        for name, way in (("svgai", by_svgai), ("vtracer", by_vtracer)):
            start = time.process_time()
            result = way(case.source)
            rows[name].append([*measured(case, result), time.process_time() - start])
            print(f"{case.name[:44]:44} {name:8}", _told(rows[name][-1]), flush=True)
    for name, found in rows.items():
        print(f"{'mean':44} {name:8}", _told(np.mean(found, axis=0).tolist()))


def _told(row: list[float]) -> str:
    at1, at_zoom, share, segments, size, seconds = row
    return f"1x {at1:.4f} {ZOOM}x {at_zoom:.4f} ink {share:.3f} {segments:5.0f} seg {size:6.0f} B {seconds:.2f} s"


if __name__ == "__main__":
    main()
