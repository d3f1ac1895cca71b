"""Fields, stops, paints and overlays against gradients in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.arrays import Floats
from svgai.draw.gradient.fields import fields
from svgai.draw.gradient.fields.sample import Sample
from svgai.draw.gradient.paints import overlays, single
from svgai.draw.gradient.paints.shade import over, shade
from svgai.draw.gradient.paints.stops import color_stops, knots_along, profile
from svgai.drawing import Color, Drawing, Flat, LinearGradient, Paint, RadialGradient, Rect, Shape, Stop
from svgai.output.render import render
from svgai.output.svg import write
from tests.draw.gradient.shaded import grid

BLUE_TO_SAND = (Stop(0.0, Color(20, 60, 160)), Stop(1.0, Color(240, 210, 150)))


def sample(paint: Paint, size: int = 40) -> Sample:
    x, y = (v.ravel() for v in grid(size))
    return Sample(x, y, shade(paint, x, y), np.ones(len(x)))


def painted(paint: Paint, price: float = 1.0) -> Paint:
    fitted = single.cheapest(sample(paint), price)
    assert fitted is not None
    return fitted.paint


@pytest.mark.parametrize(
    "paint",
    [
        Flat(Color(10, 120, 250), 0.4),
        LinearGradient(
            (3.0, 5.0), (30.0, 22.0), (*BLUE_TO_SAND[:1], Stop(0.4, Color(255, 0, 0), 0.5), BLUE_TO_SAND[1])
        ),
        RadialGradient((12.0, 20.0), 25.0, BLUE_TO_SAND),
        RadialGradient((0.0, 0.0), 1.0, BLUE_TO_SAND, transform=(22.0, 4.0, 3.0, 12.0, 18.0, 21.0)),
    ],
)
def test_shading_is_what_the_renderer_shows(paint: Paint) -> None:
    x, y = grid(40)
    drawing = Drawing(40, 40, (Shape(Rect(0, 0, 40, 40), paint),))
    got = render(write(drawing, 3), 40, 40).pixels.astype(float)
    got[..., :3] *= got[..., 3:] / 255
    assert np.abs(got - shade(paint, x.ravel(), y.ravel()).reshape(40, 40, 4)).max() <= 2


def test_one_colour_is_flat() -> None:
    assert painted(Flat(Color(9, 90, 200))) == Flat(Color(9, 90, 200))
    assert painted(Flat(Color(9, 90, 200), 0.5)) == Flat(Color(9, 90, 200), 0.5)


def test_clear_pixels_have_no_paint() -> None:
    x, y = (v.ravel() for v in grid(12))
    assert single.cheapest(Sample(x, y, np.zeros((len(x), 4)), np.ones(len(x))), 1.0) is None


def test_a_ramp_is_linear_with_two_stops() -> None:
    got = painted(LinearGradient((0.0, 0.0), (40.0, 40.0), BLUE_TO_SAND))
    assert isinstance(got, LinearGradient)
    assert len(got.stops) == 2
    direction = np.subtract(got.end, got.start)
    assert abs(direction[0] - direction[1]) < 0.03 * np.hypot(*direction)


def test_a_round_shade_is_radial_around_its_centre() -> None:
    got = painted(RadialGradient((14.0, 24.0), 36.0, BLUE_TO_SAND))
    assert isinstance(got, RadialGradient)
    center = got.center if got.transform is None else got.transform[4:]
    assert np.hypot(*np.subtract(center, (14.0, 24.0))) < 0.5


def test_an_oval_shade_is_an_ellipse() -> None:
    truth = RadialGradient((0.0, 0.0), 1.0, BLUE_TO_SAND, transform=(40.0, 0.0, 0.0, 16.0, 20.0, 18.0))
    got = painted(truth)
    assert isinstance(got, RadialGradient)
    assert got.transform is not None
    axes = np.linalg.svd(np.reshape(got.transform[:4], (2, 2)))[1]
    assert axes[0] / axes[1] == pytest.approx(2.5, rel=0.1)


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 3.1), st.floats(-0.2, 0.2))
def test_refining_finds_the_angle(angle: float, off: float) -> None:
    truth = LinearGradient(
        (20.0, 20.0), (20 + 30 * float(np.cos(angle)), 20 + 30 * float(np.sin(angle))), BLUE_TO_SAND
    )
    geometry, _ = fields.refine(sample(truth), np.array([angle + off]))
    assert abs(np.sin(geometry[0] - angle)) < 0.02


@settings(max_examples=20, deadline=None)
@given(st.floats(-3, 3), st.floats(-3, 3))
def test_refining_never_makes_the_error_larger(dx: float, dy: float) -> None:
    s = sample(RadialGradient((20.0, 20.0), 30.0, BLUE_TO_SAND))
    start = np.array([20 + dx, 20 + dy])
    assert fields.refine(s, start)[1] <= fields.refine(s, start, steps=0)[1]


def test_a_field_of_one_value_explains_nothing() -> None:
    x, y = np.full(20, 3.0), np.full(20, 5.0)
    s = Sample(x, y, np.linspace(0, 255, 60).reshape(20, 3), np.ones(20))
    for geometry in (np.array([0.3]), np.array([3.0, 5.0]), np.array([9.0, 5.0, 1.0, 0.0, 1.0])):
        assert fields.refine(s, geometry)[1] == np.inf


def test_stops_sit_on_the_kinks() -> None:
    t = np.linspace(0, 1, 2000)
    colors = np.interp(t, [0, 0.25, 1], [0, 200, 210])[:, None] * np.ones(3)
    p = profile(t, colors, np.ones_like(t))
    knots = knots_along(p, 1.0)
    assert np.abs(knots - 0.25).min() < 0.03
    assert len(knots) <= 4
    stops = color_stops(p, knots)
    assert stops[0].color.r <= 3
    assert abs(stops[-1].color.r - 210) <= 2


def test_a_fade_keeps_its_hue() -> None:
    t = np.linspace(0, 1, 500)
    alpha = 1 - t
    colors = np.column_stack([alpha * 200, alpha * 40, alpha * 20, alpha * 255])
    stops = color_stops(profile(t, colors, np.ones_like(t)), np.array([0.0, 1.0]))
    assert stops[1].opacity < 0.02
    assert np.abs(np.subtract(stops[1].color, (200, 40, 20))).max() <= 6


def lit(light: Paint) -> tuple[Sample, Floats]:
    """A ramp with a light on it, and the ramp alone."""
    x, y = (v.ravel() for v in grid(60))
    ramp = shade(LinearGradient((0.0, 0.0), (0.0, 60.0), BLUE_TO_SAND), x, y)
    return Sample(x, y, over(shade(light, x, y), ramp), np.ones(len(x))), ramp


def test_a_highlight_on_a_ramp_is_an_overlay() -> None:
    white = Color(255, 255, 255)
    s, ramp = lit(RadialGradient((20.0, 24.0), 14.0, (Stop(0.0, white, 0.7), Stop(1.0, white, 0.0))))
    layers = overlays.cheapest(s, 5.0)
    assert layers is not None
    assert len(layers.paints) >= 2
    left = s.colors - overlays.shown(layers.paints, s.x, s.y)
    assert np.sqrt((left * left).mean()) < 0.25 * np.sqrt(((s.colors - ramp) ** 2).mean())


@pytest.mark.parametrize("price", [1.0, 30.0, 1000.0])
def test_overlays_pay_for_their_bytes(price: float) -> None:
    s, _ = lit(RadialGradient((40.0, 24.0), 20.0, (Stop(0.0, Color(0, 0, 0), 0.5), Stop(1.0, Color(0, 0, 0), 0.0))))
    plain, layers = single.cheapest(s, price), overlays.cheapest(s, price)
    assert plain is not None
    assert layers is not None
    assert layers.cost <= plain.cost
    assert layers.error <= plain.error
