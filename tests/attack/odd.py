"""Pictures that drawing programs do not make, and what must hold of every SVG."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import cv2
import numpy as np
from PIL import Image

from svgai import pipeline
from svgai.arrays import Index, Mask, Pixels
from svgai.draw.engines import Apart, Plan
from svgai.draw.engines import draw as draw_as_planned
from svgai.drawing import Declined, Drawing
from svgai.errors import SvgaiError
from svgai.measure.score import compare
from svgai.output.render import render_stretched
from svgai.picture.load import load
from svgai.picture.raster import Raster
from svgai.settings import Settings
from tests.pictures import saved

Random = np.random.Generator
Kind = Callable[[int, int, Random], Pixels]

_NO_NUMBER = re.compile(r'[" ,-](nan|inf|\d*\.?\d+e[+-]?\d+)', re.IGNORECASE)


def _grid(height: int, width: int) -> tuple[Index, Index]:
    y, x = np.mgrid[:height, :width]
    return x, y


def _two(mask: Index | Mask, random: Random) -> Pixels:
    colors = random.integers(0, 256, (2, 3), np.uint8)
    return np.asarray(colors[np.asarray(mask, np.int64) % 2], np.uint8)


def _checker(height: int, width: int, random: Random) -> Pixels:
    x, y = _grid(height, width)
    size = int(random.integers(1, 9))
    return _two(x // size + y // size, random)


def _bars(height: int, width: int, random: Random) -> Pixels:
    return _two(np.tile(np.cumsum(random.integers(0, 2, width)), (height, 1)), random)


def _sierpinski(height: int, width: int, random: Random) -> Pixels:
    x, y = _grid(height, width)
    return _two((x & y) == 0, random)


def _blocks(height: int, width: int, random: Random) -> Pixels:
    """Squares of 2 px by lot: stairs of 2 px everywhere."""
    small = random.integers(0, 2, (-(-height // 2), -(-width // 2)))
    return _two(small.repeat(2, axis=0).repeat(2, axis=1)[:height, :width], random)


def _text(height: int, width: int, random: Random) -> Pixels:
    pixels = np.full((height, width, 3), random.integers(0, 256, 3), np.uint8)
    for y in range(10, height, 12):
        words = "".join(map(chr, random.integers(33, 126, 1 + width // 7)))
        color = tuple(map(int, random.integers(0, 256, 3)))
        cv2.putText(pixels, words, (1, y), cv2.FONT_HERSHEY_SIMPLEX, 0.35, color, 1, cv2.LINE_AA)
    return pixels


def _lines(height: int, width: int, random: Random) -> Pixels:
    pixels = np.full((height, width, 3), 255, np.uint8)
    for _ in range(int(random.integers(1, 40))):
        ends = random.integers(-9, max(height, width) + 9, 4)
        color = tuple(map(int, random.integers(0, 256, 3)))
        cv2.line(pixels, (int(ends[0]), int(ends[1])), (int(ends[2]), int(ends[3])), color, 1, cv2.LINE_AA)
    return pixels


def _discs(height: int, width: int, random: Random) -> Pixels:
    pixels = np.full((height, width, 3), random.integers(0, 256, 3), np.uint8)
    for _ in range(int(random.integers(1, 30))):
        x, y, r = (int(v) for v in random.integers(0, [width, height, 12]))
        cv2.circle(pixels, (x, y), r, tuple(map(int, random.integers(0, 256, 3))), -1, cv2.LINE_AA)
    return pixels


def _ramp(height: int, width: int, random: Random) -> Pixels:
    x, y = _grid(height, width)
    along = (x * random.uniform(-1, 1) + y * random.uniform(-1, 1)) / max(height, width)
    ends = random.integers(0, 256, (2, 3))
    share = np.clip(along * random.choice([1, 3]) + 0.5, 0, 1)[..., None]
    return np.asarray(ends[0] * share + ends[1] * (1 - share), np.uint8)


def _soft(height: int, width: int, random: Random) -> Pixels:
    blurred = cv2.GaussianBlur(_discs(height, width, random), (0, 0), float(random.uniform(0.5, 8)))
    return np.asarray(blurred, np.uint8)


def _noise(height: int, width: int, random: Random) -> Pixels:
    return random.integers(0, 256, (height, width, 3), np.uint8)


def _flat(height: int, width: int, random: Random) -> Pixels:
    return np.full((height, width, 3), random.integers(0, 256, 3), np.uint8)


KINDS: tuple[Kind, ...] = (
    _checker, _bars, _sierpinski, _blocks, _text, _lines, _discs, _ramp, _soft, _noise, _flat,
)  # fmt: skip


def _side(random: Random, most: int) -> int:
    return int(random.choice([1, 2, 3, 7, 16, 33, most // 2, most], p=[0.04, 0.03, 0.03, 0.1, 0.2, 0.2, 0.2, 0.2]))


def _with_alpha(rgb: Pixels, random: Random) -> Pixels:
    kind = _soft if random.random() < 0.5 else _discs
    return np.dstack([rgb, kind(rgb.shape[0], rgb.shape[1], random)[..., 0]])


def pictures(count: int, seed: int, most: int) -> Iterator[tuple[str, bytes]]:
    """Names and files of odd pictures of at most `most` px a side, the same for the same seed."""
    random = np.random.default_rng(seed)
    for k in range(count):
        kind = KINDS[k % len(KINDS)]
        pixels = kind(_side(random, most), _side(random, most), random)
        form = str(random.choice(["PNG", "JPEG", "WEBP", "GIF"], p=[0.4, 0.3, 0.2, 0.1]))
        if form in ("PNG", "WEBP") and random.random() < 0.4:
            pixels = _with_alpha(pixels, random)
        options = {} if form in ("PNG", "GIF") else {"quality": int(random.integers(20, 96))}
        yield f"{k} {kind.__name__.strip('_')} {pixels.shape} {form}", saved(Image.fromarray(pixels), form, **options)


# The work of a conversion may exceed the seconds that its tier promises by a quarter.
LATE = 1.25


def complaint(data: bytes) -> str | None:
    """What is wrong with how a picture is converted; None where all holds that must hold."""
    faults: list[str] = []

    def draw(raster: Raster, plan: Plan, apart: Callable[[str], Apart] | None = None) -> Drawing | Declined:
        drawn = draw_as_planned(raster, plan, apart)
        if isinstance(drawn, Declined) and drawn.fault:
            faults.append(f"{plan.name}: {drawn.reason}")
        return drawn

    before, pipeline.draw = pipeline.draw, draw  # type: ignore[attr-defined]
    try:
        made = pipeline.convert(data, Settings())
    except SvgaiError as e:
        return f"refused: {e}"
    except Exception as e:  # noqa: BLE001 - that is what is looked for
        return f"{type(e).__name__}: {e}"
    finally:
        pipeline.draw = before  # type: ignore[attr-defined]
    if faults:
        return "; ".join(faults)
    if made.work > LATE * made.targets.seconds:
        return f"{made.work:.2f} s of work where {made.targets.seconds:g} s are promised"
    ElementTree.fromstring(made.svg.text)
    if found := _NO_NUMBER.search(made.svg.text):
        return f"no number in the SVG: {found[0]}"
    raster = load(data)
    again = compare(raster, render_stretched(made.svg.text, raster.width, raster.height))
    told = made.file_score
    if abs(again.ssim - told.ssim) > 1e-9 or abs(again.delta_e - told.delta_e) > 1e-6:
        return f"measured {told}, and again {again}"
    return None
