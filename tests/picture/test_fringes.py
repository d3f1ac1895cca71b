"""Fringes of sub-pixel rendering: seen in text and in drawings, for either order of the thirds, and undone."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from svgai.arrays import Pixels
from svgai.measure.score import compare
from svgai.picture.fringes import fringe, joined
from svgai.picture.raster import Raster
from svgai.picture.restore import restored
from tests.truth import BLUE, WHITE, disc, picture, ring

GREEN = (60, 140, 90, 255)
TALL, WIDE = 48, 240


def text(width: int) -> Pixels:
    """Small black text, drawn eight times as large and averaged."""
    image = Image.new("L", (WIDE * 8, TALL * 8), 255)
    ImageDraw.Draw(image).text((40, 90), "A thin fox ran over 27 hills", fill=0, font=ImageFont.load_default(size=128))
    grey = cv2.resize(np.asarray(image), (width, TALL), interpolation=cv2.INTER_AREA)
    return np.dstack([grey] * 3 + [np.full_like(grey, 255)])


def drawing(width: int) -> Pixels:
    raster = picture(WIDE, 120, WHITE, (disc(60, 60, 45.3), GREEN), (ring(170, 60, 50, 40), BLUE)).pixels
    return np.asarray(cv2.resize(raster, (width, 120), interpolation=cv2.INTER_CUBIC), np.uint8)


def sub_pixel(wide: Pixels, order: int) -> Pixels:
    """(h, 3 w, 4) → (h, w, 4): filtered over five thirds, each channel from its own third."""
    kernel = np.array([[1, 2, 3, 2, 1]], np.float32) / 9
    soft = cv2.filter2D(wide[..., :3].astype(np.float32), -1, kernel, borderType=cv2.BORDER_REPLICATE)
    thirds = (0, 1, 2)[::order]
    channels = [soft[:, third::3, c] for c, third in enumerate(thirds)]
    return np.dstack([*channels, np.full(channels[0].shape, 255)]).round().astype(np.uint8)


@pytest.mark.parametrize("draw", [text, drawing])
def test_no_fringe_where_none_is(draw: Callable[[int], Pixels]) -> None:
    pixels = draw(WIDE)
    assert fringe(pixels) == 0
    assert restored(raster := Raster(pixels)).raster is raster


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("draw", [text, drawing])
def test_fringes_are_seen_and_undone(draw: Callable[[int], Pixels], order: int) -> None:
    clean, seen = draw(WIDE), sub_pixel(draw(3 * WIDE), order)
    assert fringe(seen) == order
    after = compare(Raster(clean), Raster(joined(seen, order))).delta_e
    assert after < 0.75 * compare(Raster(clean), Raster(seen)).delta_e
    assert (restored(Raster(seen)).raster.pixels == joined(seen, order)).all()


def test_what_is_translucent_or_narrow_has_none() -> None:
    seen = sub_pixel(text(3 * WIDE), 1)
    assert fringe(seen[:, :6]) == 0
    seen[0, 0, 3] = 128
    assert fringe(seen) == 0
