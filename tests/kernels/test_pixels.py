"""Kernels of pixels do what their numpy versions say, to the bit."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from svgai.arrays import Pixels
from svgai.draw import shown
from svgai.draw.outline import mixes
from svgai.kernels import library
from svgai.picture import alpha, raster

pytestmark = pytest.mark.skipif(not library.in_use(), reason="numpy draws here")


def every_pair() -> Pixels:
    """Every pair of a value and an alpha, as one picture of 256 × 256 px."""
    value, opacity = np.meshgrid(np.arange(256), np.arange(256))
    return np.stack([value, 255 - value, value // 2, opacity], axis=2).astype(np.uint8)


def test_premultiplied_and_back() -> None:
    pixels = every_pair()
    premultiplied = alpha.premultiply(pixels)
    assert np.array_equal(premultiplied, alpha.specified_premultiply(pixels))
    assert np.array_equal(alpha.straight_alpha(premultiplied), alpha.specified_straight_alpha(premultiplied))
    assert np.array_equal(alpha.straight_alpha(pixels), alpha.specified_straight_alpha(pixels))


@pytest.mark.parametrize("ground", [0, 255, 128, (255, 0, 7)])
def test_over(ground: int | tuple[int, int, int]) -> None:
    color = np.full(3, ground, np.uint8)
    assert np.array_equal(alpha.over(every_pair(), ground), alpha.specified_over(every_pair(), color))


@pytest.mark.parametrize("step", [1, 2])
def test_a_raster_has_no_colour_where_it_is_clear(step: int) -> None:
    pixels = every_pair()[::step, ::-step]
    assert np.array_equal(raster.Raster(pixels).pixels, raster.specified(pixels))


@pytest.mark.parametrize("pixel", [(0, 0, 0, 0), (9, 0, 0, 0), (0, 0, 1, 0), (0, 200, 0, 1)])
def test_colour_where_a_picture_is_clear_is_seen(pixel: tuple[int, ...]) -> None:
    pixels = np.zeros((3, 5, 4), np.uint8)
    pixels[2, 3] = pixel
    assert raster._stained(pixels) == raster.specified_stained(pixels) == (pixel[3] == 0 and any(pixel))


@pytest.mark.parametrize("kind", ["int16", "int32", "int64"])
@pytest.mark.parametrize("own", [False, True])
def test_nearby_labels(kind: str, own: bool) -> None:
    chance = np.random.default_rng(5)
    blocks = chance.integers(-3, 7, (23, 31)).repeat(2, axis=0).repeat(2, axis=1)
    labels: NDArray[np.int16] = blocks.astype(kind)
    at = np.flatnonzero(chance.random(labels.size) < 0.4)
    for radius in (1, 3):
        found, expected = (search(labels, at, radius, own) for search in (mixes.nearby_labels, mixes.specified_labels))
        assert found.labels.dtype == kind
        assert np.array_equal(found.labels, expected.labels)
        assert np.array_equal(found.distance, expected.distance)


@pytest.mark.parametrize("opaque", [False, True])
def test_squared_errors(opaque: bool) -> None:
    one, other = np.random.default_rng(7).integers(0, 256, (2, 9, 17, 4)).astype(np.uint8)
    if opaque:
        one[..., 3] = other[..., 3] = 255
    assert shown.squared_error(one, other) == shown.specified_squared_error(one, other)
