"""σ from pixels: what coding and grain leave, and that drawings, ramps and textures leave none."""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from svgai.arrays import Pixels
from svgai.measure.score import compare
from svgai.picture import noise
from svgai.picture.load import coding_noise, load
from svgai.picture.raster import Raster
from svgai.picture.restore import restored
from tests.pictures import encoded
from tests.truth import BLUE, WHITE, disc, picture, ring

GREEN = (60, 140, 90, 255)
# On blue card, which is no paper.
CARD = picture(256, 192, BLUE, (disc(80, 96, 60.3), GREEN), (ring(190, 96, 50, 40), WHITE))
CLEAN = picture(256, 192, WHITE, (disc(80, 96, 60.3), GREEN), (ring(190, 96, 50, 40), BLUE))


def ramp() -> Pixels:
    x = np.linspace(10, 240, 256)
    return np.dstack([*[np.tile(x, (192, 1))] * 3, np.full((192, 256), 255)]).round().astype(np.uint8)


def texture() -> Pixels:
    """Noise that neighbours share, as in wood or cloth."""
    rough = cv2.GaussianBlur(np.random.default_rng(3).normal(0, 60, (192, 256)), (0, 0), 1.5) + 120
    return np.dstack([*[rough] * 3, np.full(rough.shape, 255)]).clip(0, 255).astype(np.uint8)


def grainy(raster: Raster, sigma: float) -> Raster:
    rng = np.random.default_rng(5)
    pixels = raster.pixels.astype(np.float64) * 0.9
    pixels[..., :3] += rng.normal(0, sigma, pixels[..., :3].shape)
    pixels[..., 3] = 255
    return Raster(pixels.round().clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("pixels", [CLEAN.pixels, ramp(), texture()], ids=["drawing", "ramp", "texture"])
def test_pictures_that_nothing_disturbed(pixels: Pixels) -> None:
    assert noise.coding(pixels) == noise.grain(pixels) == 0


@pytest.mark.parametrize("quality", [75, 85, 95])
def test_a_jpeg_saved_as_png_is_known_by_its_blocks(quality: int) -> None:
    target = BytesIO()
    Image.fromarray(CLEAN.pixels[..., :3]).save(target, "JPEG", quality=quality)
    with Image.open(target) as image:
        by_table = coding_noise(image, target.getvalue())
        pixels = np.asarray(image.convert("RGBA"))
    png = BytesIO()
    Image.fromarray(pixels).save(png, "PNG")
    assert by_table / 2 < load(png.getvalue()).noise < by_table * 2


def busy_blocks(pixels: Pixels) -> NDArray[np.float64]:
    """(n, 64): the luma of the 8 × 8 blocks, n those of the clean drawing that an edge crosses."""
    blocks = [_blocks(p[..., :3] @ [0.299, 0.587, 0.114]) for p in (CLEAN.pixels, pixels)]
    return np.asarray(blocks[1][blocks[0].std(axis=1) > 10])


def _blocks(luma: NDArray[np.float64]) -> NDArray[np.float64]:
    h, w = luma.shape
    return np.asarray(luma.reshape(h // 8, 8, w // 8, 8).transpose(0, 2, 1, 3).reshape(-1, 64))


@pytest.mark.parametrize("quality", [75, 85, 90, 95])
def test_the_table_tells_of_the_noise_that_coding_leaves_at_edges(quality: int) -> None:
    """Measured against the picture before coding; flat blocks are coded exactly and say nothing."""
    found = load(encoded(CLEAN.pixels[..., :3], "JPEG", quality=quality, subsampling=0))
    measured = float((busy_blocks(found.pixels) - busy_blocks(CLEAN.pixels)).std())
    assert measured / 1.5 < found.noise < 1.5 * measured


@pytest.mark.parametrize("sigma", [2, 4])
def test_grain_is_measured_on_the_luma(sigma: float) -> None:
    """Independent in the channels it has √(.299² + .587² + .114²) = .67 of their σ there."""
    assert noise.grain(grainy(CLEAN, sigma).pixels) == pytest.approx(0.67 * sigma, rel=0.2)


def test_what_has_no_grain_is_left_as_it_is() -> None:
    assert restored(CLEAN).raster is CLEAN
    coded = Raster(grainy(CARD, 3).pixels, 2.0)
    assert restored(coded).raster is coded


def test_blocks_are_found_in_a_picture_of_any_size() -> None:
    for cut in range(1, 9):
        assert not noise.coding(CLEAN.pixels[:-cut, :-cut])
        assert not noise.coding(CLEAN.pixels[: 8 + cut])


def test_grain_goes_and_edges_stay() -> None:
    pale = grainy(CARD, 0)
    before, after = grainy(CARD, 4), restored(grainy(CARD, 4)).raster
    assert after.noise > 0
    assert 1 - compare(pale, after).ssim < 0.25 * (1 - compare(pale, before).ssim)
    # A quarter of the grain on the disc, and its edge no softer.
    assert after.pixels[60:80, 60:80, 0].std() < 1
    edge = np.abs(after.pixels[96, 14:26].astype(int) - pale.pixels[96, 14:26].astype(int)).max()
    assert edge < 12
