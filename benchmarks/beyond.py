"""Pictures for docs/limits.md: each docs/limits/NAME.svg as pixels beside what svgai draws of them, 4×.

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
from svgai.picture.raster import Raster

FOLDER = Path(__file__).parents[1] / "docs" / "limits"
ZOOM, GAP = 4, 8


def beside(source: Raster, svg: str) -> Pixels:
    """The picture's pixels and the drawing, both over white and enlarged, left and right of a gap."""
    size = source.width * ZOOM, source.height * ZOOM
    pixels = cv2.resize(over(source.pixels, 255), size, interpolation=cv2.INTER_NEAREST)
    gap = np.full((size[1], GAP, 4), 255, np.uint8)
    return np.hstack([pixels, gap, over(render_stretched(svg, *size).pixels, 255)]).astype(np.uint8)


def main() -> None:
    for name in sys.argv[1:] or sorted(p.stem for p in FOLDER.glob("*.svg")):
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
