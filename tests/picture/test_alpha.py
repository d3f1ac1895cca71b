"""Every pair of an 8-bit value and an 8-bit alpha, against exact arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from svgai.arrays import Pixels
from svgai.picture.alpha import over, premultiplied, premultiply, straight_alpha, times_alpha

VALUE, ALPHA = (a.astype(np.int64) for a in np.meshgrid(np.arange(256), np.arange(256), indexing="ij"))
# No product of two bytes is half a level off a level, as 255 is odd: half up is the nearest.
SHOWN = (VALUE * ALPHA + 127) // 255


def pixels(color: np.ndarray, alpha: np.ndarray) -> Pixels:
    return np.stack([color, color[::-1], color, alpha], axis=-1).astype(np.uint8)


def test_premultiply_takes_the_nearest_level() -> None:
    assert (np.abs(255 * SHOWN - VALUE * ALPHA) * 2 < 255).all()
    found = premultiply(pixels(VALUE, ALPHA))
    assert (found == pixels(SHOWN, ALPHA)).all()
    assert (times_alpha(VALUE.astype(np.uint8), ALPHA.astype(np.uint8)) == SHOWN).all()
    assert np.abs(premultiplied(pixels(VALUE, ALPHA)) - found).max() <= 0.5


def test_straight_alpha_takes_the_nearest_level_and_comes_back() -> None:
    possible = (VALUE <= ALPHA) & (ALPHA > 0)
    found = straight_alpha(np.stack([VALUE, VALUE, VALUE, ALPHA], axis=-1).astype(np.uint8)).astype(np.int64)
    nearest = np.abs(found[..., 0] * ALPHA - 255 * VALUE) * 2 <= ALPHA
    assert nearest[possible].all()
    assert (found[..., 3] == ALPHA).all()
    again = premultiply(found.astype(np.uint8)).astype(np.int64)
    assert (again[..., 0] == VALUE)[possible].all()


@pytest.mark.parametrize("ground", [0, 1, 77, 128, 254, 255])
def test_over_takes_the_nearest_level(ground: int) -> None:
    exact = VALUE * ALPHA + ground * (255 - ALPHA)
    found = over(pixels(VALUE, ALPHA), (ground, ground, ground)).astype(np.int64)
    assert (np.abs(255 * found[..., 0] - exact) * 2 < 255).all()
    assert (found[..., 3] == 255).all()


def test_opaque_pictures_are_left_alone() -> None:
    opaque = pixels(VALUE, np.full_like(ALPHA, 255))
    assert premultiply(opaque) is opaque
    assert over(opaque, (1, 2, 3)) is opaque
    assert (straight_alpha(opaque) == opaque).all()
    assert premultiplied(opaque).shape[-1] == 3
