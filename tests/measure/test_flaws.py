"""What SSIM does not see is named, and what is right is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from svgai.arrays import Pixels
from svgai.drawing import Color, Contour, Drawing, Flat, Path, Shape
from svgai.measure import seams as seams_module
from svgai.measure import structure as structure_module
from svgai.measure.flaws import Flaws, flaws
from svgai.measure.judge import MOST_GONE, TARGETS, judge, looks
from svgai.measure.score import Score, compare
from svgai.picture.load import load
from svgai.picture.raster import Raster
from tests.pictures import encoded, opaque

WHITE, BLUE, SUN, INK = (255, 255, 255), (0, 150, 220), (250, 200, 20), (20, 20, 20)


def sun(rays: int = 24, torn: bool = False) -> Pixels:
    """RGB: a sun of thin rays on blue; torn: every third ray is a row of dashes."""
    pixels = np.full((200, 300, 3), BLUE, np.uint8)
    cv2.circle(pixels, (220, 60), 14, SUN, -1, cv2.LINE_AA)
    for k in range(rays):
        along = np.array([np.cos(2 * np.pi * k / rays), np.sin(2 * np.pi * k / rays)])
        pieces = [(18, 40)] if not torn or k % 3 else [(18, 21), (26, 28), (33, 35)]
        for begin, end in pieces:
            a, b = (np.rint(16 * (along * r + (220, 60))).astype(int) for r in (begin, end))
            cv2.line(pixels, tuple(map(int, a)), tuple(map(int, b)), SUN, 2, cv2.LINE_AA, 4)
    return pixels


def chart(numbers: bool = True) -> Pixels:
    """RGB: bars over an axis, with their numbers or without."""
    pixels = np.full((300, 400, 3), WHITE, np.uint8)
    for k in range(6):
        cv2.rectangle(pixels, (30 + 60 * k, 280), (60 + 60 * k, 280 - 30 * (k + 2)), (31, 119, 180), -1)
        if numbers:
            at = (22 + 60 * k, 270 - 30 * (k + 2))
            cv2.putText(pixels, f"{17 * k + 23}", at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, INK, 1, cv2.LINE_AA)
    return pixels


def found(x: Pixels, y: Pixels, drawing: Drawing | None = None) -> Flaws:
    return flaws(opaque(x), opaque(y), drawing)


def test_torn_rays_are_worth_a_look_though_ssim_is_high() -> None:
    whole, torn = sun(), sun(torn=True)
    assert compare(opaque(whole), opaque(torn)).ssim > 0.97
    seen = found(whole, torn)
    assert looks(seen, 1)
    assert abs(seen.window.x - 212) < 48
    assert abs(seen.window.y - 52) < 48


def test_a_chart_without_its_numbers_misses() -> None:
    bare = found(chart(), chart(numbers=False))
    score = compare(opaque(chart()), opaque(chart(numbers=False)))
    assert score.ssim > TARGETS[1].ssim
    assert bare.gone > MOST_GONE
    assert any("gone" in miss for miss in judge(score, bare, 1, TARGETS[1], 0).misses)


def test_a_line_that_vanishes_is_seen() -> None:
    x = np.full((400, 400, 3), WHITE, np.uint8)
    y = x.copy()
    cv2.line(x, (20, 77), (380, 301), INK, 1, cv2.LINE_AA)
    cv2.line(y, (20, 77), (180, 177), INK, 1, cv2.LINE_AA)
    assert looks(found(x, y), 1)


@pytest.mark.parametrize("quality", [60, 75, 90])
def test_what_coding_does_to_a_drawing_is_no_flaw(quality: int) -> None:
    for drawing in (sun(), chart()):
        coded = load(encoded(drawing, "JPEG", quality=quality, subsampling=0))
        assert looks(flaws(coded, opaque(drawing)), 1) == ()


def test_a_fifth_of_a_pixel_is_no_flaw() -> None:
    large = cv2.resize(chart(), None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC)
    still, moved = (
        np.asarray(cv2.resize(np.roll(large, by, axis=1), (400, 300), interpolation=cv2.INTER_AREA), np.uint8)
        for by in (0, 1)
    )
    assert looks(found(still, moved), 1) == ()


def test_the_same_is_without_a_flaw() -> None:
    assert found(sun(), sun()) == Flaws(seam_window=found(sun(), sun()).seam_window, window=found(sun(), sun()).window)


def ramp(step: int = 0) -> Pixels:
    """RGB: red shading from left to right, brighter by `step` right of a diagonal."""
    y, x = np.mgrid[:120, :160]
    red = 80 + x / 2 + step * (x > 60 + y / 3)
    return np.dstack([red, red / 3, red / 4]).round().astype(np.uint8)


def test_a_seam_across_shading_is_seen() -> None:
    seen = found(ramp(), ramp(step=9))
    assert any("seam" in look for look in looks(seen, 2))
    assert 40 < seen.seam_window.x < 110
    assert looks(found(ramp(step=9), ramp(step=9)), 2) == ()
    assert not any("seam" in look for look in looks(seen, 3))


def dotted(dots: bool, count: int = 30) -> tuple[Pixels, Drawing]:
    """RGB of black dots (or none) on grey, and the drawing of as many triangles of ½ px²."""
    pixels = np.full((100, 100, 3), 200, np.uint8)
    shapes = []
    for k in range(count):
        x, y = 8 + 14 * (k % 6), 8 + 14 * (k // 6)
        points = np.array([[x, y], [x + 1, y], [x, y + 1]], np.float64)
        shapes.append(Shape(Path((Contour.polygon(points),)), Flat(Color(0, 0, 0))))
        if dots:
            pixels[y, x] = 100
    return pixels, Drawing(100, 100, tuple(shapes))


def test_crumbs_are_counted_where_the_source_has_no_dots() -> None:
    rendered, drawing = dotted(dots=True)
    bare, _ = dotted(dots=False)
    seen = found(bare, rendered, drawing)
    assert seen.crumbs == 30
    assert looks(seen, 1)
    assert found(rendered, rendered, drawing).crumbs == 0
    assert found(bare, bare, drawing).crumbs == 0


def test_an_edge_is_no_dot_that_excuses_crumbs() -> None:
    pixels = np.full((100, 100, 3), WHITE, np.uint8)
    cv2.line(pixels, (-50, 20), (150, 80), INK, 9, cv2.LINE_AA)
    at = np.argwhere((pixels[..., 0] > 90) & (pixels[..., 0] < 170))[:40]
    triangles = [np.array([[x, y], [x + 1, y], [x, y + 1]], np.float64) for y, x in at]
    shapes = tuple(Shape(Path((Contour.polygon(t),)), Flat(Color(128, 128, 128))) for t in triangles)
    rim = pixels.copy()
    rim[at[::2, 0], at[::2, 1]] = 0
    assert found(pixels, rim, Drawing(100, 100, shapes)).crumbs >= 18


def test_clear_pictures_are_seen_over_white_and_over_black() -> None:
    for color in (0, 255):
        pixels = np.full((64, 64, 4), (color, color, color, 0), np.uint8)
        lost = pixels.copy()
        pixels[20:40, 20:40, 3] = 255
        assert flaws(Raster(pixels), Raster(lost)).gone > 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 3), (7, 9), (17, 23)])
def test_every_size_has_its_worst(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(5)
    x, y = (random.integers(0, 256, (*shape, 3), np.uint8) for _ in range(2))
    seen = found(x, y)
    assert -1 <= seen.structure <= 1
    assert seen.window.x + seen.window.width <= shape[1]
    assert seen.window.y + seen.window.height <= shape[0]
    assert found(x, x).structure == 1


def test_bands_see_what_the_whole_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = np.tile(sun(), (3, 1, 1)), np.tile(sun(torn=True), (3, 1, 1))
    x[:, 250:], y[:, 250:] = (np.tile(ramp(step), (5, 1, 1))[:, 110:] for step in (0, 9))
    whole = found(x, y)
    monkeypatch.setattr(structure_module, "_BAND", 1 << 13)
    monkeypatch.setattr(seams_module, "_BAND", 1 << 13)
    assert found(x, y) == whole


def test_sizes_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="sizes differ"):
        found(sun(), chart())


def test_a_verdict_says_look_beside_pass() -> None:
    verdict = judge(Score(0.99, 0.5, 0.1, 0), Flaws(structure=0.5, crumbs=30), 1, TARGETS[1], 1)
    assert (verdict.word, verdict.text, len(verdict.looks)) == ("PASS", "PASS, look", 2)
