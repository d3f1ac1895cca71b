"""Pictures as people have them, converted by svgai and by others: python benchmarks/world.py SET FOLDER...

SET: jpeg, small, large, fine, noise, pixel-art, translucent (spoilt renderings of the drawings *.svg in FOLDER...)
or shadows (closed forms; no folder). What counts is the drawing, not the spoilt picture: every result is rendered at
1× and 4× and held against the original there.

    SSIM 1×, 4×   the result against the original; "picture": the spoilt picture itself, enlarged at 4×
    ΔE            the worst of the original's flat colours: CIEDE2000 of the median over its inner pixels
    segments      lines and curves of all outlines; "× clean": against the same tool's on the clean picture, median
                  and worst (the first kind of a set)

--peer NAME='command {in} {out}' adds a tool; --list shows every row; --keep FOLDER keeps pictures and results.
"""

from __future__ import annotations

import argparse
import io
import re
import shlex
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import psutil
from pictures import OF_ORIGINALS, Original, Picture, originals, shadows
from PIL import Image

from svgai.arrays import Pixels
from svgai.drawing import Color
from svgai.errors import EngineError
from svgai.measure.color import ciede2000, lab
from svgai.measure.score import Reference
from svgai.output.render import render_stretched
from svgai.picture.background import compose
from svgai.picture.raster import Raster

ZOOM = 4
# At 4× a picture of more pixels than this would take gigabytes.
MOST_PIXELS = 1_200_000
WHITE = Color(255, 255, 255)
VTRACER = "import sys, vtracer; vtracer.convert_image_to_svg_py(sys.argv[1], sys.argv[2])"
TOOLS = {
    "svgai": [sys.executable, "-m", "svgai", "convert", "{in}", "-o", "{out}", "--force", "--quiet"],
    "vtracer": [sys.executable, "-c", VTRACER, "{in}", "{out}"],
}
ARGUMENTS = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7}
SHAPES = {"rect": 4, "circle": 4, "ellipse": 4, "line": 1}
_COMMAND = re.compile(r"([a-zA-Z])([^a-zA-Z]*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")


@dataclass
class Row:
    """What one tool made of one picture; None where it failed."""

    tool: str
    picture: Picture
    ssim: float | None = None
    ssim4: float | None = None
    color: float | None = None
    segments: int | None = None
    bytes: int | None = None
    cpu: float = 0.0
    memory: float = 0.0


@dataclass
class Truth:
    """An original at 1× and 4×, and its flat colours: median pixel and where they are."""

    at1: Reference
    at4: Reference | None
    colors: list[tuple[Pixels, tuple[np.ndarray, ...]]] = field(default_factory=list)


def seen(text: str, width: int, height: int, opaque: bool) -> Raster:
    raster = render_stretched(text, width, height)
    return compose(raster, WHITE) if opaque else raster


def flat_colors(pixels: Pixels) -> list[tuple[Pixels, tuple[np.ndarray, ...]]]:
    """Opaque colours with 24 px or more whose neighbours are all the same."""
    kernel = np.ones((3, 3), np.uint8)
    inner = (cv2.dilate(pixels, kernel) == cv2.erode(pixels, kernel)).all(axis=2) & (pixels[..., 3] == 255)
    distinct, index = np.unique(pixels[inner], axis=0, return_inverse=True)
    at = np.nonzero(inner)
    counts = np.bincount(index.ravel(), minlength=len(distinct))
    return [(distinct[k], tuple(a[index.ravel() == k] for a in at)) for k in np.flatnonzero(counts >= 24)]


def truth(p: Picture) -> Truth:
    o = p.original
    width, height = max(1, round(o.width * p.scale)), max(1, round(o.height * p.scale))
    at1 = seen(o.text, width, height, p.opaque)
    small = width * height <= MOST_PIXELS
    at4 = Reference(seen(o.text, ZOOM * width, ZOOM * height, p.opaque)) if small else None
    return Truth(Reference(at1), at4, flat_colors(at1.pixels))


def segments(text: str) -> int:
    """Lines, curves and closing lines are one each; a simple shape counts four."""
    count = 0
    for element in ElementTree.fromstring(text).iter():
        name = element.tag.rpartition("}")[2]
        count += SHAPES.get(name, 0)
        if name == "path":
            for command, numbers in _COMMAND.findall(element.get("d", "")):
                wanted = ARGUMENTS.get(command.lower(), 0)
                repeats = len(_NUMBER.findall(numbers)) // wanted if wanted else 0
                count += repeats - (command in "mM" and repeats > 0)
    return count


def run(argv: list[str]) -> tuple[bool, float, float]:
    """Whether a command succeeded (svgai's 4 is a drawing below its target), its CPU seconds and peak MB."""
    process = psutil.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    memory = 0.0
    cpu = 0.0
    while process.poll() is None:
        try:
            with process.oneshot():
                memory = max(memory, process.memory_info().rss / 1e6)
                times = process.cpu_times()
            cpu = times.user + times.system
        except psutil.Error:
            break
        try:
            process.wait(0.02)
        except psutil.TimeoutExpired:
            continue
    return process.wait() in (0, 4), cpu, memory


def measured(row: Row, t: Truth, text: str) -> None:
    try:
        width, height = t.at1.source.width, t.at1.source.height
        result = seen(text, width, height, row.picture.opaque)
        row.ssim = t.at1.score(result).ssim
        if t.at4:
            row.ssim4 = t.at4.score(seen(text, ZOOM * width, ZOOM * height, row.picture.opaque)).ssim
        row.segments, row.bytes = segments(text), len(text.encode())
        row.color = worst_color(t, result.pixels)
    except (EngineError, ElementTree.ParseError) as e:
        print(f"{row.tool}, {row.picture.original.name}: {e}", file=sys.stderr)


