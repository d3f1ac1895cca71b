"""`--strokes only`: one path a line, where the line is, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

import svgai
from svgai.drawing import Color, Ellipse, Flat, Path
from svgai.errors import EngineError
from svgai.output.outlines import contours_of, walked
from svgai.output.render import render_stretched
from tests.pictures import coin, noise

CROSS = '<path d="M10 20L86 76"/><path d="M10 76L86 20"/>'


def pixels(inside: str, width: float, ground: str = "#fff") -> np.ndarray:
    style = f'fill="none" stroke="#1a1a1a" stroke-width="{width}" stroke-linecap="round"'
    page = f'<rect width="96" height="96" fill="{ground}"/>'
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">'
    return render_stretched(f"{head}{page}<g {style}>{inside}</g></svg>", 96, 96).pixels


@pytest.mark.parametrize("width", [2, 3, 6, 10])
def test_two_lines_that_cross_are_two_paths(width: float) -> None:
    found = svgai.convert(pixels(CROSS, width), strokes="only")
    assert len(found.drawing.shapes) == 2
    for shape in found.drawing.shapes:
        assert shape.stroke_width == pytest.approx(width, abs=0.15)
        assert isinstance(shape.outline, Path)
        assert len(shape.outline.contours) == 1
        x, y = walked(contours_of(shape.outline)[0], 16).T
        off = np.minimum(np.abs(y - 20 - (x - 10) * 56 / 76), np.abs(y - 76 + (x - 10) * 56 / 76))
        assert off.max() < 0.3
    assert found.verdict.word == "PASS"


def test_areas_and_the_background_are_left_out() -> None:
    area = '<circle cx="48" cy="48" r="30"/><circle cx="48" cy="48" r="14" fill="#d62828" stroke="none"/>'
    found = svgai.convert(pixels(area, 4, "#ffe9a8"), strokes="only")
    (ring,) = found.drawing.shapes
    assert isinstance(ring.outline, Ellipse)
    assert ring.paint == Flat(Color(26, 26, 26))
    assert found.verdict.word == "MISS"
    assert any("strokes alone" in reason for reason in found.classification.reasons)


def test_a_picture_without_lines_is_refused_in_words() -> None:
    with pytest.raises(EngineError, match="no line of even width"):
        svgai.convert(coin(), strokes="only")
    with pytest.raises(EngineError, match="no engine draws this picture"):
        svgai.convert(noise(64, 64), strokes="only")
    with pytest.raises(ValueError, match="strokes alone are drawn by contour"):
        svgai.Settings(strokes="only", plan="vtracer")


def test_never_draws_outlines() -> None:
    picture = pixels('<circle cx="48" cy="48" r="30"/>', 4)
    assert any(shape.stroke_width for shape in svgai.convert(picture).drawing.shapes)
    found = svgai.convert(picture, strokes="never")
    assert not any(shape.stroke_width for shape in found.drawing.shapes)
    assert found.verdict.word == "PASS"
