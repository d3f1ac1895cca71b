"""An even blur is measured and undone; soft parts of sharp pictures are nobody's blur."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from svgai import pipeline, prepared
from svgai.arrays import Pixels
from svgai.measure.score import compare
from svgai.picture.blur import even_blur, sharpened
from svgai.picture.classify import Tier
from svgai.picture.raster import Raster
from svgai.settings import Settings
from tests.picture.test_paper import drawing


def opaque(rgb: np.ndarray) -> Pixels:
    return Raster.from_array(np.asarray(np.rint(rgb), np.uint8)).pixels


def blurred(sigma: float) -> Pixels:
    return opaque(cv2.GaussianBlur(drawing(), (0, 0), sigma))


@pytest.mark.parametrize("sigma", [1.0, 1.5, 2.0])
def test_its_width_is_measured(sigma: float) -> None:
    assert even_blur(blurred(sigma)) == pytest.approx(sigma, rel=0.12)


def test_sharp_pictures_and_small_ones_have_none() -> None:
    assert even_blur(opaque(drawing())) == 0
    assert even_blur(blurred(0.5)) == 0
    for side in (1, 5, 20):
        assert even_blur(np.full((side, side, 4), 255, np.uint8)) == 0


def test_a_soft_shadow_is_no_blur() -> None:
    """Nine tenths of the edges are soft and a tenth sharp."""
    soft = cv2.GaussianBlur(drawing(), (0, 0), 2)
    cv2.rectangle(soft, (20, 150), (120, 230), (0, 0, 0), -1)
    assert even_blur(opaque(soft)) == 0


@pytest.mark.parametrize("sigma", [1.0, 2.0])
def test_edges_keep_their_places(sigma: float) -> None:
    truth, before = Raster(opaque(drawing())), Raster(blurred(sigma))
    after = Raster(sharpened(before.pixels, sigma, 0))
    assert 1 - compare(truth, after).ssim < 0.2 * (1 - compare(truth, before).ssim)
    assert even_blur(after.pixels) == 0


def test_what_is_flat_or_noise_stays() -> None:
    noisy = opaque(np.random.default_rng(0).integers(100, 112, (40, 40, 3)))
    assert (sharpened(noisy, 1, 0) == noisy).all()


def test_a_blurred_drawing_is_drawn_sharp() -> None:
    """Not as rings that imitate the blur, which score better against the file."""
    sharp, soft = (pipeline.convert(Raster(p), Settings()) for p in (opaque(drawing()), blurred(1.5)))
    assert soft.cleaned
    assert soft.degradation.blur == pytest.approx(1.5, rel=0.12)
    assert soft.classification.tier is Tier.SIMPLE
    assert soft.plan.name in ("contour", "gradient")
    assert soft.svg.segments <= 3 * sharp.svg.segments
    assert soft.verdict.passed
    assert soft.file_score.ssim < soft.score.ssim


def test_a_soft_photograph_is_not_sharpened() -> None:
    """Clouds: every edge is soft, and no colour stands out."""
    rng = np.random.default_rng(0)
    layers = [cv2.GaussianBlur(rng.normal(0, 1, (240, 320)), (0, 0), s) * s for s in (3.0, 8.0, 20.0)]
    clouds = np.sum(layers, axis=0)
    clouds = 128 + 110 * np.tanh((clouds - clouds.mean()) / clouds.std())
    found = prepared.classified(Raster(opaque(np.dstack([clouds] * 3))), Settings())
    assert found.degradation.blur == 0
