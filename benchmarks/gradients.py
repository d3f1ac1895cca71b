"""Ramps, vignettes, shadows and glows of 1 MP in closed form, and how far off their drawings are:
python benchmarks/gradients.py [SIDE]

Each should come out as one shape with one gradient, and no pixel of it more than 1.5 ΔE00 off, over white or black.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from svgai.arrays import Floats, Pixels
from svgai.draw.gradient.engine import draw
from svgai.draw.gradient.plan import GradientPlan
from svgai.drawing import Declined, Flat
from svgai.measure.color import ciede2000, lab
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.alpha import over
from svgai.picture.raster import Raster

# Rows of pixels compared together.
BAND = 100


def mixed(t: Floats, first: tuple[int, int, int], last: tuple[int, int, int]) -> Pixels:
    """RGBA: opaque colours from first (t ≤ 0) to last (t ≥ 1)."""
    t = np.clip(t, 0, 1)[..., None]
    colors = np.rint((1 - t) * np.array(first) + t * np.array(last))
    return np.dstack([colors, np.full(t.shape[:2], 255)]).astype(np.uint8)


def faded(alpha: Floats, color: tuple[int, int, int]) -> Pixels:
    """RGBA: one colour at an alpha of 0–1."""
    return np.dstack([np.full((*alpha.shape, 3), color), np.rint(255 * np.clip(alpha, 0, 1))]).astype(np.uint8)


def pictures(side: int) -> dict[str, Pixels]:
    """The pictures by name."""
    y, x = (np.mgrid[:side, :side] + 0.5) / side
    middle = np.hypot(x - 0.5, y - 0.5)
    return {
        "linear ramp": mixed((0.8 * x + 0.6 * y) / 1.4, (30, 80, 200), (240, 160, 60)),
        "grey ramp": mixed(x, (100, 100, 100), (160, 160, 160)),
        "vignette, cone": mixed(np.hypot(x - 0.4, y - 0.45) / 0.707, (250, 240, 220), (60, 40, 50)),
        "vignette, square": mixed((middle / 0.707) ** 2, (250, 240, 220), (60, 40, 50)),
        "shadow, cosine": faded(0.3 + 0.3 * np.cos(np.pi * np.clip(middle / 0.4, 0, 1)), (0, 0, 0)),
        "shadow, Gaussian": faded(0.6 * np.exp(-(middle**2) / (2 * 0.15**2)), (0, 0, 0)),
        "shadow on white": mixed(np.exp(-(middle**2) / (2 * 0.12**2)), (255, 255, 255), (128, 128, 128)),
        "glow, oval": faded(1 - np.hypot(x - 0.5, 1.5 * (y - 0.5)) / 0.45, (255, 200, 80)),
    }


def differences(source: Pixels, result: Pixels) -> Floats:
    """(2, h): the greatest and the mean ΔE00 of each band of rows, the worse of over white and over black."""
    found = []
    for top in range(0, len(source), BAND):
        bands = [picture[top : top + BAND] for picture in (source, result)]
        pairs = [
            [lab(over(band, ground)[..., :3].reshape(-1, 3).astype(np.float32)) for band in bands]
            for ground in (0, 255)
        ]
        off = [ciede2000(a, b) for a, b in pairs]
        found.append((max(o.max() for o in off), max(o.mean() for o in off)))
    return np.array(found).T


def main() -> None:
    side = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for name, pixels in pictures(side).items():
        start = time.process_time()
        drawing = draw(Raster(pixels), GradientPlan())
        seconds = time.process_time() - start
        if isinstance(drawing, Declined):
            print(f"{name:18} declined: {drawing.reason}")
            continue
        svg = write(drawing, GradientPlan().decimals)
        greatest, mean = differences(pixels, render(svg, side, side).pixels)
        stops = [0 if isinstance(s.paint, Flat) else len(s.paint.stops) for s in drawing.shapes]
        print(
            f"{name:18} shapes {len(stops)}  stops {max(stops, default=0):2}  {svg.bytes:5} B  "
            f"ΔE00 max {greatest.max():.2f} mean {mean.mean():.3f}  {seconds:.2f} s"
        )


if __name__ == "__main__":
    main()
