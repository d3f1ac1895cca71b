"""Renders sources/NAME.svg, written by hand, to NAME.png or NAME.jpg: `python tests/golden/make.py [NAME …]`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PIL import Image

from svgai.output.render import render_stretched

FOLDER = Path(__file__).parent
# Pictures whose feature is how they were coded. Quality of the JPEG; its colours at half resolution.
JPEGS = {"jpeg": 85, "jpeg-gradient": 90}


def make(source: Path) -> None:
    """Write the picture of one source, as large as the source says it is."""
    text = source.read_text()
    width, height = (int(re.findall(rf'\b{side}="(\d+)"', text)[0]) for side in ("width", "height"))
    image = Image.fromarray(render_stretched(text, width, height).pixels)
    opaque = image.getchannel("A").getextrema() == (255, 255)
    if source.stem in JPEGS:
        image.convert("RGB").save(FOLDER / f"{source.stem}.jpg", quality=JPEGS[source.stem], subsampling="4:2:0")
    else:
        image.convert("RGB" if opaque else "RGBA").save(FOLDER / f"{source.stem}.png", optimize=True)


if __name__ == "__main__":
    names = sys.argv[1:] or sorted(p.stem for p in (FOLDER / "sources").glob("*.svg"))
    for name in names:
        make(FOLDER / "sources" / f"{name}.svg")
