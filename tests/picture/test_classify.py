"""The classifier on pictures whose kind is beyond doubt, and the laws its features keep."""

from __future__ import annotations

import dataclasses
import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from svgai.arrays import Pixels
from svgai.picture.classify import Features, Tier, decide, measure
from svgai.picture.raster import Raster


def _raster(array: np.ndarray, noise: float = 0.0) -> Raster:
    rgb = np.clip(np.round(array), 0, 255).astype(np.uint8)
    rgb = np.dstack([rgb] * 3) if rgb.ndim == 2 else rgb
    return Raster(np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)]), noise)


def _jpeg(raster: Raster, quality: int, noise: float) -> Raster:
    file = io.BytesIO()
    Image.fromarray(raster.pixels[..., :3]).save(file, "JPEG", quality=quality)
    return _raster(np.asarray(Image.open(file)), noise)


def _logo(size: int = 256) -> Raster:
    big = np.full((size * 4, size * 4, 3), 255, np.uint8)
    cv2.circle(big, (size * 2, size * 2), size * 3 // 2, (200, 30, 40), -1)
    cv2.rectangle(big, (size, size * 3 // 2), (size * 3, size * 5 // 2), (20, 60, 160), -1)
    return _raster(cv2.resize(big, (size, size), interpolation=cv2.INTER_AREA))


def _ramp(width: int = 300, height: int = 200) -> Raster:
    return _raster(np.tile(np.linspace(0, 255, width), (height, 1)))


def _random() -> np.random.Generator:
    return np.random.default_rng(0)


def _texture(size: int = 300) -> Raster:
    """Noise of every scale, as rock and foliage have it."""
    layers = [cv2.GaussianBlur(_random().standard_normal((size, size, 3)), (0, 0), s) * s for s in (1, 3, 9, 27)]
    return _raster(128 + 45 * np.sum(layers, axis=0))


def _noise(size: int) -> Raster:
    return _raster(_random().integers(0, 256, (size, size, 3)))


def _pixel_art(scale: int) -> Raster:
    cells = _random().integers(0, 4, (16, 16)) * 80
    return _raster(np.kron(cells, np.ones((scale, scale))))


def _tier(raster: Raster) -> Tier:
    return decide(measure(raster)).tier


@pytest.mark.parametrize(
    ("raster", "tier"),
    [
        (_raster(np.full((1, 1), 9)), Tier.SIMPLE),
        (_raster(np.full((1, 30000), 9)), Tier.SIMPLE),
        (_raster(np.full((300, 200), 128)), Tier.SIMPLE),
        (Raster(np.zeros((64, 64, 4), np.uint8)), Tier.SIMPLE),
        (_logo(), Tier.SIMPLE),
        (_logo(32), Tier.SIMPLE),
        (_logo(2000), Tier.SIMPLE),
        (_pixel_art(1), Tier.SIMPLE),
        (_pixel_art(12), Tier.SIMPLE),
        (_raster(_random().integers(0, 2, (64, 64)) * 255), Tier.SIMPLE),
        (_jpeg(_logo(), 75, 5.0), Tier.SIMPLE),
        (_jpeg(_logo(), 95, 1.2), Tier.SIMPLE),
        (_jpeg(_logo(), 85, 0.0), Tier.SIMPLE),
        (_ramp(), Tier.MEDIUM),
        (_ramp(1000, 1000), Tier.MEDIUM),
        (_jpeg(_ramp(), 75, 5.0), Tier.MEDIUM),
        (_jpeg(_ramp(), 95, 1.2), Tier.MEDIUM),
        (_texture(), Tier.COMPLEX),
        (_jpeg(_texture(), 85, 3.5), Tier.COMPLEX),
        (_raster(_texture().pixels[..., 1]), Tier.COMPLEX),
        (_noise(64), Tier.COMPLEX),
        (_noise(1500), Tier.COMPLEX),
    ],
)
def test_each_kind_is_told(raster: Raster, tier: Tier) -> None:
    found = decide(measure(raster))
    assert found.tier is tier
    assert found.reasons
    assert not found.forced


@pytest.mark.parametrize("raster", [_logo(), _ramp(), _texture()], ids=["logo", "ramp", "texture"])
def test_turns_flips_and_swapped_channels_keep_the_features(raster: Raster) -> None:
    p = raster.pixels
    expected = dataclasses.astuple(measure(raster))
    for view in (np.rot90(p), p[::-1], p[:, ::-1], p[..., [2, 0, 1, 3]]):
        assert dataclasses.astuple(measure(Raster(view))) == pytest.approx(expected, abs=1e-6)


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(4))), st.floats(0, 20))
def test_features_lie_in_their_ranges(pixels: Pixels, noise: float) -> None:
    found = measure(Raster(pixels, noise))
    shares = (found.flat, found.shaded, found.edges, found.faint, found.peaked, found.common)
    assert all(0 <= share <= 1 for share in shares)
    assert found.faint <= found.edges
    assert found.shaded + found.edges <= 1 + 1e-9
    assert 1 <= found.tones <= 17
    assert 0 <= found.grain <= 255
    assert decide(found).reasons


def test_more_grain_measures_as_more_grain() -> None:
    speckle = _random().standard_normal((200, 200))
    grains = [measure(_raster(128 + sigma * speckle)).grain for sigma in (0, 0.5, 1, 2)]
    assert grains == sorted(grains)
    assert grains[0] == 0 < grains[1]


def test_a_blurred_edge_is_less_flat() -> None:
    flats = [
        measure(_raster(cv2.GaussianBlur(_logo().pixels[..., :3], (0, 0), sigma))).flat for sigma in (0.5, 1, 2, 4)
    ]
    assert flats == sorted(flats, reverse=True)


def test_reasons_carry_the_numbers() -> None:
    features = Features(0.9, 0.0, 0.1, 0.0, 1.0, 1.0, 0.99, 0.0, 0.0)
    assert decide(features).reasons[0].endswith("(90% of the picture is exactly flat)")
