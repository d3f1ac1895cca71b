"""What the gradient engine makes of pictures whose truth is known."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from svgai.arrays import Floats
from svgai.draw.gradient.engine import draw
from svgai.draw.gradient.plan import GradientPlan
from svgai.drawing import Color, Declined, Drawing, Flat, LinearGradient, RadialGradient
from svgai.measure.score import compare
from svgai.output.svg import write
from svgai.picture.load import load
from svgai.picture.raster import Raster
from tests import pictures
from tests.draw.gradient.shaded import between, drawn, faded, grid, shown, worst_delta_e


@pytest.mark.parametrize("degrees", [0, 37, 90, 155])
def test_a_linear_ramp_is_one_linear_gradient(degrees: int) -> None:
    x, y = grid(192)
    along = (x - 96) * np.cos(np.radians(degrees)) + (y - 96) * np.sin(np.radians(degrees))
    pixels = between((along + 136) / 272, (30, 80, 200), (240, 160, 60))
    drawing = drawn(pixels)
    assert [type(s.paint) for s in drawing.shapes] == [LinearGradient]
    assert worst_delta_e(pixels, drawing) <= 1.5


@pytest.mark.parametrize("power", [1, 2, 3])
def test_a_vignette_is_one_radial_gradient(power: int) -> None:
    x, y = grid(192)
    pixels = between((np.hypot(x - 80, y - 90) / 150) ** power, (250, 240, 220), (60, 40, 50))
    drawing = drawn(pixels)
    assert [type(s.paint) for s in drawing.shapes] == [RadialGradient]
    assert worst_delta_e(pixels, drawing) <= 1.5


def cosine(r: Floats) -> Floats:
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.clip(r, 0, 1)))


def gaussian(r: Floats) -> Floats:
    return np.asarray(np.exp(-5 * r * r))


@pytest.mark.parametrize("squeeze", [1.0, 1.4])
@pytest.mark.parametrize(
    "profile", [lambda r: 0.5 + 0.5 * np.cos(np.pi * np.clip(r, 0, 1)), lambda r: np.exp(-5 * r * r)]
)
def test_a_soft_round_shadow_fades_in_its_stops(profile: Callable[[Floats], Floats], squeeze: float) -> None:
    x, y = grid(256)
    distance = np.hypot(x - 128, squeeze * (y - 128)) / 110
    pixels = faded(0.6 * profile(distance), (20, 20, 30))
    drawing = drawn(pixels)
    [shape] = drawing.shapes
    assert isinstance(shape.paint, RadialGradient)
    assert shape.paint.stops[-1].opacity == 0
    assert worst_delta_e(pixels, drawing) <= 1.5


def test_flat_and_shaded_shapes_share_one_picture() -> None:
    _, y = grid(128)
    pixels = between(y / 128, (200, 220, 255), (90, 120, 220))
    pixels[40:88, 30:90, :3] = (200, 30, 40)
    drawing = drawn(pixels)
    assert [type(s.paint) for s in drawing.shapes] == [LinearGradient, Flat]
    assert compare(Raster(pixels), Raster(shown(drawing))).ssim > 0.995


def test_anti_aliasing_is_an_edge_and_no_region() -> None:
    drawing = drawn(pictures.coin())
    assert [type(s.paint) for s in drawing.shapes] == [Flat]
    assert drawing.shapes[0].paint == Flat(Color(200, 30, 40))
    assert compare(Raster(pictures.coin()), Raster(shown(drawing))).ssim > 0.995


def test_small_features_stay() -> None:
    _, y = grid(96)
    pixels = between(y / 96, (255, 230, 200), (230, 180, 150))
    for cx in (30, 66):
        pixels[40:46, cx : cx + 5, :3] = (40, 30, 30)
    result = shown(drawn(pixels))
    assert (result[41:45, 31:34, :3].astype(int) < 60).all()
    assert (result[41:45, 67:70, :3].astype(int) < 60).all()


def test_a_row_of_windows_stays() -> None:
    x, y = grid(120)
    clean = between(y / 120, (200, 225, 245), (150, 190, 230))
    clean[60:62, 30:90, :3] = np.where((x[60:62, 30:90, None] % 5) < 2, 20, clean[60:62, 30:90, :3])
    for noise in (0.0, 3.0):
        result = shown(drawn(clean, noise)).astype(int)
        dark = clean[..., 0] == 20
        assert np.median(result[dark][:, 0]) < 80
        assert np.median(result[60:62, 33:90:5, 0]) > 120


def test_photographs_are_declined() -> None:
    result = draw(pictures.opaque(pictures.noise(160, 160)), GradientPlan())
    assert isinstance(result, Declined)
    assert "photograph" in result.reason


def test_coding_noise_does_not_shatter() -> None:
    x, y = grid(160)
    clean = between(y / 160, (240, 240, 255), (120, 140, 230))
    clean[(x - 80) ** 2 + (y - 80) ** 2 < 50**2, :3] = (220, 60, 40)
    ripples = np.random.default_rng(3).normal(0, 2.5, (160, 160, 3))
    noisy = clean.copy()
    noisy[..., :3] = np.clip(np.rint(clean[..., :3] + ripples), 0, 255)
    assert len(drawn(noisy, noise=2.5).shapes) <= 1.5 * len(drawn(clean).shapes)


def test_the_same_picture_gives_the_same_bytes() -> None:
    x, y = grid(96)
    pixels = between(np.hypot(x - 40, y - 50) / 80, (255, 255, 255), (10, 60, 160))
    assert write(drawn(pixels)).data == write(drawn(pixels)).data


def test_nothing_is_drawn_of_nothing() -> None:
    assert drawn(np.zeros((16, 20, 4), np.uint8)).shapes == ()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_no_raster_raises(width: int, height: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    result = draw(Raster(pixels), GradientPlan())
    assert isinstance(result, Declined) or (result.width, result.height) == (width, height)


@pytest.mark.parametrize("size", [(1, 4000), (4000, 1), (2, 900)])
def test_thin_rasters(size: tuple[int, int]) -> None:
    pixels = np.full((*size, 4), 255, np.uint8)
    pixels[..., 0] = np.arange(size[0] * size[1]).reshape(size) // 40 % 256
    drawing = drawn(pixels)
    assert (drawing.height, drawing.width) == size
    assert worst_delta_e(pixels, drawing) < 1


@pytest.mark.parametrize("bad", [{"price": 0.0}, {"tolerance": 9.0}, {"decimals": -1}])
def test_plans_out_of_range_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"lies in|decimals"):
        GradientPlan(**bad)


@pytest.mark.parametrize("quality", [95, 85, 75])
def test_a_jpeg_has_about_as_many_shapes_as_the_clean_picture(quality: int) -> None:
    x, y = grid(200)
    clean = between(y / 200, (250, 220, 20), (250, 150, 30))
    clean[x > y] = between(x / 200, (40, 50, 150), (70, 100, 190))[x > y]
    disc = (x - 110) ** 2 + (y - 90) ** 2 < 45**2
    clean[disc] = between((y - 45) / 90, (240, 60, 50), (150, 20, 40))[disc]
    coded = io.BytesIO()
    Image.fromarray(clean[..., :3]).save(coded, "JPEG", quality=quality)
    drawing = draw(load(coded.getvalue()), GradientPlan())
    assert isinstance(drawing, Drawing)
    assert len(drawing.shapes) <= 1.5 * len(drawn(clean).shapes)


def test_a_coded_shadow_with_transparency_is_drawn() -> None:
    x, y = grid(64)
    pixels = faded(np.clip(1.2 - np.hypot(x - 32, y - 32) / 24, 0, 1), (220, 60, 20))
    drawing = drawn(pixels, noise=2.0)
    assert compare(Raster(pixels), Raster(shown(drawing))).ssim > 0.98
