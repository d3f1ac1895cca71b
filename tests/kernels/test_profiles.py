"""The kernel of profiles across lines finds what its numpy version does, to single precision."""

from __future__ import annotations

import numpy as np
import pytest

from svgai.draw.contour.strokes import profiles
from svgai.draw.contour.strokes.polyline import across
from svgai.kernels import library

pytestmark = pytest.mark.skipif(not library.in_use(), reason="numpy draws here")


@pytest.mark.parametrize("seed", range(20))
def test_profiles(seed: int) -> None:
    chance = np.random.default_rng(seed)
    pixels = chance.uniform(0, 255, (30, 40, 4)).astype(np.float32)
    points = np.cumsum(chance.normal(0.5, 0.4, (int(chance.integers(2, 40)), 2)), axis=0) + 5
    half, closed = float(chance.uniform(0, 3)), bool(chance.random() < 0.5)
    found = profiles.profiles(pixels, points, closed, half)
    expected = profiles.specified(pixels, points, across(points, closed), half)
    for name in ("offset", "width", "ground", "color"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), atol=2e-3, err_msg=name)
