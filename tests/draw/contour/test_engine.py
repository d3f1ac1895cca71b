from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from svgai.arrays import Floats, Mask, Pixels, Points
from svgai.draw.contour.engine import draw
from svgai.draw.contour.plan import ContourPlan
from svgai.drawing import Color, Contour, Declined, Drawing, Ellipse, Flat, Path, Rect
from svgai.output.render import render_stretched
from svgai.output.svg import write
from svgai.picture.raster import Raster
from tests.truth import (
    BLACK,
    BLUE,
    CLEAR,
    RED,
    RGBA,
    WHITE,
    disc,
    outline_points,
    picture,
    polygon,
    ring,
    square,
)


def drawn(raster: Raster) -> Drawing:
    drawing = draw(raster, ContourPlan())
    assert isinstance(drawing, Drawing)
    return drawing


def corners(contour: Contour) -> Points:
    """Ends of segments where the direction turns by more than 20°."""
    s = contour.segments
    into = s[:, 2] - np.where((s[:, 1] == s[:, 2]).all(axis=1, keepdims=True), contour.starts, s[:, 1])
    out = np.where((s[:, 0] == contour.starts).all(axis=1, keepdims=True), s[:, 2], s[:, 0]) - contour.starts
    out = np.roll(out, -1, axis=0)
    turn = np.arctan2(into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0], (into * out).sum(axis=1))
    return np.asarray(s[np.abs(turn) > np.deg2rad(20), 2])


@pytest.mark.parametrize("radius", [6.0, 12.4, 30.7])
def test_a_disc_is_a_circle_where_it_lies(radius: float) -> None:
    drawing = drawn(picture(80, 72, WHITE, (disc(40.3, 35.6, radius), RED)))
    ground, circle = drawing.shapes
    assert ground.outline == Rect(0, 0, 80, 72)
    assert circle.paint == Flat(Color(228, 0, 43))
    assert isinstance(circle.outline, Ellipse)
    found = np.array([circle.outline.cx, circle.outline.cy, circle.outline.rx, circle.outline.ry])
    assert np.abs(found - [40.3, 35.6, radius, radius]).max() < 0.03


def test_a_ring_on_nothing_keeps_its_hole() -> None:
    drawing = drawn(picture(80, 80, CLEAR, (ring(40.2, 39.7, 30, 14), BLUE)))
    (shape,) = drawing.shapes
    assert isinstance(shape.outline, Ellipse)
    assert shape.stroke_width == pytest.approx(16, abs=0.1)
    circle = shape.outline
    assert (circle.cx, circle.cy, circle.rx, circle.ry) == pytest.approx((40.2, 39.7, 22, 22), abs=0.1)
    assert render_stretched(write(drawing).text, 80, 80).pixels[40, 40, 3] == 0


@pytest.mark.parametrize("degrees", [0, 7, 15, 30, 45, 63, 80])
def test_a_square_at_any_angle_has_four_lines_and_its_corners(degrees: float) -> None:
    truth = square(40.2, 39.7, 41, degrees)
    drawing = drawn(picture(80, 80, WHITE, (polygon(truth), BLUE)))
    outline = drawing.shapes[1].outline
    if isinstance(outline, Rect):
        found = np.array([[outline.x, outline.y], [outline.x + outline.width, outline.y + outline.height]])
        assert degrees == 0
        assert np.abs(found - truth[[0, 2]]).max() < 0.05
        return
    assert isinstance(outline, Path)
    (contour,) = outline.contours
    assert contour.lines.all()
    assert len(contour.segments) == 4
    nearest = np.linalg.norm(contour.segments[:, None, 2] - truth, axis=2).min(axis=0)
    assert nearest.max() < 0.15


@pytest.mark.parametrize("degrees", range(0, 180, 17))
def test_a_line_of_two_pixels_is_straight_and_as_wide(degrees: float) -> None:
    turn = np.deg2rad(degrees)
    along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    ends = np.array([-1, 1, 1, -1])[:, None] * 25 * along + np.array([-1, -1, 1, 1])[:, None] * 1.0 * across
    drawing = drawn(picture(64, 64, WHITE, (polygon(ends + np.array([32.1, 31.8])), BLACK)))
    shown = render_stretched(write(drawing).text, 256, 256).pixels[..., 0].astype(np.float64)
    ink = (255 - shown).sum() / 255 / 16
    assert ink == pytest.approx(100, rel=0.05)


