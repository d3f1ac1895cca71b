"""Reduced copies: size, colour and alpha."""

from __future__ import annotations

import numpy as np
import pytest

from svgai.picture.raster import Raster
from svgai.picture.scale import reduced
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
