"""How visible are borders of regions where the picture has no edge: python benchmarks/borders.py IMAGE|FOLDER...

For every picture the gradient engine draws: the RMS, in grey levels a pixel, of the slope of drawing − source within
±2 px of the borders of its regions, where the source has no edge (no pixel within 3 px is steeper than CALM). Beside
it the same of vtracer's poster preset, in the same places. The last line is over all pixels of all pictures.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Mask
from svgai.draw.gradient.engine import draw
from svgai.draw.gradient.plan import GradientPlan
from svgai.draw.gradient.regions.clean import clean_regions
from svgai.draw.gradient.regions.watershed import edge_strength
from svgai.draw.vtracer.drawing import draw as draw_vtracer
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.drawing import Declined, Drawing
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.alpha import over, premultiplied
from svgai.picture.formats import SUFFIXES
from svgai.picture.load import load
from svgai.picture.raster import Raster

Grey = NDArray[np.float32]
# Slope over the floor around (grey levels a pixel) up to which the source has no edge.
CALM = 3.0
# vtracer's own preset.
POSTER = VtracerPlan(mode="spline", filter_speckle=4, color_precision=8, layer_difference=16, corner_threshold=60)


def grey(raster: Raster) -> Grey:
    """(h, w): luma over white."""
    return np.asarray(cv2.cvtColor(over(raster.pixels, 255)[..., :3].astype(np.float32), cv2.COLOR_RGB2GRAY))


def around(differs: tuple[Mask, Mask]) -> Mask:
    """(h, w): within 2 px of the cracks between columns and rows whose pixels differ."""
    columns, rows = (d.astype(np.uint8) for d in differs)
    h, w = columns.shape[0], rows.shape[1]
    marked = np.zeros((h, w), np.uint8)
    for side in (slice(None, -1), slice(1, None)):
        marked[:, side] |= columns
        marked[side] |= rows
    return np.asarray(cv2.dilate(marked, np.ones((5, 5), np.uint8)) > 0)


def steps(values: NDArray[np.generic]) -> tuple[Mask, Mask]:
    """Where a value differs from the next in its row, and in its column."""
    return values[:, 1:] != values[:, :-1], values[1:] != values[:-1]


def mismatch(source: Grey, shown: Grey, where: Mask) -> float:
    """RMS slope of the difference, grey levels a pixel."""
    off = shown - source
    slopes = [cv2.Sobel(off, cv2.CV_32F, *d, ksize=3, scale=1 / 8) for d in ((1, 0), (0, 1))]
    squares = np.square(slopes).sum(axis=0)
    return float(np.sqrt(np.mean(squares[where]))) if where.any() else 0.0


def rendered(drawing: Drawing, decimals: int) -> Grey:
    return grey(render(write(drawing, decimals), drawing.width, drawing.height))


def measured(raster: Raster) -> tuple[int, float, float] | None:
    """Pixels counted, and the figures of the gradient engine and of vtracer; None where the engine declines."""
    plan = GradientPlan()
    colors = premultiplied(raster.pixels)
    segments = clean_regions(colors, raster.noise, plan.price_for(raster.area))
    own, poster = draw(raster, plan), draw_vtracer(raster, POSTER)
    if isinstance(segments, Declined) or isinstance(own, Declined):
        return None
    calm = cv2.dilate(edge_strength(colors), np.ones((7, 7), np.uint8)) < CALM
    where = around(steps(segments.labels)) & calm
    source = grey(raster)
    figures = [mismatch(source, rendered(d, p.decimals), where) for d, p in ((own, plan), (poster, POSTER))]
    return int(where.sum()), figures[0], figures[1]


def main() -> None:
    paths = [f for a in map(Path, sys.argv[1:]) for f in (sorted(a.iterdir()) if a.is_dir() else [a])]
    found = []
    for path in (p for p in paths if p.suffix.lower() in SUFFIXES):
        row = measured(load(path.read_bytes()))
        if row is None:
            print(f"{path.name[:50]:50} declined")
            continue
        found.append(row)
        print(f"{path.name[:50]:50} {row[0]:7} px  gradient {row[1]:.3f}  vtracer {row[2]:.3f}", flush=True)
    count, gradient, vtracer = np.array(found, np.float64).reshape(-1, 3).T
    pooled = [float(np.sqrt((count * v * v).sum() / max(count.sum(), 1))) for v in (gradient, vtracer)]
    print(f"all {int(count.sum())} px: gradient {pooled[0]:.3f}  vtracer {pooled[1]:.3f}")


if __name__ == "__main__":
    main()
