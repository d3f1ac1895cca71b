"""Dithering is seen where it is, and becomes the colours that it stands for."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from svgai.arrays import Pixels
from svgai.measure.score import compare
from svgai.output.render import render
from svgai.picture.dither import smoothed
from svgai.picture.load import load
from svgai.picture.raster import Raster
from svgai.picture.restore import restored
from svgai.pipeline import convert
from svgai.settings import Settings
from tests.pictures import noise, opaque
from tests.truth import WHITE, disc, picture, ring

CLEAN = picture(
    160, 128, WHITE, (disc(64, 64, 50.3), (215, 120, 75, 255)), (ring(120, 64, 30, 20), (70, 130, 100, 255))
)


def gif(pixels: Pixels, palette: Image.Palette = Image.Palette.WEB) -> Raster:
    """As a GIF in the 216 colours that were once safe on the web, Floyd–Steinberg dithered."""
    target = BytesIO()
    Image.fromarray(pixels).convert("RGB").convert("P", palette=palette).save(target, "GIF")
    return load(target.getvalue())


def aliased_text() -> Pixels:
    image = Image.new("1", (240, 120), 1)
    for line in range(7):
        place = (4, 4 + 16 * line)
        ImageDraw.Draw(image).text(
            place, "Quick brown foxes, 0123456789", fill=0, font=ImageFont.load_default(size=12)
        )
    return np.array(image.convert("RGBA"))


def hatching(period: int, smooth: bool) -> Pixels:
    """Slanting lines of 1 px all over, with their edges smoothed or not."""
    y, x = np.mgrid[:96, :120]
    off = np.abs((x + y + period / 2) % period - period / 2)
    share = np.clip(1.3 - off / np.sqrt(2), 0, 1) if smooth else off < 0.5
    return np.asarray(opaque(np.repeat((255 - 200 * share[..., None]).astype(np.uint8), 3, axis=2)).pixels)


@pytest.mark.parametrize("period", [3, 4, 5, 6])
@pytest.mark.parametrize("smooth", [False, True])
def test_a_hatching_is_no_dither(period: int, smooth: bool) -> None:
    assert smoothed(hatching(period, smooth)) is None
    assert smoothed(hatching(period, smooth)[:, ::-1]) is None


@pytest.mark.parametrize(
    "pixels",
    [CLEAN.pixels, gif(CLEAN.pixels, Image.Palette.ADAPTIVE).pixels, aliased_text(), opaque(noise(80, 80)).pixels],
    ids=["clean", "colours enough", "text without anti-aliasing", "noise"],
)
def test_what_is_not_dithered_is_left(pixels: Pixels) -> None:
    assert smoothed(pixels) is None


def test_dithered_areas_get_their_colour() -> None:
    dithered = gif(CLEAN.pixels)
    calm = restored(dithered).raster
    assert calm.noise > 0
    assert compare(CLEAN, calm).ssim > 0.95 > 0.8 > compare(CLEAN, dithered).ssim
    inner = np.abs(calm.pixels[50:78, 30:90].astype(int) - CLEAN.pixels[50:78, 30:90])
    assert inner.mean() < 4


def test_a_dithered_picture_is_drawn_as_what_it_shows() -> None:
    drawn, clean = convert(gif(CLEAN.pixels), Settings()), convert(CLEAN, Settings())
    assert drawn.svg.segments <= 2 * clean.svg.segments
    assert compare(CLEAN, render(drawn.svg, CLEAN.width, CLEAN.height)).ssim > 0.98
