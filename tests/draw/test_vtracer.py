"""The vtracer engine: its plan, transparency, hostile sizes, failures."""

from __future__ import annotations

import pickle
from dataclasses import replace

import cv2
import numpy as np
import pytest
import vtracer
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from svgai.arrays import Pixels
from svgai.draw.vtracer import draw
from svgai.draw.vtracer.drawing import draw as draw_now
from svgai.draw.vtracer.drawing import traceable
from svgai.draw.vtracer.keying import keyed
from svgai.draw.vtracer.plan import VtracerPlan, plans, work
from svgai.draw.vtracer.simplify import midpoints, simplified
from svgai.draw.vtracer.traced import traced_shapes
from svgai.drawing import Drawing, Flat
from svgai.errors import EngineError
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.raster import Raster

WHITE, RED, GREEN, CLEAR = (255, 255, 255, 255), (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 0, 0)
PIXELS = VtracerPlan(mode="none")
ALL = [VtracerPlan(), VtracerPlan(mode="polygon"), PIXELS, *(p for tier in (1, 2, 3) for p in plans(tier, 10_000))]


def canvas(height: int, width: int, color: tuple[int, int, int, int] = CLEAR) -> Pixels:
    return np.full((height, width, 4), color, np.uint8)


def noise_patches() -> Pixels:
    """40 × 40, patches of random colours and alphas about 4 px wide."""
    noise = np.random.default_rng(3).integers(0, 256, (10, 10, 4), dtype=np.uint8)
    return np.asarray(cv2.resize(noise, (40, 40), interpolation=cv2.INTER_LINEAR), np.uint8)


def shown(pixels: Pixels, plan: VtracerPlan) -> Pixels:
    """What the drawing of pixels looks like."""
    drawing = draw(Raster(pixels), plan)
    return render(write(drawing, plan.decimals), drawing.width, drawing.height).pixels


def colors(drawing: Drawing) -> set[str]:
    return {s.paint.color.hex for s in drawing.shapes if isinstance(s.paint, Flat)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "splines"),
        ("hierarchical", "stack"),
        ("filter_speckle", -1),
        ("color_precision", 1),
        ("color_precision", 9),
        ("layer_difference", 766),
        ("corner_threshold", 181),
        ("length_threshold", 0),
        ("length_threshold", float("nan")),
        ("splice_threshold", -1),
        ("max_iterations", 0),
        ("path_precision", 9),
        ("tolerance", -0.1),
        ("max_pixels", 0),
        ("max_pixels", 16_000_001),
        ("filter_speckle", True),
        ("layer_difference", 1.5),
    ],
)
def test_a_parameter_out_of_range_is_one_line(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{name} .*not {value}$"):
        VtracerPlan(**{"mode": "none", name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["polygon", "spline"])
def test_simplification_touches_pixel_edges_alone(mode: str) -> None:
    plan = VtracerPlan(mode=mode)
    raster = Raster(noise_patches())
    simplifying = replace(plan, tolerance=5.0, midpoints=True)
    assert write(draw(raster, simplifying), 2).text == write(draw(raster, plan), 2).text


def test_work_grows_with_pixels_up_to_the_limit() -> None:
    plan = VtracerPlan(max_pixels=1000)
    for tier in (1, 2, 3):
        assert work(plan, 10, tier) < work(plan, 100, tier) < work(plan, 1000, tier) == work(plan, 10**8, tier)


def test_pixel_edges_are_exact() -> None:
    pixels = canvas(40, 50, WHITE)
    pixels[5:30, 7:30] = RED
    pixels[10:20, 12:20] = GREEN
    assert (shown(pixels, PIXELS) == pixels).all()


@pytest.mark.parametrize("plan", ALL)
def test_a_small_hole_shows_through(plan: VtracerPlan) -> None:
    pixels = canvas(40, 40, WHITE)
    pixels[16:22, 16:22] = CLEAR
    out = shown(pixels, plan)
    assert (out[19, 19] == CLEAR).all()
    assert (out[5, 5] == WHITE).all()


def test_white_on_transparent_stays_white_to_its_rim() -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)
    cv2.circle(pixels, (32, 32), 20, WHITE, -1, cv2.LINE_AA)
    alpha = pixels[..., 0].copy()
    pixels[..., :3] = np.where(alpha[..., None] > 0, 255, 0)
    pixels[..., 3] = alpha
    for plan in ALL:
        assert colors(draw(Raster(pixels), plan)) == {"#fff"}


def test_a_soft_edge_is_cut_at_one_half() -> None:
    pixels = canvas(20, 20)
    pixels[:, :10] = RED
    pixels[:, 10] = (255, 0, 0, 127)
    pixels[:, 11] = CLEAR
    assert (shown(pixels, PIXELS)[:, 10, 3] == 0).all()
    pixels[:, 10, 3] = 128
    assert (shown(pixels, PIXELS)[:, 10] == RED).all()


def test_a_translucent_area_keeps_its_opacity() -> None:
    pixels = canvas(60, 60)
    pixels[10:50, 10:50] = (0, 0, 255, 102)
    pixels[20:40, 20:40] = RED
    out = shown(pixels, PIXELS)
    assert (np.abs(out.astype(int) - pixels) <= 1).all()


@pytest.mark.parametrize("background", [0, 255])
def test_a_soft_shadow_is_a_few_steps(background: int) -> None:
    pixels = canvas(80, 80)
    pixels[20:60, 20:60, 3] = 200
    pixels[..., 3] = cv2.GaussianBlur(pixels[..., 3], (0, 0), 6)
    alpha, drawn = (p[..., 3] / 255 for p in (pixels, shown(pixels, PIXELS)))
    assert np.abs(background * (1 - alpha) - background * (1 - drawn)).mean() < 0.05 * 255
    assert len(np.unique(drawn)) > 3


def test_a_picture_with_every_key_colour_loses_none() -> None:
    keys = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 255)]
    pixels = canvas(30, 70)
    for k, key in enumerate(keys):
        pixels[10:20, 10 * k : 10 * k + 10] = (*key, 255)
    difference = np.abs(shown(pixels, PIXELS).astype(int) - pixels)
    assert difference.max() <= 2
    assert (shown(pixels, PIXELS)[..., 3] == pixels[..., 3]).all()


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1), st.integers(2, 8))
def test_keying_keeps_what_is_there(width: int, height: int, seed: int, precision: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 4), dtype=np.uint8)
    out, padding = keyed(pixels, precision)
    there = pixels[..., 3] >= 128
    assert (out[padding:, :, 3] == np.where(there, 255, 0)).all()
    moved = (out[padding:, :, :3] != pixels[..., :3]).any(axis=2) & there
    assert moved.sum() <= there.sum() / 6
    assert padding == 0 or (out[0, :, 3] == 0).all()


