"""Pages: their ground is found where there is light or grain on it, and nowhere else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from svgai import pipeline, prepared
from svgai.arrays import Pixels
from svgai.measure.score import compare
from svgai.picture.classify import Tier
from svgai.picture.load import load
from svgai.picture.paper import divided, find_paper
from svgai.picture.raster import Raster
from svgai.picture.restore import restored
from svgai.settings import Settings
from tests.pictures import encoded

WIDTH, HEIGHT = 320, 240
PAPER = np.array([240, 234, 222])


def drawing() -> Pixels:
    """Ink on white: a disc, a ring and a bar, 4 times supersampled."""
    large = np.full((4 * HEIGHT, 4 * WIDTH, 3), 255, np.uint8)
    cv2.circle(large, (400, 420), 150, (20, 20, 20), -1)
    cv2.circle(large, (800, 500), 200, (200, 30, 40), 40)
    cv2.line(large, (200, 800), (1100, 750), (20, 20, 20), 28)
    return np.asarray(cv2.resize(large, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def lamp() -> np.ndarray:
    """(h, w, 1): light that falls to 0.5 at the far corner."""
    y, x = np.mgrid[0 : 1 : HEIGHT * 1j, 0 : 1 : WIDTH * 1j]
    return np.asarray(1 - 0.3 * x - 0.2 * y * y)[..., None]


def photographed(grain: float = 3) -> Pixels:
    rng = np.random.default_rng(0)
    seen = drawing() / 255 * PAPER * lamp()
    seen = cv2.GaussianBlur(seen, (0, 0), 0.6) + rng.normal(0, grain, seen.shape)
    return np.asarray(seen.clip(0, 255).round(), np.uint8)


def test_light_and_paper_are_divided_away() -> None:
    page = Raster.from_array(photographed())
    paper = find_paper(page)
    assert paper is not None
    seen = cv2.resize(paper.light, (WIDTH, HEIGHT)) / (PAPER * lamp())
    assert np.abs(seen - 1).max() < 0.06
    assert np.abs(np.array(paper.color) - PAPER).max() < 12
    assert paper.fall == pytest.approx(0.5, abs=0.05)
    clean = Raster(divided(page, paper))
    truth = Raster.from_array(drawing())
    assert compare(truth, clean).delta_e < 0.1 * compare(truth, page).delta_e


@pytest.mark.parametrize("turn", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180])
def test_a_page_may_lie_any_way(turn: int) -> None:
    assert find_paper(Raster.from_array(np.asarray(cv2.rotate(photographed(), turn), np.uint8))) is not None


@pytest.mark.parametrize("quality", [None, 85, 50])
def test_no_clean_drawing_is_a_page(quality: int | None) -> None:
    """Flat, on a gradient, and on grey: lossless and coded."""
    for ground in (np.float64(1), lamp(), np.float64(0.8)):
        pixels = np.asarray((drawing() * ground).round(), np.uint8)
        data = encoded(pixels) if quality is None else encoded(pixels, "JPEG", quality=quality)
        assert find_paper(load(data)) is None


def test_nothing_else_is_a_page() -> None:
    rng = np.random.default_rng(0)
    assert find_paper(Raster.from_array(rng.integers(0, 256, (64, 64, 3), np.uint8))) is None
    # A wall: light, grain, and nothing on it but faint stains.
    stains = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)), (0, 0), 9)
    wall = 200 * lamp() * (1 + 0.06 * stains / stains.std())[..., None] + rng.normal(0, 2, (HEIGHT, WIDTH, 3))
    assert find_paper(Raster.from_array(wall.clip(0, 255).astype(np.uint8))) is None
    for size in (1, 8, 9):
        assert find_paper(Raster.from_array(np.full((size, size, 3), 240, np.uint8))) is None
    clear = np.dstack([photographed(), np.full((HEIGHT, WIDTH), 200, np.uint8)])
    assert find_paper(Raster(clear)) is None


@pytest.mark.parametrize("coded", [False, True])
def test_a_photographed_page_is_drawn_as_its_drawing(coded: bool) -> None:
    data = encoded(photographed(), "JPEG", quality=75) if coded else encoded(photographed())
    result = pipeline.convert(data, Settings())
    assert result.cleaned
    assert result.classification.tier is not Tier.COMPLEX
    assert result.degradation.paper is not None
    assert result.plan.name in ("contour", "gradient")
    assert result.verdict.passed
    assert result.file_score.delta_e > 5 > result.score.delta_e
    assert any("paper" in reason for reason in result.classification.reasons)


def test_what_an_ssim_is_asked_of_stays_as_it_is() -> None:
    result = pipeline.convert(encoded(photographed()), Settings(target_ssim=0.9))
    assert not result.cleaned
    assert result.score == result.file_score


def test_what_was_found_is_told() -> None:
    assert restored(Raster.from_array(drawing())).found.words == ()
    words = restored(Raster.from_array(photographed())).found.words
    assert [word.split()[0] for word in words] == ["paper", "light", "grain"]


def test_a_user_may_know_better() -> None:
    """A clean picture stays, a page without grain is one, its paper stays where that is wanted."""
    data = encoded(photographed())
    assert not pipeline.convert(data, Settings(source="clean")).cleaned
    smooth = Raster.from_array(np.asarray((drawing() / 255 * PAPER * lamp()).round(), np.uint8))
    assert not prepared.classified(smooth, Settings()).degradation.paper
    assert prepared.classified(smooth, Settings(source="photo-of-paper")).degradation.paper
    kept = prepared.classified(load(data), Settings(keep_paper=True))
    color = np.median(kept.raster.pixels[:20, :20, :3].reshape(-1, 3), axis=0)
    assert np.abs(color - PAPER).max() < 12
    assert prepared.classified(smooth, Settings(source="jpeg")).raster.noise > 0
