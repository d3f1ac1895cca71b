"""The kernel of gradient fields does what its numpy version says, to 1e-9 of a shaded picture's lengths and errors."""

from __future__ import annotations

import numpy as np
import pytest

from svgai.draw.gradient.fields import fields
from svgai.draw.gradient.fields.sample import Sample
from svgai.kernels import library

pytestmark = pytest.mark.skipif(not library.in_use(), reason="numpy draws here")


def shaded(chance: np.random.Generator, channels: int, center: tuple[float, float]) -> Sample:
    """A ball's colours, three or four channels, with a grain of one grey level."""
    x, y = chance.uniform(0, 60, (2, 400))
    t = np.hypot(x - center[0], 0.7 * (y - center[1]))[:, None]
    colors = 255 * np.exp(-t / np.linspace(20, 60, channels)) + chance.normal(0, 1, (400, channels))
    return Sample(x, y, colors, chance.uniform(0.3, 1, 400))


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("seed", range(10))
def test_refine(seed: int, channels: int) -> None:
    chance = np.random.default_rng(seed)
    sample = shaded(chance, channels, (20.0, 35.0))
    starts = [[0.4], [18.0, 30.0], [18.0, 30.0, 1.0, 0.1, 0.8]]
    for start in starts:
        for steps in (0, 1, 3):
            found, error = fields.refine(sample, np.array(start), steps)
            expected, least = fields.specified(sample, np.array(start), steps)
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
            assert error == pytest.approx(least, rel=1e-9)


def test_a_field_of_one_value_is_no_field() -> None:
    one = Sample(np.zeros(5), np.zeros(5), np.ones((5, 3)), np.ones(5))
    assert fields.refine(one, np.array([0.3]))[1] == np.inf
