"""Reduced copies: size, colour and alpha."""

from __future__ import annotations

import numpy as np
import pytest

from svgai.picture.raster import Raster
from svgai.picture.scale import in_proportion, reduced
from tests.pictures import noise, opaque


def test_a_small_picture_is_itself() -> None:
    raster = opaque(noise(10, 10))
    assert reduced(raster, 100) is raster


@pytest.mark.parametrize(("height", "width"), [(100, 200), (1, 5000), (5000, 1), (333, 77)])
def test_size(height: int, width: int) -> None:
    small = reduced(opaque(noise(height, width)), 1000)
    assert small.area <= 1000
    assert min(small.width, small.height) >= 1


def test_colour_is_averaged_by_alpha() -> None:
    """The mean of red at alpha 200 and blue at 40, each over half of a pixel, in premultiplied colour."""
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[:, ::2] = (255, 0, 0, 200)
    pixels[:, 1::2] = (0, 0, 255, 40)
    assert (reduced(Raster(pixels), 400).pixels == (212, 0, 42, 120)).all()


def test_transparent_surroundings_do_not_darken_an_edge() -> None:
    pixels = np.zeros((40, 41, 4), np.uint8)
    pixels[:, :17] = (255, 240, 230, 255)
    small = reduced(Raster(pixels), 300).pixels
    assert (small[small[..., 3] > 0][:, :3] == (255, 240, 230)).all()
    assert ((small[..., 3] > 0) & (small[..., 3] < 255)).any()


@pytest.mark.parametrize(("height", "width"), [(701, 997), (6, 4000), (4000, 6), (300, 301), (1, 9000)])
def test_a_copy_in_proportion(height: int, width: int) -> None:
    """Its sides stand to each other as the picture's do, to 0.05 px where they are long enough to choose among."""
    raster = opaque(noise(height, width))
    small = in_proportion(raster, 4000)
    assert small.area <= 4000
    off = small.width * height / width - small.height
    assert abs(off) < (0.05 if min(height, width) > 100 else 1)
    assert in_proportion(small, 4000) is small


def test_a_copy_has_the_mean_of_the_whole() -> None:
    """As averaged in premultiplied colour, for sides that are no multiple of each other."""
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (331, 203, 4), np.uint8)
    small = reduced(Raster(pixels), 9000).pixels.astype(float)
    means = []
    for picture in (pixels.astype(float), small):
        picture[..., :3] *= picture[..., 3:] / 255
        means.append(picture.mean(axis=(0, 1)))
    assert np.abs(means[0] - means[1]).max() < 0.5