@pytest.mark.parametrize("plan", ALL)
def test_nothing_visible_is_an_empty_drawing(plan: VtracerPlan) -> None:
    drawing = draw(Raster(canvas(30, 20)), plan)
    assert (drawing.width, drawing.height, drawing.shapes) == (20, 30, ())


@pytest.mark.parametrize("size", [(1, 1), (1, 200), (200, 1), (2, 2), (3, 1), (1, 30000)])
@pytest.mark.parametrize("plan", ALL)
def test_one_colour_of_any_size_is_whole(plan: VtracerPlan, size: tuple[int, int]) -> None:
    pixels = canvas(*size, RED)
    assert (shown(pixels, plan) == pixels).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1), (2, 3), (1, 3000)])
@pytest.mark.parametrize("plan", ALL)
def test_tiny_pictures_with_transparency_are_drawn(plan: VtracerPlan, size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 4), dtype=np.uint8)
    drawing = draw(Raster(pixels), plan)
    assert (drawing.height, drawing.width) == size


def test_a_large_picture_is_traced_small_and_placed_back() -> None:
    pixels = canvas(200, 300, WHITE)
    pixels[50:150, 60:240] = RED
    out = shown(pixels, replace(PIXELS, max_pixels=600))
    assert out.shape == pixels.shape
    assert (out[60:140, 80:220] == RED).all()
    assert (out[:30] == WHITE).all()


def test_the_same_picture_gives_the_same_drawing() -> None:
    for plan in ALL:
        texts = {write(draw(Raster(noise_patches()), plan), plan.decimals).text for _ in range(3)}
        assert len(texts) == 1


class PanicException(BaseException):
    pass


