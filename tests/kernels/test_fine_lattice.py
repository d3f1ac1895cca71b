"""Kernels of the fine lattice do what their numpy versions say, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from svgai.draw.outline import fine_lattice
from svgai.kernels import library

pytestmark = pytest.mark.skipif(not library.in_use(), reason="numpy draws here")


@pytest.mark.parametrize("colors", [2, 3, 9])
@pytest.mark.parametrize("slope", [0.3, 0.036])
def test_areas_and_leaders(colors: int, slope: float) -> None:
    # Of few levels, so that some are equal.
    levels = np.random.default_rng(colors).integers(-8, 9, (colors, 20, 36))
    phi = np.asarray(levels / 10, np.float32)
    assert np.array_equal(fine_lattice._areas(phi, slope), fine_lattice.specified_areas(phi, slope))
    found, expected = fine_lattice._leaders(phi), fine_lattice.specified_leaders(phi)
    assert all(np.array_equal(found[k], expected[k]) for k in range(3))
