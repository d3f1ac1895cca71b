"""The score is the published definition, and nothing that looks wrong passes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import structural_similarity

from svgai.measure import score as scoring
from svgai.measure.flaws import Flaws
from svgai.measure.judge import TARGETS, judge
from svgai.measure.score import Reference, Score, compare
from svgai.picture.alpha import over
from svgai.picture.raster import Raster
from tests.pictures import coin, lopsided, noise, opaque


def reference_ssim(x: np.ndarray, y: np.ndarray) -> float:
    grey = [cv2.cvtColor(np.ascontiguousarray(v), cv2.COLOR_RGB2GRAY) for v in (x, y)]
    return float(
        structural_similarity(*grey, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255)
    )


def pairs() -> list[tuple[np.ndarray, np.ndarray]]:
    plain = lopsided(160, 120)
    textured = cv2.GaussianBlur(noise(90, 150), (0, 0), 3)
    return [
        (plain, cv2.GaussianBlur(plain, (0, 0), 2)),
        (textured, cv2.GaussianBlur(textured, (0, 0), 1)),
        (plain, np.full_like(plain, 255)),
        (noise(40, 40, 1), noise(40, 40, 2)),
        (plain, np.clip(plain.astype(int) + 3, 0, 255).astype(np.uint8)),
    ]


@pytest.mark.parametrize("k", range(5))
def test_ssim_agrees_with_scikit_image(k: int) -> None:
    x, y = pairs()[k]
    assert compare(opaque(x), opaque(y)).ssim == pytest.approx(reference_ssim(x, y), abs=1e-6)


def test_bands_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = (opaque(p) for p in pairs()[0])
    whole = compare(x, y)
    monkeypatch.setattr(scoring, "_BAND", 160 * 23)
    banded = compare(x, y)
    assert banded.ssim == pytest.approx(whole.ssim, abs=1e-9)
    assert banded.floor == pytest.approx(whole.floor, abs=1e-9)


def test_transparency_takes_the_worse_background() -> None:
    x = Raster(coin())
    y = Raster(coin(radius=28))
    sides = [reference_ssim(over(x.pixels, b)[..., :3], over(y.pixels, b)[..., :3]) for b in (255, 0)]
    assert compare(x, y).ssim == pytest.approx(min(sides), abs=1e-6)


@given(st.integers(0, 255), st.integers(0, 255), st.sampled_from([0, 255]))
def test_compositing_is_exact(color: int, alpha: int, background: int) -> None:
    pixel = np.array([[[color, color, color, alpha]]], np.uint8)
    exact = (color * alpha + background * (255 - alpha)) / 255
    shown = over(pixel, background)[0, 0]
    assert abs(int(shown[0]) - exact) <= 0.5
    assert shown[3] == 255


@pytest.mark.parametrize("period", [2, 3, 4])
def test_delta_e_is_not_fooled_by_patterns(period: int) -> None:
    x = np.full((700, 700, 3), 255, np.uint8)
    y = x.copy()
    y[1::period, 1::period] = 0
    expected = deltaE_ciede2000(rgb2lab(x), rgb2lab(y)).mean()
    assert compare(opaque(x), opaque(y)).delta_e == pytest.approx(expected, rel=0.02)


def test_delta_e_agrees_with_scikit_image() -> None:
    x, y = pairs()[1]
    expected = deltaE_ciede2000(rgb2lab(x), rgb2lab(y)).mean()
    assert compare(opaque(x), opaque(y)).delta_e == pytest.approx(expected, rel=1e-3)


def test_the_floor_is_the_best_constant() -> None:
    x = lopsided(96, 72)
    constants = [reference_ssim(x, np.full_like(x, c)) for c in range(0, 256, 3)]
    assert compare(opaque(x), opaque(x)).floor == pytest.approx(max(constants), abs=2e-3)


def test_nothing_scores_the_floor_of_a_white_disc() -> None:
    x = Raster(coin(radius=6, color=(255, 255, 255)))
    score = compare(x, Raster(np.zeros_like(x.pixels)))
    assert score.ssim == pytest.approx(score.floor, abs=2e-4)


@pytest.mark.parametrize("shape", [(1, 1), (1, 200), (200, 1), (10, 10), (11, 11), (7, 300)])
def test_small_and_thin_pictures_have_a_score(shape: tuple[int, int]) -> None:
    x = opaque(noise(*shape))
    assert compare(x, x).ssim == 1
    assert compare(x, opaque(255 - x.pixels[..., :3])).ssim < 0.9


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 5))
def test_equal_pictures_score_one_exactly(height: int, width: int, seed: int) -> None:
    x = opaque(noise(height, width, seed))
    score = compare(x, x)
    assert (score.ssim, score.delta_e, score.alpha_error) == (1, 0, 0)


def test_sizes_must_agree() -> None:
    with pytest.raises(ValueError, match="sizes differ"):
        compare(opaque(lopsided()), opaque(lopsided(63)))


def test_an_unmeasured_score_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="not measured"):
        Score(float("nan"), 0, 0, 0)


SOURCE = Raster(coin())


def spoilt() -> dict[str, Raster]:
    p = SOURCE.pixels
    hole = p.copy()
    hole[40:56, 40:56] = 0
    soft = cv2.GaussianBlur(p, (0, 0), 3).astype(np.uint8)
    return {
        "empty": Raster(np.zeros_like(p)),
        "channels swapped": Raster(p[..., [2, 1, 0, 3]]),
        "a hole filled": Raster(hole),
        "shifted": Raster(np.roll(p, 2, axis=1)),
        "blurred": Raster(soft),
    }


@pytest.mark.parametrize("how", spoilt())
def test_what_looks_wrong_misses(how: str) -> None:
    score = Reference(SOURCE).score(spoilt()[how])
    assert not judge(score, Flaws(), 1, TARGETS[1], seconds=0).passed, score


def test_the_original_passes() -> None:
    assert judge(compare(SOURCE, SOURCE), Flaws(), 1, TARGETS[1], seconds=0).passed