@pytest.mark.parametrize("width", [1.0, 1.5])
@pytest.mark.parametrize("degrees", [0, 27, 63, 80])
def test_a_thin_line_keeps_its_ink_in_one_piece(degrees: float, width: float) -> None:
    turn = np.deg2rad(degrees)
    along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    ends = np.array([-1, 1, 1, -1])[:, None] * 25 * along + np.array([-1, -1, 1, 1])[:, None] * width / 2 * across
    drawing = drawn(picture(64, 64, WHITE, (polygon(ends + np.array([32.1, 31.8])), BLACK)))
    assert len(drawing.shapes) == 2
    assert drawing.segment_count <= 16
    shown = render_stretched(write(drawing).text, 256, 256).pixels[..., 0].astype(np.float64)
    assert (255 - shown).sum() / 255 / 16 == pytest.approx(50 * width, rel=0.07)


def test_small_colours_stay() -> None:
    dots = [(disc(12.3 + 14 * k, 20.6, 2.5), c) for k, c in enumerate((RED, BLUE, BLACK, (250, 200, 0, 255)))]
    drawing = drawn(picture(72, 40, WHITE, *dots))
    assert {s.paint for s in drawing.shapes[1:]} == {Flat(Color(*c[:3])) for _, c in dots}


def test_where_three_colours_meet() -> None:
    middle = np.array([40.4, 37.7])
    wedge = polygon(np.array([middle, [90, 20], [90, 95], [30, 95]]))
    drawing = drawn(
        picture(
            80, 80, WHITE, (polygon(np.array([[-9, -9], [90, -9], [90, 20], middle, [20, 90]])), RED), (wedge, BLUE)
        )
    )
    points = np.concatenate([c for s in drawing.shapes if isinstance(s.outline, Path) for c in _ends(s.outline)])
    assert np.linalg.norm(points - middle, axis=1).min() < 0.3


def _ends(outline: Path) -> list[Points]:
    return [c.segments[:, 2] for c in outline.contours]


@pytest.mark.parametrize("ground", [WHITE, CLEAR], ids=["on white", "on nothing"])
@pytest.mark.parametrize("scale", [1, 2, 3.7])
def test_nothing_shines_through_between_neighbours(ground: RGBA, scale: float) -> None:
    """Three sectors of a disc: within it the page, made magenta, is not to be seen."""
    inside = disc(32.3, 31.6, 25)

    def sector(x: Floats, y: Floats) -> Mask:
        return np.asarray(inside(x, y) & (y > 31.2 + 0.3 * (x - 32)))

    def top(x: Floats, y: Floats) -> Mask:
        return np.asarray(inside(x, y) & (y < 31.2 + 0.3 * (x - 32)) & (x > 34.3))

    drawing = drawn(picture(64, 64, ground, (inside, RED), (sector, BLUE), (top, BLACK)))
    size = round(64 * scale)
    if ground == WHITE:
        first = replace(drawing.shapes[0], paint=Flat(Color(255, 0, 255)))
        other = replace(drawing.shapes[0], paint=Flat(Color(0, 255, 0)))
        shown = [
            render_stretched(write(Drawing(64, 64, (s, *drawing.shapes[1:]))).text, size, size).pixels.astype(int)
            for s in (first, other)
        ]
        through = np.abs(shown[0] - shown[1]).max(axis=2)
    else:
        through = 255 - render_stretched(write(drawing).text, size, size).pixels[..., 3].astype(int)
    y, x = (np.mgrid[:size, :size] + 0.5) / scale
    assert through[disc(32.3, 31.6, 23)(x, y)].max() <= 2


def test_white_on_nothing() -> None:
    source = picture(48, 48, CLEAR, (disc(24.2, 23.6, 15), WHITE))
    drawing = drawn(source)
    assert [s.paint for s in drawing.shapes] == [Flat(Color(255, 255, 255))]
    shown = render_stretched(write(drawing).text, 48, 48).pixels[..., 3].astype(int)
    # The renderer's own 4 × 4 samples leave up to 41 in one pixel and 0.54 in the mean of the true disc.
    assert np.abs(shown - source.pixels[..., 3]).max() <= 45
    assert np.abs(shown - source.pixels[..., 3]).mean() < 0.6


def test_an_even_translucent_area_keeps_its_opacity_and_its_neighbour() -> None:
    source = picture(64, 64, CLEAR, (polygon(square(24, 32, 30, 0)), (0, 90, 200, 128)))
    pixels = source.pixels.copy()
    pixels[17:47, 39:60] = RED
    drawing = drawn(Raster(pixels))
    assert {s.paint for s in drawing.shapes} == {Flat(Color(0, 90, 200), 0.502), Flat(Color(228, 0, 43))}
    shown = render_stretched(write(drawing).text, 64, 64).pixels
    assert np.abs(shown.astype(int) - pixels).max() <= 2


def test_a_disc_that_touches_the_border_stays_round() -> None:
    drawing = drawn(picture(48, 48, WHITE, (disc(24, 24, 24), BLUE)))
    circle = drawing.shapes[1].outline
    assert isinstance(circle, Ellipse)
    assert np.abs(np.array([circle.cx, circle.cy, circle.rx, circle.ry]) - 24).max() < 0.05


