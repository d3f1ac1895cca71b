"""Do others show a drawing as resvg does: python benchmarks/browsers.py SVG|FOLDER... [--by COMMAND] [--keep FOLDER]

Each SVG is shown at its own size over white and over black by a headless Chromium, Inkscape (--by inkscape) or librsvg
(--by rsvg-convert), and by svgai's renderer. Printed: the greatest and the mean difference of a channel (of 255), how
many pixels differ by more than FAR, and how many of those lie in blocks of 2×2 such pixels: anti-aliasing differs
along edges, a seam or a wrong paint over areas.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np

from svgai.arrays import Pixels
from svgai.output.render import render_stretched
from svgai.picture.alpha import over
from svgai.picture.load import load

# A difference of a channel that anti-aliasing alone rarely makes.
FAR = 16
PAGE = '<style>body{{margin:0;background:{ground}}}img{{display:block}}</style><img src="{uri}" width={w} height={h}>'
GROUNDS = {"white": ("#ffffff", 255), "black": ("#000000", 0)}


def size_of(svg: Path) -> tuple[int, int]:
    """Width and height in px."""
    root = ElementTree.parse(svg).getroot()
    return round(float(root.get("width", "0"))), round(float(root.get("height", "0")))


def shown_by(command: str, svg: Path, size: tuple[int, int], ground: str, folder: Path) -> Pixels:
    """(h, w, 3): what Inkscape or librsvg exports, or a screenshot of a page that holds nothing but the drawing."""
    page, shot = folder / "page.html", folder / "shot.png"
    if "inkscape" in command:
        options = [f"--export-filename={shot}", f"--export-background={ground}", "--export-background-opacity=1"]
        subprocess.run([command, *options, str(svg)], check=True, capture_output=True, timeout=60)
        return load(shot.read_bytes()).pixels[..., :3]
    if "rsvg" in command:
        options = [f"--width={size[0]}", f"--height={size[1]}", f"--background-color={ground}", f"--output={shot}"]
        subprocess.run([command, *options, str(svg)], check=True, capture_output=True, timeout=60)
        return load(shot.read_bytes()).pixels[..., :3]
    page.write_text(PAGE.format(ground=ground, uri=svg.resolve().as_uri(), w=size[0], h=size[1]))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1"]
    options += [f"--window-size={size[0]},{size[1] + 200}", f"--screenshot={shot}", page.as_uri()]
    subprocess.run([command, *options], check=True, capture_output=True, timeout=60)
    return load(shot.read_bytes()).pixels[: size[1], : size[0], :3]


def compared(one: Pixels, other: Pixels) -> tuple[int, float, int, int]:
    """Greatest and mean difference of a channel; pixels further off than FAR, and those of them in 2×2 blocks."""
    off = np.abs(one.astype(np.int16) - other).max(axis=2)
    far = (off > FAR).astype(np.uint8)
    blocks = cv2.morphologyEx(far, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return int(off.max()), float(off.mean()), int(far.sum()), int(blocks.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("drawings", nargs="+", type=Path)
    parser.add_argument("--by", default="chromium")
    parser.add_argument("--keep", type=Path, help="folder for pictures of both, side by side with the difference")
    said = parser.parse_args()
    svgs = [f for a in said.drawings for f in (sorted(a.glob("*.svg")) if a.is_dir() else [a])]
    worst = 0
    for svg in svgs:
        size = size_of(svg)
        own = render_stretched(svg.read_text(), *size).pixels
        for name, (ground, level) in GROUNDS.items():
            with tempfile.TemporaryDirectory() as folder:
                other = shown_by(said.by, svg, size, ground, Path(folder))
            here = over(own, level)[..., :3].round().astype(np.uint8)
            greatest, mean, far, blocks = compared(here, other)
            worst = max(worst, blocks)
            figures = f"greatest {greatest:3}  mean {mean:.3f}  > {FAR}: {far:5} px, in blocks {blocks}"
            print(f"{svg.name[:44]:44} {name}  {figures}", flush=True)
            if said.keep:
                said.keep.mkdir(parents=True, exist_ok=True)
                difference = cv2.absdiff(here, other)
                sheet = np.hstack([here, other, np.minimum(difference.astype(np.uint16) * 4, 255).astype(np.uint8)])
                cv2.imwrite(str(said.keep / f"{svg.stem}.{name}.png"), sheet[..., ::-1])
    print(f"{len(svgs)} drawings; most pixels in blocks: {worst}")


if __name__ == "__main__":
    main()
