"""The recipe as a whole: goals are met or missed honestly, and the clock only ever shortens a search."""

from __future__ import annotations

import itertools
import time
from typing import Any

import cv2
import numpy as np
import pytest

from svgai import pipeline
from svgai.arrays import Pixels
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.errors import EngineError
from svgai.measure.score import compare
from svgai.output.render import render
from svgai.picture.raster import Raster
from svgai.pipeline import Conversion, convert
from svgai.settings import Settings
from tests import truth
from tests.pictures import coin, encoded, noise, opaque


def textured(size: int = 96) -> Pixels:
    """Soft blobs with grain: tier 3."""
    blobs = cv2.GaussianBlur(noise(size, size, 3), (0, 0), 6).astype(np.float64)
    blobs = (blobs - blobs.mean()) * 6 + 128
    grain = np.random.default_rng(4).normal(0, 4, blobs.shape)
    return np.asarray(np.clip(blobs + grain, 0, 255), np.uint8)


def result(pixels: Pixels, **settings: Any) -> Conversion:
    return convert(opaque(pixels), Settings(max_time=60, **settings))


def test_a_photograph_is_never_below_its_target() -> None:
    c = result(textured(), tier=3)
    assert c.plan.name == "tone"
    assert c.verdict.passed
    assert c.classification.forced


def test_an_explicit_target_costs_what_it_must() -> None:
    low, high = (result(textured(), plan="vtracer", target_ssim=t) for t in (0.9, 0.97))
    assert low.score.ssim >= 0.9
    assert high.score.ssim >= 0.97
    assert low.svg.bytes < high.svg.bytes
    assert low.targets.ssim == 0.9


def test_the_best_that_fits() -> None:
    free = result(textured(), plan="vtracer", quality="ultra")
    tight = result(textured(), plan="vtracer", max_bytes=free.svg.bytes // 2)
    assert tight.svg.bytes <= free.svg.bytes // 2
    assert tight.score.ssim <= free.score.ssim


def test_what_cannot_be_had_is_an_honest_miss() -> None:
    c = result(noise(64, 64), plan="vtracer", target_ssim=0.99, max_bytes=300)
    assert not c.verdict.passed
    assert any("over the limit" in m for m in c.verdict.misses) or c.svg.bytes <= 300
    assert any("SSIM" in m for m in c.verdict.misses)


def test_one_drawing_when_fast() -> None:
    assert result(textured(), quality="fast", tier=3).drawn == 1


def test_pinned_parameters_stay() -> None:
    c = result(textured(), parameters={"vtracer": {"layer_difference": 40, "mode": "spline"}})
    assert isinstance(c.plan, VtracerPlan)
    assert (c.plan.layer_difference, c.plan.mode) == (40, "spline")


def test_a_forced_engine_that_declines_is_an_error() -> None:
    with pytest.raises(EngineError, match=r"contour: .*--plan auto"):
        result(noise(64, 64), plan="contour")


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_nothing_depends_on_the_clock_unless_it_is_asked_to(tier: int, monkeypatch: pytest.MonkeyPatch) -> None:
    image = opaque(textured())
    quiet = convert(image, Settings(tier=tier))
    ticks = itertools.count(step=10.0)
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    loaded = convert(image, Settings(tier=tier))
    assert not loaded.verdict.in_time
    assert not loaded.time_limited
    assert (loaded.svg, loaded.work, loaded.drawn) == (quiet.svg, quiet.work, quiet.drawn)


def test_the_clock_marks_what_it_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(tier=3, plan="vtracer", max_time=15)
    monkeypatch.setattr(time, "perf_counter", lambda: 0.0)
    whole = convert(opaque(textured()), settings)
    assert not whole.time_limited
    assert whole.drawn > 1
    ticks = itertools.count(step=10.0)
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    cut = convert(opaque(textured()), settings)
    assert cut.time_limited
    assert cut.drawn == 1
    assert not cut.verdict.in_time


def test_large_pictures_are_searched_small_and_scored_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = convert(Raster(coin()), Settings())
    monkeypatch.setattr(pipeline, "SEARCH_FULL", 2000)
    monkeypatch.setattr(pipeline, "SEARCH_REDUCED", 1000)
    reduced = convert(Raster(coin()), Settings())
    assert reduced.svg == whole.svg
    assert reduced.score == whole.score


def test_the_source_is_what_the_background_makes_of_it() -> None:
    white = convert(encoded(coin()), Settings(background="#ffffff"))
    assert white.score.alpha_error == 0
    assert white.score.ssim > 0.99
    back = convert(opaque(np.full((40, 40, 3), 255, np.uint8)), Settings(background="remove"))
    assert back.svg.shapes == 0
    assert back.verdict.passed


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 3), (11, 11)])
def test_every_size_comes_back_exact(shape: tuple[int, int]) -> None:
    pixels = np.full((*shape, 3), (200, 10, 10), np.uint8)
    c = result(pixels)
    assert (c.score.delta_e, c.score.alpha_error) == (0, 0)
    assert c.verdict.passed


def test_a_scan_is_drawn_like_the_clean_picture() -> None:
    """Grain of σ 3 would make thousands of segments; the score against it is told beside the one that decides."""
    clean = truth.picture(
        200, 160, truth.WHITE, (truth.disc(90, 80, 60.3), truth.RED), (truth.disc(100, 80, 25), truth.BLUE)
    )
    grain = np.random.default_rng(2).normal(0, 3, (160, 200, 3))
    noisy = clean.pixels.copy()
    noisy[..., :3] = (noisy[..., :3] * 0.95 + grain).round().clip(0, 255)
    scan = convert(Raster(noisy), Settings())
    assert scan.svg.segments <= 1.5 * convert(clean, Settings()).svg.segments
    assert "grain" in scan.classification.reasons[-1]
    drawn = render(scan.svg, 200, 160)
    assert scan.file_score == compare(Raster(noisy), drawn)
    assert scan.score.ssim > compare(clean, drawn).ssim - 0.01 > scan.file_score.ssim
