"""The kernel that writes path data does so to the letter."""

from __future__ import annotations

import numpy as np
import pytest

from svgai.drawing import Contour, Path
from svgai.kernels import library
from svgai.output import paths

pytestmark = pytest.mark.skipif(not library.in_use(), reason="numpy draws here")


def contour(chance: np.random.Generator) -> Contour:
    """A chain on a coarse grid, so that level lines, zeros, whole numbers and standing still are common."""
    count = int(chance.integers(1, 8))
    walk = np.cumsum(chance.integers(-2, 3, (3 * count + 1, 2)) * chance.choice([0.005, 0.5, 40.0]), axis=0)
    segments = walk[1:].reshape(count, 3, 2)
    starts = np.vstack([walk[:1], segments[:-1, 2]])
    line = chance.random(count) < 0.5
    segments[line, 0], segments[line, 1] = starts[line], segments[line, 2]
    if chance.random() < 0.5:
        segments[-1] = starts[-1], walk[0], walk[0]
    return Contour(walk[0], segments, bool(chance.random() < 0.7))


@pytest.mark.parametrize("decimals", [0, 1, 2, 5])
@pytest.mark.parametrize("seed", range(10))
def test_path_text(seed: int, decimals: int) -> None:
    chance = np.random.default_rng(seed)
    some = [Path(tuple(contour(chance) for _ in range(chance.integers(1, 5)))) for _ in range(30)]
    grid = paths._Grid.of(some, decimals)
    assert paths._texts(grid) == paths.specified(grid)


def test_room_for_the_longest_numbers() -> None:
    far = Contour(np.array([-9e15, 9e15]), np.array([[[9e15, -9e15], [-9e15, 9e15], [9e15, -9e15]]]), closed=False)
    grid = paths._Grid.of([Path((far,))], 2)
    assert paths._texts(grid) == paths.specified(grid)
