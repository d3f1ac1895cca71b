"""A photograph in opaque shapes alone."""

from __future__ import annotations

import numpy as np
import pytest

import svgai
from svgai.draw.tone.base.targets import luma
from svgai.draw.tone.engine import draw
from svgai.draw.tone.opaque.hues import HUES, hues
from svgai.draw.tone.plan import TonePlan
from svgai.drawing import Drawing, Flat, is_opaque
from svgai.measure.score import compare
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.raster import Raster
from svgai.settings import Settings, from_words
from tests.draw.tone.photographs import photograph, with_alpha


def drawn(raster: Raster, opaque: bool = True, coarseness: float = 0.0) -> Drawing:
    drawing = draw(raster, TonePlan(coarseness, opaque))
    assert isinstance(drawing, Drawing)
    return drawing


def test_all_shapes_are_opaque_and_flat() -> None:
    drawing = drawn(photograph())
    assert all(isinstance(shape.paint, Flat) and is_opaque(shape.paint) for shape in drawing.shapes)
    assert "opacity" not in write(drawing, 1).text


def test_it_is_like_the_picture_in_up_to_three_times_the_bytes() -> None:
    raster = photograph()
    opaque, veiled = (write(drawn(raster, o), 1) for o in (True, False))
    assert opaque.bytes < 3 * veiled.bytes
    score = compare(raster, render(opaque, raster.width, raster.height))
    assert score.ssim >= 0.88
    assert score.delta_e <= 3


def test_less_coarse_is_nearer() -> None:
    raster = photograph()
    found = [compare(raster, render(write(drawn(raster, True, c), 1), 240, 160)).ssim for c in (3, 0, -3)]
    assert found == sorted(found)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 3), (13, 90)])
def test_every_size_is_drawn(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    drawing = drawn(Raster(rng.integers(0, 256, (*size, 4), np.uint8)))
    assert (drawing.width, drawing.height) == (2 * size[1], 2 * size[0])


def test_a_cut_out_keeps_its_shape() -> None:
    raster = with_alpha(photograph(), 1.5)
    shown = render(write(drawn(raster), 1), raster.width, raster.height)
    assert np.abs(shown.pixels[..., 3].astype(int) - raster.pixels[..., 3]).mean() < 3


def test_a_hue_has_a_colour_of_every_luma() -> None:
    found = hues(photograph().pixels[..., :3].astype(np.float32), np.ones((160, 240), np.bool_))
    assert 2 <= len(found.colors) <= HUES
    for hue in range(len(found.colors)):
        tones = np.array([10.0, 60, 128, 200, 250])
        colors = np.array([found.shown(hue, t) for t in tones], np.float32)
        assert np.abs(luma(colors[None])[0] - tones).max() < 8
    counts = np.bincount(found.number.ravel())
    assert counts[0] == counts.max()


def test_the_setting_reaches_the_plan_by_every_way() -> None:
    assert from_words({"editable": "true"}) == Settings(editable=True)
    assert Settings(editable=True).pinned(TonePlan()) == TonePlan(opaque=True)
    pinned = Settings(editable=True, parameters={"tone": {"opaque": False}})
    assert pinned.pinned(TonePlan()) == TonePlan(), "what is pinned by name counts more"
    found = svgai.convert(photograph().pixels, plan="tone", editable=True)
    assert isinstance(found.plan, TonePlan)
    assert found.plan.opaque
    assert "fill-opacity" not in found.svg.text
