"""Pixels drawn as they are: exact, or declined."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import svgai
from svgai.arrays import Pixels
from svgai.draw.pixels.engine import draw
from svgai.draw.pixels.plan import PixelsPlan
from svgai.drawing import Declined, Drawing
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.raster import Raster

COLORS = np.array(
    [[255, 255, 255, 255], [0, 0, 0, 255], [200, 30, 30, 255], [0, 90, 200, 128], [0, 0, 0, 0]], np.uint8
)


def sprite(seed: int, width: int = 24, height: int = 20) -> Pixels:
    """Pixels of five colours, clear and translucent ones among them, that often are as the one above."""
    chance = np.random.default_rng(seed)
    index = chance.integers(0, len(COLORS), (height, width))
    again = chance.random((height, width)) < 0.4
    index[1:][again[1:]] = index[:-1][again[1:]]
    return COLORS[index]


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_every_pixel_is_what_it_was(seed: int) -> None:
    raster = Raster(sprite(seed))
    drawing = draw(raster, PixelsPlan(most_bytes=100))
    assert isinstance(drawing, Drawing)
    seen = render(write(drawing, 0), raster.width, raster.height).pixels
    assert np.abs(seen.astype(int) - raster.pixels).max() <= 1


def test_a_sheet_of_sprites_is_drawn_so_and_not_traced() -> None:
    chance = np.random.default_rng(2)
    palette = chance.integers(0, 255, (60, 3)).astype(np.uint8)
    index = chance.integers(0, 60, (100, 120))
    for row, column in np.argwhere(chance.random(index.shape) < 0.8).tolist():
        index[row, column] = index[row - (row % 2), max(column - 1, 0)]
    result = svgai.convert(palette[index], tier=1)
    assert result.plan.name == "pixels"
    assert result.score.ssim > 0.9999


def test_noise_and_photographs_are_no_sprites() -> None:
    many = np.random.default_rng(1).integers(0, 255, (40, 40, 3)).astype(np.uint8)
    assert isinstance(draw(Raster.from_array(many), PixelsPlan()), Declined)
    coded = Raster(sprite(1), noise=2.0)
    assert isinstance(draw(coded, PixelsPlan()), Declined)


def test_what_would_take_too_many_bytes_is_declined() -> None:
    checked = COLORS[np.indices((40, 40)).sum(axis=0) % 2]
    found = draw(Raster(checked), PixelsPlan(most_bytes=1))
    assert isinstance(found, Declined)
    assert "1 bytes" in found.reason
