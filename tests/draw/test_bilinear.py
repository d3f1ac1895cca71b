"""Bilinear samples of pictures beyond OpenCV's sizes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from svgai.draw import bilinear as module
from svgai.draw.bilinear import bilinear
from svgai.draw.contour.engine import draw
from svgai.draw.contour.plan import ContourPlan
from svgai.drawing import Drawing, Path
from tests import pictures


@pytest.mark.parametrize("border", [cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE])
@pytest.mark.parametrize("upright", [False, True])
def test_strips_and_chunks_show_what_the_whole_shows(
    border: int, upright: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(1)
    picture = random.uniform(0, 255, (50, 400, 4)).astype(np.float32)
    x = random.uniform(-10, 410, (777, 5)).astype(np.float32)
    y = random.uniform(-5, 55, (777, 5)).astype(np.float32)
    if upright:
        picture, x, y = np.ascontiguousarray(picture.swapaxes(0, 1)), y, x
    whole = bilinear(picture, x, y, border)
    monkeypatch.setattr(module, "_MOST", 104)
    monkeypatch.setattr(module, "_STRIP", 100)
    assert np.abs(bilinear(picture, x, y, border) - whole).max() < 1e-3


@pytest.mark.parametrize("upright", [False, True])
def test_a_page_longer_than_opencv_takes_is_drawn(upright: bool) -> None:
    pixels = np.full((24, 33_000, 3), 255, np.uint8)
    for x in range(1500, 33_000, 3000):
        cv2.circle(pixels, (x, 12), 8, (200, 30, 30), -1, cv2.LINE_AA)
    drawing = draw(pictures.opaque(np.ascontiguousarray(pixels.swapaxes(0, 1)) if upright else pixels), ContourPlan())
    assert isinstance(drawing, Drawing)
    assert sum(len(s.outline.contours) for s in drawing.shapes if isinstance(s.outline, Path)) == 11
