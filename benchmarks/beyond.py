"""Pictures for docs/limits.md: each docs/limits/NAME.svg as pixels beside what svgai draws of them, 4×.

And windows of the samples that are photographs, in the same way.

`python benchmarks/beyond.py [NAME …]`
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import cv2
import numpy as np

import svgai
from svgai.arrays import Pixels
from svgai.output.render import render_stretched
from svgai.picture.alpha import over
from svgai.picture.load import load
from svgai.picture.raster import Raster
from svgai.samples import paths

FOLDER = Path(__file__).parents[1] / "docs" / "limits"
ZOOM, GAP = 4, 8
# Of photographs, what is drawn worst: a sample, and the top and left of a window of WINDOW (height, width) px.
WINDOW = (64, 96)
PHOTOGRAPHS = {
    "skin": ("photo-hopper.jpg", 120, 200),
    "coat": ("photo-camera.jpg", 400, 60),
    "stars": ("photo-hubble.jpg", 100, 100),
    "gravel": ("texture-gravel.jpg", 60, 60),
    "petals": ("photo-flower.jpg", 150, 150),
}


def beside(source: Raster, svg: str) -> Pixels:
    """The picture's pixels and the drawing, both over white and enlarged, left and right of a gap."""
    size = source.width * ZOOM, source.height * ZOOM
    pixels = cv2.resize(over(source.pixels, 255), size, interpolation=cv2.INTER_NEAREST)
    gap = np.full((size[1], GAP, 4), 255, np.uint8)
    return np.hstack([pixels, gap, over(render_stretched(svg, *size).pixels, 255)]).astype(np.uint8)


def window(sample: str, top: int, left: int) -> Pixels:
    """A part of a photograph's pixels beside the same part of its whole drawing."""
    source = load((paths()[0].parent / sample).read_bytes())
    text = svgai.convert(source.pixels, max_time=60).svg.text
    shown = beside(source, text)
    height, width = WINDOW[0] * ZOOM, WINDOW[1] * ZOOM
    y, right = top * ZOOM, source.width * ZOOM + GAP
    views = [shown[y : y + height, x : x + width] for x in (left * ZOOM, right + left * ZOOM)]
    return np.hstack([views[0], np.full((views[0].shape[0], GAP, 4), 255, np.uint8), views[1]])


def main() -> None:
    for name, (sample, top, left) in PHOTOGRAPHS.items():
        if name in sys.argv[1:] or not sys.argv[1:]:
            picture = cv2.cvtColor(window(sample, top, left), cv2.COLOR_RGBA2BGR)
            cv2.imwrite(str(FOLDER / f"{name}.webp"), picture, [cv2.IMWRITE_WEBP_QUALITY, 85])
    drawn = [n for n in sys.argv[1:] if n not in PHOTOGRAPHS] if sys.argv[1:] else None
    for name in sorted(p.stem for p in FOLDER.glob("*.svg")) if drawn is None else drawn:
        text = (FOLDER / f"{name}.svg").read_text()
        width, height = (int(re.findall(rf'\b{side}="(\d+)"', text)[0]) for side in ("width", "height"))
        source = render_stretched(text, width, height)
        # The clock must not decide what is drawn.
        result = svgai.convert(source.pixels, max_time=60)
        shown = cv2.cvtColor(beside(source, result.svg.text), cv2.COLOR_RGBA2BGR)
        cv2.imwrite(str(FOLDER / f"{name}.png"), shown, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        print(f"{name}: {result.plan.name}, {result.svg.shapes} shapes, {result.svg.segments} segments")


if __name__ == "__main__":
    main()
