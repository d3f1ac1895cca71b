from __future__ import annotations

import numpy as np
import pytest

from svgai.draw.shown import Step, improved, pixel_errors, shown
from svgai.drawing import Color, Drawing, Flat, Rect, Shape
from svgai.picture.alpha import premultiply


def by(errors: list[float]) -> list[int]:
    """How far steps get whose errors are these, the first one that of the start: with slow at 0.9 and without."""

    def step(at: int) -> Step[int]:
        return Step(at + 1, errors[at], errors[at + 1])

    steps = len(errors) - 1
    return [improved(0, step, steps), improved(0, step, steps, slow=0.9)]


def test_steps_are_kept_while_the_error_falls() -> None:
    assert by([8, 4, 2, 1]) == [3, 3]
    assert by([8, 4, 4, 1]) == [1, 1]
    assert by([8, 9, 1]) == [0, 0]
    # A slow step is kept, and is the last.
    assert by([8, 7.9, 1]) == [2, 1]
    assert by([8]) == [0, 0]


@pytest.mark.parametrize("size", [(4, 3), (1300, 5), (2100, 2050)])
def test_a_drawing_shows_its_pixels(size: tuple[int, int]) -> None:
    half = Flat(Color(200, 100, 50), 0.5)
    drawing = Drawing(*size, (Shape(Rect(0, 0, 2, 3), half),))
    pixels = np.zeros((*size[::-1], 4), np.uint8)
    pixels[:3, :2] = (200, 100, 50, 128)
    assert np.abs(shown(drawing, 2).astype(int) - premultiply(pixels)).max() <= 1
    assert (pixel_errors(premultiply(pixels), shown(drawing, 2)) <= 1).all()


def test_an_edge_covers_a_pixel_by_its_true_share() -> None:
    """A sixteenth is less than resvg knows along a level edge at 1×."""
    drawing = Drawing(4, 4, (Shape(Rect(0, 0, 4, 1 + 5 / 16), Flat(Color(0, 0, 0))),))
    assert np.abs(shown(drawing, 4)[1, :, 3].astype(int) - 255 * 5 / 16).max() <= 1
