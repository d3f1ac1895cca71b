"""Lines that the paper's grain breaks become whole; all others stay as they are."""

from __future__ import annotations

import cv2
import numpy as np

from svgai import pipeline
from svgai.arrays import Pixels
from svgai.measure.score import compare
from svgai.picture.pencil import in_one_ink
from svgai.picture.raster import Raster
from svgai.settings import Settings
from tests.pictures import encoded

WIDTH, HEIGHT = 320, 240


def lines(color: tuple[int, int, int] = (70, 70, 70)) -> Pixels:
    """(h, w, 4): rings 5 px wide, in one colour on white."""
    large = np.full((4 * HEIGHT, 4 * WIDTH, 3), 255, np.uint8)
    for radius in range(60, 460, 50):
        cv2.circle(large, (640, 480), radius, color, 20)
    small = np.asarray(cv2.resize(large, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
    return Raster.from_array(small).pixels


def pencil(pixels: Pixels) -> Pixels:
    """Ink that the paper takes in some places and in others not."""
    rng = np.random.default_rng(0)
    taken = (0.75 + 0.35 * rng.normal(0, 1, pixels.shape[:2])).clip(0.1, 1)
    result = pixels.copy()
    result[..., :3] = 255 - (255 - pixels[..., :3]) * taken[..., None]
    return result


def test_broken_lines_become_whole() -> None:
    whole = in_one_ink(pencil(lines()))
    assert whole is not None
    truth, before = Raster(lines()), Raster(pencil(lines()))
    assert compare(truth, Raster(whole)).ssim > compare(truth, before).ssim + 0.05


def test_whole_lines_and_colours_stay() -> None:
    assert in_one_ink(lines()) is None
    assert in_one_ink(pencil(lines((200, 40, 40)))) is None
    assert in_one_ink(np.full((8, 8, 4), 255, np.uint8)) is None
    assert in_one_ink(np.full((1, 1, 4), 255, np.uint8)) is None


def test_a_pencil_drawing_is_drawn_with_few_shapes() -> None:
    rng = np.random.default_rng(1)
    seen = pencil(lines())[..., :3] * 0.95 + rng.normal(0, 3, (HEIGHT, WIDTH, 3))
    result = pipeline.convert(encoded(np.asarray(seen.clip(0, 255).round(), np.uint8)), Settings())
    assert result.degradation.broken_ink
    assert result.plan.name == "contour"
    assert result.svg.bytes < 20_000