def test_stripes_end_on_the_border() -> None:
    pixels = np.full((40, 60, 4), 255, np.uint8)
    pixels[:13], pixels[13:26] = RED, BLUE
    drawing = drawn(Raster(pixels))
    shown = render_stretched(write(drawing).text, 60, 40).pixels
    assert (shown == pixels).all()
    points = np.concatenate([outline_points(drawing, k) for k in range(1, len(drawing.shapes))])
    assert (points >= 0).all()
    assert (points <= [60, 40]).all()


def test_the_same_picture_gives_the_same_drawing() -> None:
    source = picture(64, 64, WHITE, (ring(32.3, 31.6, 25, 12), RED), (polygon(square(32, 32, 12, 20)), BLUE))
    assert write(drawn(source)).text == write(drawn(source)).text


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((1, 1, 4), 255, np.uint8),
        np.full((1, 200, 4), 255, np.uint8),
        np.full((200, 1, 4), 255, np.uint8),
        np.full((9, 7, 4), 128, np.uint8),
        np.zeros((20, 30, 4), np.uint8),
        np.full((1, 30000, 4), 255, np.uint8),
        np.kron(np.indices((8, 8)).sum(axis=0)[..., None] % 2, np.full((1, 1, 4), 255)).astype(np.uint8),
        np.kron(np.indices((4, 4)).sum(axis=0)[..., None] % 2, np.full((8, 8, 4), 255)).astype(np.uint8),
    ],
    ids=["1x1", "200x1", "1x200", "one grey", "clear", "30000x1", "checkerboard", "coarse checkerboard"],
)
def test_odd_pictures_are_drawn_or_declined(pixels: Pixels) -> None:
    drawing = draw(Raster(pixels), ContourPlan())
    if isinstance(drawing, Declined):
        assert drawing.reason
    else:
        h, w = pixels.shape[:2]
        shown = render_stretched(write(drawing).text, w, h).pixels.astype(int)
        assert np.abs(shown - pixels).mean() < 3


@pytest.mark.parametrize("sigma", [0.7, 1.0])
def test_a_blurred_edge_is_one_edge(sigma: float) -> None:
    sharp = picture(96, 96, WHITE, (disc(34.3, 36.6, 24), RED), (polygon(square(72, 72, 26, 30)), BLUE))
    blurred = Raster(cv2.GaussianBlur(sharp.pixels, (0, 0), sigma).astype(np.uint8))
    drawing = drawn(blurred)
    assert len(drawing.shapes) == 3
    shown = render_stretched(write(drawing).text, 96, 96).pixels.astype(int)
    assert np.abs(shown - sharp.pixels).mean() < 0.8


@pytest.mark.parametrize("amount", [0.4, 0.8])
def test_a_sharpened_edge_is_one_edge(amount: float) -> None:
    """Unsharp masking leaves a brighter and a darker rim beside every edge: no shapes of their own."""
    green, orange = (60, 140, 90, 255), (240, 170, 60, 255)
    clean = picture(96, 96, (200, 205, 210, 255), (disc(48.3, 47.6, 34.4), green), (ring(48, 48, 22, 14), orange))
    soft = cv2.GaussianBlur(clean.pixels, (0, 0), 1).astype(np.float32)
    sharp = (clean.pixels + amount * (clean.pixels - soft)).round().clip(0, 255).astype(np.uint8)
    drawing = drawn(Raster(sharp))
    assert drawing.segment_count <= 1.2 * drawn(clean).segment_count
    assert {s.paint for s in drawing.shapes} == {s.paint for s in drawn(clean).shapes}


def test_a_ramp_and_noise_are_declined() -> None:
    ramp = np.full((64, 64, 4), 255, np.uint8)
    ramp[..., 0] = np.linspace(0, 255, 64)
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 4)).astype(np.uint8)
    for pixels in (ramp, noise):
        assert isinstance(draw(Raster(pixels), ContourPlan()), Declined)


@pytest.mark.parametrize("side", [1, 2, 4, 6])
def test_a_coded_speck_is_drawn(side: int) -> None:
    pixels = np.full((side, side, 4), (200, 30, 40, 255), np.uint8)
    assert len(drawn(Raster(pixels, noise=5.0)).shapes) == 1


def test_more_steps_than_memory_allows_are_declined() -> None:
    y, x = np.mgrid[:1500, :2000] // 2
    result = draw(Raster.from_array(((y + x) % 2 * 255).astype(np.uint8)), ContourPlan())
    assert isinstance(result, Declined)
    assert "steps" in result.reason


@pytest.mark.parametrize("wrong", [{"tolerance": 0.0}, {"max_colors": 0}, {"max_colors": 999}, {"decimals": -1}])
def test_a_plan_out_of_range_cannot_be_made(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"tolerance|colours|decimals"):
        ContourPlan(**wrong)  # type: ignore[arg-type]
