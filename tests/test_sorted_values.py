"""Distinct values, medians and quantiles are numpy's."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from svgai.sorted_values import distinct, median, quantile


@pytest.mark.parametrize("size", [1, 2, 3, 10, 101])
@pytest.mark.parametrize("kind", [np.int16, np.int64, np.float32, np.float64])
def test_as_numpy_has_it(size: int, kind: type[np.generic]) -> None:
    values = np.random.default_rng(size).integers(-20, 20, (size, 4)).astype(kind)
    assert np.array_equal(distinct(values), np.unique(values))
    assert np.array_equal(median(values), np.median(values, axis=0))
    for share in (0, 0.25, 0.7, 1):
        assert quantile(values[:, 0].astype(np.float64), share) == pytest.approx(np.quantile(values[:, 0], share))


def test_nothing_has_no_distinct_values() -> None:
    assert len(distinct(np.zeros(0))) == 0


def test_a_conversion_loads_no_masked_arrays() -> None:
    """numpy.ma takes 20 ms to load, and nothing needs it."""
    code = (
        "import sys, svgai; from svgai.samples import folder; svgai.convert(folder() / 'icon-git-64px.png');"
        "sys.exit('numpy.ma' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
