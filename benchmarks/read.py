"""Can the drawn letters still be read: python benchmarks/read.py [--size PX...] [--keep FOLDER]

Text is set at 10–14 px in DejaVu Sans, DejaVu Serif, Liberation Sans and DejaVu Sans Mono, dark on white and yellow on
blue, exact areas without hinting. tesseract reads the picture and its drawing, both at 4× (the picture by bicubic
interpolation), and both are held against what was set: characters right are all but the edits from one to the other
(V. I. Levenshtein, Soviet Physics Doklady 10, 1966). Printed are both shares and the drawing's of the picture's.
tesseract is a measure only; where there is none, or a font is not there, the script says so.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from svgai.arrays import Pixels
from svgai.output.render import render_stretched
from svgai.picture.raster import Raster
from svgai.pipeline import convert
from svgai.settings import Settings

FONTS = ("DejaVuSans.ttf", "DejaVuSerif.ttf", "LiberationSans-Regular.ttf", "DejaVuSansMono.ttf")
SIZES = (10, 11, 12, 14)
INKS = {"ink": ((0, 0, 0), (255, 255, 255)), "color": ((255, 214, 0), (20, 60, 120))}
LINES = (
    "Sphinx of black quartz, judge my vow.",
    "Pack my box with five dozen jugs: 0123456789",
    "The quick brown fox jumps over the lazy dog",
    "Invoice total is 1,284.50 for 36 units.",
)
# Letters are set this many times larger, then averaged; tesseract reads at ZOOM.
FINE, ZOOM = 16, 4


@dataclass(frozen=True, slots=True)
class Read:
    """The share of characters that tesseract reads right in a picture and in its drawing."""

    name: str
    picture: float
    drawing: float

    def __str__(self) -> str:
        share = self.drawing / self.picture if self.picture else float("nan")
        return f"{self.name:34} picture {self.picture:6.1%}  drawing {self.drawing:6.1%}  of the picture {share:6.1%}"


def set_text(font: str, size: int, ink: tuple[int, ...], paper: tuple[int, ...]) -> Pixels:
    """(h, w, 3): the lines, whose letters fall on fractions of a pixel."""
    height, width = round(1.6 * size * (len(LINES) + 0.5)), 30 * size
    image = Image.new("L", (width * FINE, height * FINE))
    pen, face = ImageDraw.Draw(image), ImageFont.truetype(font, size * FINE)
    for k, line in enumerate(LINES):
        pen.text(((0.8 + 0.13 * k) * size * FINE, (0.5 + 1.6 * k) * size * FINE), line, 255, face)
    cover = np.asarray(image, np.float64).reshape(height, FINE, width, FINE).mean(axis=(1, 3)) / 255
    mixed = cover[..., None] * np.array(ink) + (1 - cover[..., None]) * np.array(paper)
    return np.asarray(np.rint(mixed), np.uint8)


def edits(one: str, other: str) -> int:
    """How many characters are put in, left out or replaced from one text to the other, at least."""
    row = list(range(len(other) + 1))
    for k, character in enumerate(one, 1):
        before, row[0] = row[0], k
        for m, wanted in enumerate(other, 1):
            before, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, before + (character != wanted))
    return row[-1]


def right(pixels: Pixels, folder: Path) -> float:
    """The share of the characters that tesseract reads right in a picture."""
    path = folder / "page.png"
    Image.fromarray(pixels).save(path)
    command = ["tesseract", str(path), "-", "--psm", "6"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    text, found = "".join("".join(LINES).split()), "".join(said.split())
    return max(0.0, 1 - edits(text, found) / len(text))


def measured(font: str, size: int, name: str, keep: Path | None) -> Read:
    """One page, read before and after."""
    pixels = set_text(font, size, *INKS[name])
    height, width = pixels.shape[:2]
    drawn = convert(Raster.from_array(pixels), Settings()).svg
    shown = render_stretched(drawn.text, ZOOM * width, ZOOM * height).pixels
    large = np.asarray(Image.fromarray(pixels).resize((ZOOM * width, ZOOM * height), Image.Resampling.BICUBIC))
    label = f"{Path(font).stem} {size} px {name}"
    if keep:
        Image.fromarray(pixels).save(keep / f"{label}.png")
        (keep / f"{label}.svg").write_text(drawn.text)
    with tempfile.TemporaryDirectory() as folder:
        return Read(label, right(large, Path(folder)), right(np.ascontiguousarray(shown[..., :3]), Path(folder)))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, nargs="*", default=SIZES)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    if shutil.which("tesseract") is None:
        print("skipped: there is no tesseract on this machine (Debian: tesseract-ocr)")
        return
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)
    every = []
    for font, size, name in product(FONTS, args.size, INKS):
        try:
            every.append(measured(font, size, name, args.keep))
        except OSError as e:
            print(f"{font}: skipped, {e}")
            continue
        print(every[-1], flush=True)
    if every:
        picture, drawing = (float(np.mean([getattr(read, key) for read in every])) for key in ("picture", "drawing"))
        print(Read(f"mean of {len(every)}", picture, drawing))


if __name__ == "__main__":
    main()
