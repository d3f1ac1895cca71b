"""Enlarged pixel art: its squares are found and drawn exactly, and nothing else is taken for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from svgai.arrays import Pixels
from svgai.draw.contour.engine import draw
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.contour.squares import find_squares
from svgai.drawing import Drawing
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.alpha import over
from svgai.picture.load import load
from svgai.picture.raster import Raster
from tests.pictures import encoded
from tests.truth import BLUE, RED, WHITE, disc, picture

COLORS = np.array([[20, 20, 30], [230, 60, 40], [250, 220, 90], [60, 160, 90], [240, 240, 240]], np.uint8)


def sprite(width: int = 14, height: int = 11, seed: int = 0) -> Pixels:
    index = np.random.default_rng(seed).integers(0, len(COLORS), (height, width))
    return np.dstack([COLORS[index], np.full(index.shape, 255, np.uint8)])


def enlarged(pixels: Pixels, size: int) -> Pixels:
    return pixels.repeat(size, axis=0).repeat(size, axis=1)


def drawn(raster: Raster) -> Drawing:
    drawing = draw(raster, ContourPlan())
    assert isinstance(drawing, Drawing)
    return drawing


def assert_same(pixels: Pixels) -> None:
    """But for grid points where two of four squares are one area: what reaches beneath it grazes the one across."""
    shown = render(write(drawn(Raster(pixels))), pixels.shape[1], pixels.shape[0]).pixels
    difference = np.abs(over(shown, 255).astype(int) - over(pixels, 255)).max(axis=2)
    assert difference.max() <= 16
    assert (difference > 0).sum() <= len(sprite()) * len(sprite()[0]) / 4


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 9), st.integers(0, 8), st.integers(0, 8), st.integers(0, 99))
@example(3, 4, 3, 52)  # four areas meet, and the one painted third reached into the first
def test_every_pixel_is_a_square_again(size: int, left: int, top: int, seed: int) -> None:
    """Also where the picture was cut anywhere."""
    pixels = enlarged(sprite(seed=seed), size)[top:, left:]
    found = find_squares(Raster(pixels))
    assert found is not None
    assert found.size % size == 0
    assert_same(pixels)


def test_transparent_squares_stay_empty() -> None:
    pixels = sprite()
    pixels[2:5, 3:9] = 0
    assert_same(enlarged(pixels, 5))


@pytest.mark.parametrize("quality", [75, 85, 95])
def test_a_jpeg_of_pixel_art_has_its_squares(quality: int) -> None:
    large = enlarged(sprite(), 10)
    raster = load(encoded(large[..., :3], "JPEG", quality=quality, subsampling="4:2:0"))
    found = find_squares(raster)
    assert found is not None
    assert (found.size, found.left, found.top) == (10, 0, 0)
    assert len(np.unique(found.pixels.reshape(-1, 4), axis=0)) == len(COLORS)
    assert np.abs(found.pixels.astype(int) - sprite()).mean() < 1


def test_smooth_outlines_and_photographs_are_no_squares() -> None:
    assert find_squares(picture(96, 96, WHITE, (disc(48, 48, 30), RED), (disc(40, 44, 12), BLUE))) is None
    noise = np.random.default_rng(1).integers(0, 256, (60, 60, 4), np.uint8)
    assert find_squares(Raster(noise)) is None


def test_too_many_colours_are_declined() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (20, 20, 4), np.uint8)
    assert not isinstance(draw(Raster(enlarged(noise, 4)), ContourPlan()), Drawing)
