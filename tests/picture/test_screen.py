"""Halftones: found by their dots and two waves, and smoothed into the shades that they stand for."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from svgai import pipeline
from svgai.arrays import Pixels
from svgai.measure.score import compare
from svgai.picture.raster import Raster
from svgai.picture.restore import restored
from svgai.picture.screen import screen_period
from svgai.settings import Settings
from tests.picture.test_paper import HEIGHT, WIDTH, drawing

FOUR = 4


def shades() -> Pixels:
    """(h, w, 4): a disc and a square of two greys on a lighter one."""
    large = np.full((FOUR * HEIGHT, FOUR * WIDTH), 215, np.uint8)
    cv2.circle(large, (440, 480), 300, 110, -1)
    cv2.rectangle(large, (820, 200), (1160, 760), 60, -1)
    small = cv2.resize(large, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return Raster.from_array(np.asarray(small, np.uint8)).pixels


def printed(pixels: Pixels, period: float, degrees: float = 45) -> Pixels:
    """(h, w, 4): black dots on a turned grid, scanned."""
    large = cv2.resize(pixels[..., 0], None, fx=FOUR, fy=FOUR, interpolation=cv2.INTER_LINEAR) / 255
    turn = np.deg2rad(degrees)
    y, x = np.mgrid[0 : large.shape[0], 0 : large.shape[1]] * (2 * np.pi / (period * FOUR))
    waves = np.cos(x * np.cos(turn) + y * np.sin(turn)) + np.cos(y * np.cos(turn) - x * np.sin(turn))
    dots = np.where(1 - large > 0.5 + 0.25 * waves, 0, 255).astype(np.uint8)
    return Raster.from_array(np.asarray(cv2.resize(dots, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))).pixels


@pytest.mark.parametrize(("period", "degrees"), [(3.5, 45), (5, 15), (7, 75)])
def test_the_period_is_found(period: float, degrees: float) -> None:
    assert screen_period(printed(shades(), period, degrees)) == pytest.approx(period, rel=0.15)


def test_what_only_repeats_is_no_screen() -> None:
    board = np.kron(np.indices((40, 40)).sum(axis=0) % 2, np.ones((6, 6))) * 255
    stripes = np.tile([0, 0, 255, 255], (200, 50))
    noise = np.random.default_rng(0).integers(0, 256, (200, 200))
    for picture in (board, stripes, noise):
        assert screen_period(Raster.from_array(picture.astype(np.uint8)).pixels) == 0
    assert screen_period(Raster.from_array(drawing()).pixels) == 0
    assert screen_period(np.full((16, 16, 4), 255, np.uint8)) == 0


def test_dots_become_shades() -> None:
    truth, dots = Raster(shades()), Raster(printed(shades(), 4))
    clean = restored(dots)
    assert clean.found.screen == pytest.approx(4, rel=0.15)
    assert compare(truth, clean.raster).ssim > 0.9 > 0.4 > compare(truth, dots).ssim


def test_a_print_is_drawn_as_its_drawing() -> None:
    """Not dot by dot: a thousand of them."""
    result = pipeline.convert(Raster(printed(shades(), 4)), Settings())
    assert result.cleaned
    assert result.svg.bytes < 5000
    assert result.verdict.passed
    assert result.file_score.ssim < result.score.ssim