def worst_color(t: Truth, result: Pixels) -> float:
    """The greatest ΔE00 between a flat colour of the original and the median of the result where it is."""
    pairs = [(color[:3], np.median(result[at], axis=0)[:3]) for color, at in t.colors]
    if not pairs:
        return 0.0
    one, other = (np.array(side, np.float32) for side in zip(*pairs, strict=True))
    return float(ciede2000(lab(one), lab(other)).max())


def itself(p: Picture, t: Truth) -> Row:
    """How near the picture is to the original, enlarged (bicubic) at 4×."""
    with Image.open(io.BytesIO(p.data)) as image:
        pixels = np.asarray(image.convert("RGBA"))
    row = Row("picture", p, t.at1.score(Raster(pixels)).ssim, bytes=len(p.data), color=worst_color(t, pixels))
    if t.at4:
        large = cv2.resize(pixels, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
        row.ssim4 = t.at4.score(Raster(large)).ssim
    return row


def rows(pictures: list[Picture], tools: dict[str, list[str]], folder: Path) -> list[Row]:
    found = []
    for k, p in enumerate(pictures):
        t = truth(p)
        stem = re.sub(r"\W+", "-", f"{k:04}-{p.original.name}-{p.kind}")
        source = folder / (stem + p.suffix)
        source.write_bytes(p.data)
        found.append(itself(p, t))
        for tool, command in tools.items():
            target = folder / f"{stem}.{tool}.svg"
            places = {"{in}": str(source), "{out}": str(target)}
            done, cpu, memory = run([places.get(word, word) for word in command])
            row = Row(tool, p, cpu=cpu, memory=memory)
            if done and target.exists():
                measured(row, t, target.read_text(encoding="utf-8"))
            found.append(row)
        if sys.stderr.isatty():
            print(f"\r{k + 1}/{len(pictures)}", end="" if k + 1 < len(pictures) else "\n", file=sys.stderr)
    return found


def mean(values: list[float | None]) -> str:
    known = [v for v in values if v is not None]
    return f"{np.mean(known):.4f}" if known else "–"


def table(found: list[Row]) -> None:
    """One line for each kind and tool."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in found:
        groups[row.picture.kind, row.tool].append(row)
    first = found[0].picture.kind
    clean = {(r.tool, r.picture.original.name): r.segments for r in groups_of(groups, first)}
    print(f"{'':20} {'':12} {'n':>4} {'fail':>4} {'SSIM 1×':>8} {'min':>6} {'4×':>7} {'min':>6} {'ΔE':>5} "
          f"{'worst':>6} {'segm.':>6} {'× clean':>7} {'worst':>6} {'bytes':>8} {'CPU s':>6} {'MB':>5}")  # fmt: skip
    for (kind, tool), group in groups.items():
        good = [r for r in group if r.ssim is not None]
        if not good:
            print(f"{kind:20} {tool:12} {0:4} {len(group):4}")
            continue
        ratios = [r.segments / c for r in good if r.segments and (c := clean.get((tool, r.picture.original.name)))]
        at4 = [r.ssim4 for r in good if r.ssim4 is not None]
        print(f"{kind:20} {tool:12} {len(good):4} {len(group) - len(good):4} {mean([r.ssim for r in good]):>8} "
              f"{min(r.ssim or 0 for r in good):6.3f} {mean([*at4]):>7} {min(at4, default=0):6.3f} "
              f"{np.median([r.color or 0 for r in good]):5.2f} {max(r.color or 0 for r in good):6.2f} "
              f"{np.median([r.segments or 0 for r in good]):6.0f} {np.median(ratios) if ratios else 0:7.2f} "
              f"{max(ratios, default=0):6.2f} {np.median([r.bytes or 0 for r in good]):8.0f} "
              f"{np.median([r.cpu for r in good]):6.2f} {max(r.memory for r in good):5.0f}")  # fmt: skip


def groups_of(groups: dict[tuple[str, str], list[Row]], kind: str) -> list[Row]:
    return [row for (k, _), group in groups.items() if k == kind for row in group]


def listed(found: list[Row]) -> None:
    for r in found:
        if r.ssim is not None:
            print(f"{r.picture.original.name[:36]:36} {r.picture.kind:20} {r.tool:12} {r.ssim:.4f} {r.ssim4 or 0:.4f} "
                  f"ΔE {r.color or 0:5.2f} {r.segments or 0:6} segments {r.bytes:8} B {r.cpu:6.2f} s")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=[*OF_ORIGINALS, "shadows"])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--count", type=int, help="at most so many originals, evenly spread")
    parser.add_argument("--kind", action="append", help="only these kinds of the set")
    parser.add_argument("--tool", action="append", help="only these tools")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep", type=Path)
    a = parser.parse_args()
    tools = TOOLS | {name: shlex.split(command) for name, _, command in (p.partition("=") for p in a.peer)}
    tools = {name: command for name, command in tools.items() if not a.tool or name in a.tool}
    drawings: list[Original] = originals(a.folders)
    if a.count:
        drawings = drawings[:: max(1, len(drawings) // a.count)]
        drawings = list(islice(drawings, a.count))
    pictures = list(shadows()) if a.set == "shadows" else [p for o in drawings for p in OF_ORIGINALS[a.set](o)]
    pictures = [p for p in pictures if not a.kind or p.kind in a.kind]
    with tempfile.TemporaryDirectory() as temporary:
        folder = a.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        found = rows(pictures, tools, folder)
    if a.list:
        listed(found)
    table(found)


if __name__ == "__main__":
    main()
