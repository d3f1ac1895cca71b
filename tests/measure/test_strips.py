"""A rendering measured strip by strip has the figures of the whole."""

from __future__ import annotations

import numpy as np
import pytest

from svgai.arrays import Pixels
from svgai.drawing import Color, Contour, Drawing, Flat, Path, Shape
from svgai.measure import score as score_module
from svgai.measure import strips
from svgai.measure.flaws import flaws
from svgai.measure.score import compare
from svgai.measure.strips import measured_in_strips
from svgai.picture.raster import Raster
from tests.pictures import noise, opaque


def _soft(height: int, width: int, seed: int) -> Pixels:
    """RGBA noise whose alpha is noise as well."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (height, width, 4), np.uint8)


def _crumbs(width: int, height: int) -> Drawing:
    """A drawing of triangles of half a square pixel, one in each 7 × 7 px."""
    places = [(x, y) for y in range(3, height, 7) for x in range(3, width, 7)]
    triangles = [np.array([[x, y], [x + 1, y], [x, y + 1]], np.float64) for x, y in places]
    return Drawing(width, height, tuple(Shape(Path((Contour.polygon(t),)), Flat(Color(0, 0, 0))) for t in triangles))


@pytest.mark.parametrize("clear", [False, True])
@pytest.mark.parametrize("height", [31, 64, 200, 333])
def test_strips_add_up_to_the_whole(height: int, clear: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strips, "_STRIP", 90 * 64)
    monkeypatch.setattr(score_module, "_COLOR_PIXELS", 2000)
    one, other = (Raster(_soft(height, 90, k)) if clear else opaque(noise(height, 90, k)) for k in (1, 2))
    asked = []

    def shown(top: int, bottom: int) -> Raster:
        asked.append((top, bottom))
        return Raster(other.pixels[top:bottom])

    found, worst = measured_in_strips(one, shown, _crumbs(90, height))
    whole, whole_worst = compare(one, other), flaws(one, other, _crumbs(90, height))
    for name in ("ssim", "floor", "delta_e", "alpha_error"):
        assert getattr(found, name) == pytest.approx(getattr(whole, name), abs=1e-9)
    assert (len(asked) > 1) == (height > 64 + 31)
    assert worst.structure == pytest.approx(whole_worst.structure, abs=0.02)
    assert worst.gone == pytest.approx(whole_worst.gone, rel=0.02)
    assert worst.seam == whole_worst.seam
    assert worst.crumbs == pytest.approx(whole_worst.crumbs, rel=0.05)


def test_the_worst_place_is_told_in_the_whole_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strips, "_STRIP", 100 * 64)
    drawn = np.full((300, 100, 3), 255, np.uint8)
    drawn[200:210, 40:50] = 0
    bare = opaque(np.full((300, 100, 3), 255, np.uint8))
    empty = Drawing(100, 300, ())
    _, worst = measured_in_strips(opaque(drawn), lambda top, bottom: Raster(bare.pixels[top:bottom]), empty)
    assert worst.window == flaws(opaque(drawn), bare).window
    assert 184 < worst.window.y < 210
