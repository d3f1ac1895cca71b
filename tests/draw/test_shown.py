from __future__ import annotations

import numpy as np

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


def test_a_drawing_shows_its_pixels_at_any_zoom() -> None:
    half = Flat(Color(200, 100, 50), 0.5)
    drawing = Drawing(4, 3, (Shape(Rect(0, 0, 2, 3), half),))
    pixels = np.zeros((3, 4, 4), np.uint8)
    pixels[:, :2] = (200, 100, 50, 128)
    for zoom in (1, 3):
        assert np.abs(shown(drawing, 2, zoom).astype(int) - premultiply(pixels)).max() <= 1
    assert (pixel_errors(premultiply(pixels), shown(drawing, 2)) <= 1).all()
