"""A picture of a photograph and flat parts: both in one SVG, each drawn by what draws it best."""

from __future__ import annotations

import numpy as np
import pytest

import svgai
from svgai.draw.engines import draw
from svgai.draw.flats.layer import taken_apart
from svgai.draw.layer import Layer, scaled
from svgai.draw.tone.plan import TonePlan
from svgai.drawing import (
    Color,
    Contour,
    Drawing,
    Ellipse,
    Flat,
    LinearGradient,
    Path,
    RadialGradient,
    Rect,
    Shape,
    Stop,
)
from svgai.measure.score import compare
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.classify import Tier
from svgai.picture.load import load
from svgai.picture.parts import parts
from svgai.picture.raster import Raster
from tests.draw.flats.mixed import BLACK, NAVY, RED, SAMPLES, WHITE, meme, slide


def shown(raster: Raster, apart: bool) -> Raster:
    drawing = draw(raster, TonePlan(), (lambda _: taken_apart(raster)) if apart else None)
    assert isinstance(drawing, Drawing)
    return render(write(drawing, TonePlan().decimals), raster.width, raster.height)


def inks(layer: Layer) -> set[Color]:
    return {shape.paint.color for shape in layer.shapes if isinstance(shape.paint, Flat)}


def test_a_slide_is_its_photograph_and_flat_parts() -> None:
    raster, mask = slide()
    found = parts(raster)
    assert found is not None
    assert (found.photograph == mask).mean() > 0.99
    layer = taken_apart(raster)
    assert {Color(*NAVY), Color(*RED), Color(*WHITE)} <= inks(layer)
    # Far from the photograph nothing is left to it.
    assert (layer.ground.pixels[60, 20] == 0).all()
    assert (layer.ground.pixels[120:240, 170:390] == raster.pixels[120:240, 170:390]).mean() > 0.99


def test_a_slide_is_nearer_than_all_as_a_photograph() -> None:
    raster, mask = slide()
    mixed, tone = shown(raster, True), shown(raster, False)
    assert compare(raster, mixed).ssim > compare(raster, tone).ssim + 0.008
    assert compare(raster, mixed).delta_e < 0.7 * compare(raster, tone).delta_e
    off = np.abs(mixed.pixels.astype(int) - raster.pixels)[~mask].max(axis=1)
    assert (off > 24).mean() < 0.01, "the flat parts are exact but for edges"


def test_a_photograph_within_flat_parts_makes_a_picture_complex() -> None:
    found = svgai.convert(slide()[0].pixels)
    assert found.classification.tier is Tier.COMPLEX
    assert "a photograph over" in found.classification.reasons[0]
    assert found.plan.name == "tone"


def test_large_letters_over_a_photograph_are_areas_with_their_outline() -> None:
    raster, below = meme()
    layer = taken_apart(raster)
    assert {Color(*WHITE), Color(*BLACK)} <= inks(layer)
    # Beneath the letters the photograph goes on: nearer to what was there than the letters are.
    covered = (raster.pixels != below.pixels).any(axis=2)
    left, lettered = (
        np.abs(r.pixels[covered].astype(int) - below.pixels[covered]).mean() for r in (layer.ground, raster)
    )
    assert left < 0.35 * lettered
    mixed, tone = shown(raster, True), shown(raster, False)
    assert compare(raster, mixed).ssim > compare(raster, tone).ssim
    assert compare(raster, mixed).delta_e < compare(raster, tone).delta_e


@pytest.mark.parametrize("name", ["photo-flower.jpg", "photo-camera.jpg", "photo-hopper.jpg", "texture-gravel.jpg"])
def test_a_photograph_is_drawn_whole(name: str) -> None:
    assert parts(load((SAMPLES / name).read_bytes())) is None


def test_flat_art_has_no_photograph() -> None:
    page, mask = slide()
    pixels = page.pixels.copy()
    pixels[mask] = (90, 140, 60, 255)
    assert parts(Raster(pixels)) is None


def test_shapes_over_a_page_of_twice_the_units_lie_where_they_lay() -> None:
    ramp = (Stop(0, Color(255, 0, 0)), Stop(1, Color(0, 0, 255)))
    square = Contour.polygon(np.array([[2.0, 2], [12, 2], [12, 9], [2, 9]]))
    matrix = (1.0, 0.2, 0.0, 0.8, 3.0, 1.0)
    shapes = (
        Shape(Path((square,)), LinearGradient((2, 2), (12, 9), ramp)),
        Shape(Ellipse(20, 8, 6, 4), RadialGradient((20, 8), 6, ramp, (19, 7), matrix)),
        Shape(Rect(2, 14, 10, 8, 3), Flat(Color(0, 90, 0), 0.5)),
        Shape(Path((square,)), Flat(Color(0, 0, 0)), 1.5, round=True),
    )
    small = render(write(Drawing(30, 24, shapes), 3), 60, 48)
    large = render(write(Drawing(60, 48, tuple(scaled(shape, 2) for shape in shapes)), 3), 60, 48)
    assert np.abs(small.pixels.astype(int) - large.pixels).max() <= 1
