"""Which picture of a file with several is drawn, and formats that few programs write."""

from __future__ import annotations

import io
import sys

import numpy as np
import pillow_heif
import pytest
from PIL import Image

import svgai
from svgai.errors import UnreadableError
from svgai.picture.load import load
from tests.pictures import coin, encoded

COLORS = ((200, 0, 0), (0, 160, 0), (0, 0, 220))


def several(kind: str) -> bytes:
    out = io.BytesIO()
    first, *others = [Image.new("RGB", (24, 16), color) for color in COLORS]
    first.save(out, kind, save_all=True, append_images=others, **({"lossless": True} if kind == "WEBP" else {}))
    return out.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_each_picture_can_be_asked_for(kind: str) -> None:
    data = several(kind)
    for number, color in enumerate(COLORS, 1):
        raster = load(data, number)
        assert raster.frames == 3
        assert np.abs(raster.pixels[8, 12, :3].astype(int) - color).max() <= 1
    with pytest.raises(UnreadableError, match="the file has 3 pictures, and no 4"):
        load(data, 4)


def test_the_reasons_say_which_picture_it_was() -> None:
    found = svgai.inspect(several("GIF"), frame=2).classification
    assert found.reasons[-1] == "picture 2 of the 3 in its file"
    assert not [reason for reason in svgai.inspect(coin()).classification.reasons if "file" in reason]


def test_what_follows_a_whole_first_picture_may_be_damaged() -> None:
    data = several("GIF")
    assert load(data[: len(data) * 2 // 3]).frames >= 1


@pytest.mark.parametrize("kind", ["ICO", "PPM", "TGA"])
def test_rare_formats(kind: str) -> None:
    out = io.BytesIO()
    Image.fromarray(coin(48, 12)).convert("RGBA" if kind == "ICO" else "RGB").save(out, kind)
    raster = load(out.getvalue())
    assert raster.width == 48
    if kind != "ICO":
        assert np.array_equal(raster.pixels[..., :3], np.asarray(Image.fromarray(coin(48, 12)).convert("RGB")))


def test_an_icon_gives_its_largest_picture() -> None:
    out = io.BytesIO()
    Image.fromarray(coin(64, 20)).save(out, "ICO", sizes=[(16, 16), (64, 64), (32, 32)])
    assert load(out.getvalue()).width == 64


def heic() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(coin(64, 20)).convert("RGB")).save(out, quality=90)
    return out.getvalue()


def test_heic_with_its_decoder_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    raster = load(heic())
    assert (raster.width, raster.height, raster.noise > 0) == (64, 64, True)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(UnreadableError, match=r"it is HEIC, .*pip install 'svgai\[heif\]'"):
        load(heic())
    assert load(encoded(coin(), "AVIF")).width == 96
