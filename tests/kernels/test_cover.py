"""The kernel of thin features finds what its numpy version does, but for ties within single precision."""

from __future__ import annotations

import numpy as np
import pytest

from svgai.draw.contour.labels.cover import Cover, Explanation
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.mixes import EdgePixels
from svgai.kernels import library

pytestmark = pytest.mark.skipif(not library.in_use(), reason="numpy draws here")


def cover(seed: int) -> Cover:
    """300 pixels near mixes of 9 colours, with up to four of these near each."""
    chance = np.random.default_rng(seed)
    colors = chance.uniform(0, 255, (9, 4)).astype(np.float32)
    near = np.sort(chance.integers(-4, 9, (300, 4)), axis=1)[:, ::-1].astype(np.int16)
    near[near < 0] = -1
    near[:, 0] = np.maximum(near[:, 0], 0)
    shares = chance.dirichlet(np.full(9, 0.15), 300)
    features = (shares @ colors + chance.normal(0, 2, (300, 4))).astype(np.float32)
    labels, at = np.full((1, 300), -1, np.int16), np.arange(300)
    return Cover(EdgePixels(labels, at, features, colors, Metric(0)), np.ascontiguousarray(near), np.zeros(300, bool))


def agree(found: Explanation, expected: Explanation) -> None:
    np.testing.assert_allclose(found.error, expected.error, atol=1e-3)
    same = found.base == expected.base
    assert same.mean() > 0.95
    np.testing.assert_allclose(found.share[same], expected.share[same], atol=1e-3)


@pytest.mark.parametrize("seed", range(10))
def test_cover(seed: int) -> None:
    open_pixels, rows = cover(seed), np.arange(0, 300, 2)
    color = open_pixels.pixels.colors[seed % 9]
    agree(open_pixels.explained(color, rows), open_pixels.specified_explained(color, rows))
    between = open_pixels.between(color, rows)
    agree(between, open_pixels.specified_between(color, rows))
    assert (between.error < open_pixels.explained(color, rows).error).any()
