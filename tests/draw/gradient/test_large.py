"""Shaded art of more pixels than regions are found in is drawn from a copy, on the picture's own page."""

from __future__ import annotations

import numpy as np
import pytest

from svgai.draw.gradient import engine
from svgai.draw.gradient.plan import GradientPlan
from svgai.drawing import Drawing, PageSize
from svgai.measure.score import compare
from svgai.output.render import render
from svgai.output.svg import write
from tests.pictures import opaque


def test_a_large_picture_is_drawn_from_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    y, x = np.mgrid[:160, :240]
    source = opaque(np.dstack([x, 255 - x, y]).astype(np.uint8))
    monkeypatch.setattr(engine, "MOST_PIXELS", 10_000)
    drawn = engine.draw(source, GradientPlan())
    assert isinstance(drawn, Drawing)
    assert drawn.width * drawn.height <= 10_000
    assert drawn.page_size == PageSize("240", "160")
    assert compare(source, render(write(drawn), 240, 160)).ssim > 0.98
