"""CIELAB and CIEDE2000 against scikit-image's."""

from __future__ import annotations

import numpy as np
from skimage.color import deltaE_ciede2000, rgb2lab

from svgai.measure.color import ciede2000, lab


def colors(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 3)).astype(np.float32)


def test_lab_agrees_with_scikit_image() -> None:
    rgb = colors(5000, 1)
    assert np.abs(lab(rgb) - rgb2lab(rgb / 255)).max() < 0.01


def test_ciede2000_agrees_with_scikit_image() -> None:
    x, y = rgb2lab(colors(20000, 2) / 255), rgb2lab(colors(20000, 3) / 255)
    near = x + np.random.default_rng(4).normal(0, 1, x.shape)
    greys = rgb2lab(np.repeat(np.arange(256.0)[:, None], 3, axis=1) / 255)
    for a, b in ((x, y), (x, near), (greys, greys[::-1]), (greys, x[:256])):
        ours = ciede2000(a.astype(np.float32), b.astype(np.float32))
        assert np.abs(ours - deltaE_ciede2000(a, b)).max() < 0.02


def test_equal_colors_differ_by_nothing() -> None:
    x = lab(colors(1000, 5))
    assert (ciede2000(x, x) == 0).all()