@pytest.mark.parametrize("failure", [PanicException("attempt to add"), ValueError("undecodable")])
def test_a_failure_of_the_binding_is_an_engine_error(failure: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> str:
        raise failure

    monkeypatch.setattr(vtracer, "convert_raw_image_to_svg", fails)
    with pytest.raises(EngineError, match=f"vtracer failed .*{failure}") as caught:
        draw_now(Raster(canvas(4, 4, RED)), PIXELS)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert caught.value.__cause__ is None


def test_an_interrupt_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(vtracer, "convert_raw_image_to_svg", interrupted)
    with pytest.raises(KeyboardInterrupt):
        draw_now(Raster(canvas(4, 4, RED)), PIXELS)


@pytest.mark.parametrize(
    "text", ['<path d="M0,0 L1,0 Z"/>', '<path d="M0,0 L1 Z " fill="#FFFFFF" transform="translate(0,0)"/>']
)
def test_text_that_is_not_vtracers_is_an_engine_error(text: str) -> None:
    with pytest.raises(EngineError):
        list(traced_shapes(text))


def test_outlines_are_read_and_moved() -> None:
    text = (
        '<path d="M0,0 L4,0 L4,4 Z M1,1 L1,2 L2,2 Z " fill="#0A0B0C" transform="translate(10,20)"/>'
        '<path d="M0 0 C1 0.5 2 -0.5 3 0 Z " fill="#FFFFFF" transform="translate(-1.5,0)"/>'
        '<path d="" fill="#FFFFFF" transform="translate(0,0)"/>'
    )
    polygon, cubic, empty = traced_shapes(text)
    assert polygon.color == (10, 11, 12)
    assert [c.tolist() for c in polygon.contours] == [
        [[10, 20], [14, 20], [14, 24]],
        [[11, 21], [11, 22], [12, 22]],
    ]
    assert cubic.contours[0].tolist() == [[-1.5, 0], [-0.5, 0.5], [0.5, -0.5], [1.5, 0]]
    assert empty.contours == []


def distances(points: NDArray[np.float64], polygon: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,): from each point to the closed polygon's nearest side."""
    a, ab = polygon, np.roll(polygon, -1, axis=0) - polygon
    ap = points[:, None] - a
    t = np.clip((ap * ab).sum(axis=2) / np.maximum((ab * ab).sum(axis=1), 1e-12), 0, 1)
    return np.asarray(np.hypot(*np.moveaxis(ap - t[..., None] * ab, 2, 0)).min(axis=1))


POLYGONS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=40, unique=True)


@given(POLYGONS, st.floats(0.1, 4))
def test_simplified_stays_within_tolerance_and_adds_nothing(points: list[tuple[int, int]], tolerance: float) -> None:
    polygon = np.array(points, np.float64)
    out = simplified(polygon, tolerance)
    assert 3 <= len(out) <= len(polygon)
    assert {*map(tuple, out.tolist())} <= {*map(tuple, polygon.tolist())}
    assert distances(polygon, out).max() <= tolerance + 1e-4


def test_midpoints_of_stairs_lie_on_the_slope() -> None:
    stairs = np.array([[k + d, k] for k in range(20) for d in (0, 1)], np.float64)
    closed = np.vstack([stairs, [[20, 20], [0, 20]]])
    middles = midpoints(closed)[1:38]
    assert len(middles) > 30
    assert np.ptp(middles[:, 0] - middles[:, 1]) == 0


def test_midpoints_keep_corners_of_long_sides() -> None:
    rectangle = np.array([[0, 0], [9, 0], [9, 5], [5, 5], [5, 9], [0, 9]], np.float64)
    assert {*map(tuple, rectangle.tolist())} <= {*map(tuple, midpoints(rectangle).tolist())}
    assert distances(midpoints(rectangle), rectangle).max() == 0


def test_a_mesh_of_hairlines_keeps_its_opacity() -> None:
    pixels = np.zeros((48, 48, 4), np.uint8)
    pixels[::4, :, 3] = pixels[:, ::4, 3] = 90
    shown = render(write(draw(Raster(pixels), plans(1, 10_000)[1]), 2), 48, 48).pixels
    lines = pixels[..., 3] > 0
    assert shown[lines][:, 3].mean() == pytest.approx(90, abs=10)
    assert shown[~lines][:, 3].mean() < 20


def test_a_picture_of_too_many_patches_is_traced_smaller() -> None:
    y, x = np.mgrid[:1500, :2000] // 2
    raster = Raster.from_array(((y + x) % 2 * 255).astype(np.uint8))
    pixels = traceable(raster, VtracerPlan())
    assert pixels.shape[0] * pixels.shape[1] < 500_000
    grain = Raster.from_array(np.random.default_rng(1).integers(0, 256, (600, 600, 3), np.uint8))
    assert traceable(grain, VtracerPlan()) is grain.pixels


def test_a_shape_has_the_colour_of_what_it_shows() -> None:
    pixels = canvas(120, 120, (200, 230, 176, 255))
    for y in range(3, 120, 10):
        for x in range(3, 120, 10):
            pixels[y : y + 5, x : x + 5, :3] = (190, 200, 170)
    plan = plans(1, 10_000)[2]
    assert colors(draw(Raster(pixels), replace(plan, shown_colors=False))) != {"#c8e6b0"}
    assert colors(draw(Raster(pixels), plan)) == {"#c8e6b0"}
    pixels[:40] = 0
    assert colors(draw(Raster(pixels), plan)) == {"#c8e6b0"}
