"""CPU time beside vtracer's, by class of picture, and how it grows with a picture's size.

    python benchmarks/speed.py FOLDER [--repeat 3] [--most 4096]

FOLDER holds a folder of PNG and JPEG files for each class, as flat/ and art/. Every picture is converted by a process
of its own (`whole`), in one process that has already converted another (`warm`), and by a process that only imports
vtracer and calls it; the three take turns, and medians count. A picture of each class is then drawn, its SVG rendered
at 64, 128 … px a side, and that converted: `exponent` is the slope of the logarithm of CPU time over that of pixels,
from 512 px on. CPU seconds of a busy machine say little; the ratios are what to read.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

import svgai
from svgai.output.render import render_stretched

SUFFIXES = {".png", ".jpg", ".jpeg"}
SMALLEST, FITTED_FROM = 64, 512
VTRACER = "import sys, vtracer; vtracer.convert_image_to_svg_py(*sys.argv[1:])"


def cpu_of(*command: str) -> float:
    """The CPU seconds of a process. Raises CalledProcessError where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def warm(image: Path | np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    """The CPU seconds of a conversion in this process."""
    start = time.process_time()
    svgai.convert(image, max_time=600)
    return time.process_time() - start


def ratios(path: Path, repeat: int, target: Path) -> tuple[float, float, float]:
    """CPU seconds of vtracer's process, and those of svgai's, whole and warm, over them."""
    rounds = [
        (
            cpu_of(sys.executable, "-c", VTRACER, str(path), str(target)),
            cpu_of(sys.executable, "-m", "svgai", "convert", str(path), "-o", str(target), "--force"),
            warm(path),
        )
        for _ in range(repeat)
    ]
    vtracer, whole, in_process = (median(column) for column in zip(*rounds, strict=True))
    return vtracer, whole / vtracer, in_process / vtracer


def growth(path: Path, sides: list[int]) -> list[float]:
    """The CPU seconds of converting what svgai draws of a picture, rendered at each side's length."""
    text = svgai.convert(path, max_time=600).svg.text
    return [warm(render_stretched(text, side, side).pixels) for side in sides]


def exponent(sides: list[int], seconds: list[float]) -> float:
    """Of pixels, from FITTED_FROM on."""
    kept = [(side, taken) for side, taken in zip(sides, seconds, strict=True) if side >= FITTED_FROM]
    pixels, taken = np.log(np.array(kept, np.float64)).T
    return float(np.polyfit(2 * pixels, taken, 1)[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--most", type=int, default=4096, help="px a side")
    options = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sides = [SMALLEST << k for k in range(20) if SMALLEST << k <= options.most]
    classes = {
        folder.name: sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
        for folder in sorted(options.folder.iterdir())
        if folder.is_dir()
    }
    warm(next(path for paths in classes.values() for path in paths))
    print(f"{'class':10} {'n':>3} {'vtracer s':>9} {'whole':>6} {'warm':>6}")
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "out.svg"
        for name, paths in classes.items():
            if paths:
                columns = zip(*(ratios(path, options.repeat, target) for path in paths), strict=True)
                vtracer, whole, in_process = (median(column) for column in columns)
                print(f"{name:10} {len(paths):3} {vtracer:9.3f} {whole:6.1f} {in_process:6.1f}", flush=True)
    print(f"\n{'CPU s':10} " + " ".join(f"{side:>6}" for side in sides) + "  exponent")
    for name, paths in classes.items():
        if paths:
            seconds = growth(paths[len(paths) // 2], sides)
            shown = " ".join(f"{taken:6.2f}" for taken in seconds)
            slope = f"{exponent(sides, seconds):9.2f}" if options.most >= 2 * FITTED_FROM else ""
            print(f"{name:10} {shown} {slope}", flush=True)


if __name__ == "__main__":
    main()
