"""Pictures as large as may be, and the memory that a process takes to convert one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from svgai.arrays import Pixels

ROOT = Path(__file__).parents[2]


def photograph(width: int, height: int) -> Pixels:
    """RGB: the coffee-coloured sum of soft noise at several scales, with grain of 4 levels."""
    rng = np.random.default_rng(1)
    sizes = ((9, 12), (45, 60), (225, 300))
    soft = [cv2.resize(rng.random((*size, 3), np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
            * np.float32(strength) for size, strength in zip(sizes, (160, 60, 30), strict=True)]  # fmt: skip
    total = soft[0]
    for plane in soft[1:]:
        total += plane
    for top in range(0, height, 500):
        total[top : top + 500] += rng.integers(-4, 5, total[top : top + 500].shape, np.int8)
    return np.asarray(np.clip(total, 0, 255), np.uint8)


def flat(width: int, height: int) -> Pixels:
    """RGBA: two hundred anti-aliased discs on nothing."""
    rng = np.random.default_rng(2)
    pixels = np.zeros((height, width, 4), np.uint8)
    for _ in range(200):
        x, y, radius = rng.integers(0, (width, height, min(width, height) // 12))
        color = (*rng.integers(0, 256, 3).tolist(), 255)
        cv2.circle(pixels, (int(x), int(y)), int(radius) + 9, color, -1, cv2.LINE_AA)
    return pixels


def page(width: int, height: int) -> Pixels:
    """RGB: a scanned page of sixty lines, each row with a light of its own."""
    pixels = np.full((height, width, 3), (250, 247, 240), np.uint8)
    for line in range(60):
        at = (200, 200 + line * (height - 400) // 60)
        text, thick = "The quick brown fox jumps over the lazy", max(2, height // 1500)
        cv2.putText(pixels, text, at, cv2.FONT_HERSHEY_COMPLEX, height / 3500, (20, 20, 30), thick, cv2.LINE_AA)
    grain = np.random.default_rng(3).integers(0, 4, (height, width, 1), np.uint8)
    return np.asarray(cv2.subtract(pixels, np.repeat(grain, 3, axis=2)), np.uint8)


KINDS: dict[str, Callable[[int, int], Pixels]] = {"photograph": photograph, "flat": flat, "page": page}

# getrusage's figure would not do: Linux carries that of the process before exec over.
_CONVERTED = """
import re, sys, time
from pathlib import Path
import svgai
result = svgai.convert(Path(sys.argv[1]))
peak = 1024 * int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
print(peak, time.process_time(), f"{result.score.ssim:.4f}", result.svg.bytes, result.classification.tier)
"""


def written(folder: Path, kind: str, width: int, height: int, suffix: str) -> Path:
    """A file with a picture of a kind."""
    path = folder / f"{kind}-{width * height // 10**6}{suffix}"
    options: dict[str, Any] = {"compress_level": 1} if suffix == ".png" else {"quality": 90}
    Image.fromarray(KINDS[kind](width, height)).save(path, **options)
    return path


def converted(path: Path) -> list[str]:
    """Convert a file in a process of its own: its largest resident bytes, CPU seconds, SSIM, bytes, tier."""
    command = [sys.executable, "-c", _CONVERTED, os.fspath(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()
