from __future__ import annotations

import cv2
import numpy as np

from svgai.drawing import Color
from svgai.picture.alpha import over
from svgai.picture.background import TOLERANCE, compose, remove
from svgai.picture.raster import Raster
from tests.pictures import coin, lopsided, noise, opaque


def test_removing_gives_back_the_shape_that_was_composed() -> None:
    original = coin(color=(20, 40, 160))
    flattened = Raster(over(original, 255))
    removed = remove(flattened).pixels
    assert np.abs(removed[..., 3].astype(int) - original[..., 3]).max() <= TOLERANCE
    inside = original[..., 3] > 0
    assert np.abs(removed[inside].astype(int) - original[inside])[removed[inside][:, 3] > 0].max() <= 3


def test_enclosed_background_stays() -> None:
    ring = lopsided()
    cv2.circle(ring, (32, 24), 12, (0, 0, 0), 3)
    removed = remove(opaque(ring)).pixels
    assert removed[24, 32, 3] == 255
    assert removed[0, 0, 3] == 0


def test_a_picture_without_a_flat_border_is_left_alone() -> None:
    picture = opaque(noise(40, 40))
    assert (remove(picture).pixels == picture.pixels).all()


def test_a_color_is_put_under_the_picture() -> None:
    composed = compose(Raster(coin()), Color(0, 0, 255)).pixels
    assert tuple(composed[0, 0]) == (0, 0, 255, 255)
    assert tuple(composed[48, 48]) == (200, 30, 40, 255)
