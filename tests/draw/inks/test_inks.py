"""Fewer colours, given ones, or one ink: never another, and soft edges stay soft."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import svgai
from svgai.draw.inks.choice import Choice, chosen, differences, otsu
from svgai.draw.inks.inked import inked
from svgai.drawing import Color, Drawing, Flat
from svgai.errors import ColorError
from svgai.picture.raster import Raster
from tests.pictures import coin

RED, ORANGE, BLUE, WHITE = (220, 20, 20), (230, 60, 20), (20, 40, 200), (255, 255, 255)


def discs() -> Raster:
    """Three discs on white, anti-aliased."""
    y, x = np.mgrid[:80, :120]
    pixels = np.full((80, 120, 4), 255, np.float64)
    for k, color in enumerate((RED, ORANGE, BLUE)):
        share = np.clip(14.5 - np.hypot(x - 20 - 40 * k, y - 40), 0, 1)[..., None]
        pixels[..., :3] = share * color + (1 - share) * pixels[..., :3]
    return Raster(np.rint(pixels).astype(np.uint8))


def colors_of(drawing: Drawing) -> set[tuple[int, ...]]:
    return {tuple(shape.paint.color) for shape in drawing.shapes if isinstance(shape.paint, Flat)}


@pytest.mark.parametrize(("count", "left"), [(4, 4), (3, 3), (2, 2), (1, 1)])
def test_at_most_so_many_the_nearest_ones_go_first(count: int, left: int) -> None:
    found = svgai.convert(discs().pixels, colors=count)
    seen = colors_of(found.drawing)
    assert len(seen) == left
    assert all(isinstance(shape.paint, Flat) for shape in found.drawing.shapes)
    assert seen <= {RED, ORANGE, BLUE, WHITE}
    if count == 3:
        assert seen in ({RED, BLUE, WHITE}, {ORANGE, BLUE, WHITE})
    if count > 1:
        assert found.score.ssim > 0.98
    assert found.cleaned


def test_a_photograph_gets_no_more_either() -> None:
    noise = np.random.default_rng(1).normal(0, 12, (60, 60, 3))
    ramp = np.linspace(0, 255, 60)[None, :, None] * np.array([1, 0.6, 0.3])
    picture = np.clip(ramp + noise, 0, 255).astype(np.uint8)
    for count in (2, 5):
        assert len(colors_of(svgai.convert(picture, colors=count, quality="fast").drawing)) <= count


def test_a_palette_is_kept_to_and_its_limit_refuses() -> None:
    found = svgai.convert(discs().pixels, palette="#e00000,#0000c0,#fff")
    assert colors_of(found.drawing) == {(0xE0, 0, 0), (0, 0, 0xC0), WHITE}
    with pytest.raises(ColorError, match=r"#1428c8, .* of the picture, is ΔE .* add a colour"):
        svgai.convert(discs().pixels, palette="#dc1414,#e63c14,#fff", palette_limit=5)
    assert svgai.convert(discs().pixels, palette="#dc1414,#e63c14,#1428c8,#fff", palette_limit=0.5).score.ssim > 0.98


def test_near_colours_become_one_and_others_stay() -> None:
    assert len(colors_of(svgai.convert(discs().pixels, merge=10).drawing)) == 3
    assert len(colors_of(svgai.convert(discs().pixels, merge=0.5).drawing)) == 4


def test_one_ink_on_nothing() -> None:
    found = svgai.convert(discs().pixels, mono="#123456")
    assert colors_of(found.drawing) == {(0x12, 0x34, 0x56)}
    middle = found.raster.pixels[40, 60]
    assert tuple(middle[:3]) == ORANGE
    assert found.score.ssim > 0.98
    assert found.score.alpha_error < 0.002
    only_blue = svgai.convert(discs().pixels, mono="#000", threshold=60)
    assert only_blue.drawing.segment_count < found.drawing.segment_count


def test_current_color_is_the_text_around() -> None:
    svg = svgai.convert(coin(), mono="currentColor").svg.text
    assert ' fill="currentColor"' in svg.split(">")[0]
    assert "#" not in svg
    strokes = np.full((64, 64, 3), 255, np.uint8)
    strokes[30:33, 8:56] = 0
    text = svgai.convert(strokes, mono="currentColor").svg.text
    assert 'stroke="#' not in text


def test_soft_edges_stay_soft() -> None:
    raster = discs()
    found = inked(raster, Choice(ink=Color(0, 0, 0))).raster.pixels[..., 3].astype(int)
    wanted = 255 * (1 - raster.pixels[..., 2].astype(float) / 255)
    blue = np.s_[:, 88:]  # where the source's red channel tells the share
    share = 255 - raster.pixels[blue][..., 0].astype(float)
    assert np.abs(found[blue] - share * 255 / (255 - BLUE[0])).max() <= 3
    assert wanted.shape == found.shape


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_colour_but_the_pictures_own_and_never_too_many(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12))
    channel = st.integers(0, 255)
    colors = data.draw(st.lists(st.tuples(channel, channel, channel), min_size=1, max_size=12, unique=True))
    rgba = np.array([(*color, 255) for color in colors], np.uint8)
    area = np.array(data.draw(st.lists(st.integers(1, 999), min_size=len(colors), max_size=len(colors))), float)
    becomes = chosen(rgba, area, Choice(count=count))
    left = {tuple(color) for color in becomes.tolist()}
    assert left <= {tuple(color) for color in rgba.tolist()}
    assert len(left) == min(count, len(colors))
    nearest = np.array([Color(*color) for color in colors[:1]])
    all_one = chosen(rgba, area, Choice(palette=(Color(*nearest[0].tolist()),)))
    assert {tuple(color[:3]) for color in all_one.tolist()} == {colors[0]}


def test_what_is_clear_stays_clear() -> None:
    rgba = np.array([[0, 0, 0, 0], [9, 9, 9, 255], [250, 250, 250, 255]], np.uint8)
    area = np.array([1000.0, 10, 10])
    assert chosen(rgba, area, Choice(count=1))[0].tolist() == [0, 0, 0, 0]
    assert chosen(rgba, area, Choice(palette=(Color(1, 2, 3),)))[:, 3].tolist() == [0, 255, 255]
    assert chosen(rgba, area, Choice(ink=Color(1, 2, 3)))[:, 3].tolist() == [0, 255, 0]


def test_otsu_parts_two_humps_and_differences_are_symmetric() -> None:
    luma = np.array([10.0, 20, 30, 200, 210])
    assert 30 < otsu(luma, np.ones(5)) < 200
    assert otsu(np.array([7.0]), np.ones(1)) == 128
    colors = np.array([[0, 0, 0], [255, 0, 0], [0, 128, 64]], np.uint8)
    away = differences(colors, colors)
    assert np.allclose(away, away.T, atol=1e-3)
    assert np.allclose(np.diag(away), 0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"mono": "#000", "colors": 3}, "mono draws one ink"),
        ({"palette_limit": 3}, "there is none"),
        ({"threshold": 100}, "threshold is for mono"),
        ({"colors": 0}, "above 0"),
        ({"palette": "red"}, "no list of colours"),
        ({"mono": "red"}, "neither currentColor"),
    ],
)
def test_settings_that_contradict(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        svgai.Settings(**given)  # type: ignore[arg-type]
