from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from svgai.draw.contour.engine import draw
from svgai.draw.contour.labels.palette import find_palette
from svgai.draw.contour.plan import ContourPlan
from svgai.drawing import Drawing
from svgai.output.render import render_stretched
from svgai.output.svg import write
from svgai.picture.alpha import premultiply
from svgai.picture.raster import Raster
from tests.truth import BLACK, BLUE, RED, RGBA, WHITE, as_jpeg, disc, picture, polygon, ring, square

NEAR_WHITE: RGBA = (240, 241, 242, 255)


@cache
def clean() -> Raster:
    return picture(
        192,
        160,
        WHITE,
        (polygon(np.array([[96.0, -1], [193, -1], [193, 90], [96, 90]])), NEAR_WHITE),
        (disc(60.3, 70.6, 45), RED),
        (ring(140.2, 100.7, 40, 22), BLUE),
        (polygon(square(60, 72, 30, 20)), BLACK),
    )


def drawn(raster: Raster) -> Drawing:
    drawing = draw(raster, ContourPlan())
    assert isinstance(drawing, Drawing)
    return drawing


@cache
def drawn_clean() -> Drawing:
    return drawn(clean())


@pytest.mark.parametrize("subsampling", ["4:2:0", "4:4:4"])
@pytest.mark.parametrize("quality", [75, 85, 95])
def test_a_coded_picture_is_drawn_as_the_clean_one(quality: int, subsampling: str) -> None:
    coded, truth = drawn(as_jpeg(clean(), quality, subsampling)), drawn_clean()
    assert len(coded.shapes) <= len(truth.shapes) + 1
    assert coded.segment_count <= 1.5 * truth.segment_count
    shown = [render_stretched(write(d).text, 4 * 192, 4 * 160).pixels.astype(np.float64) for d in (coded, truth)]
    assert np.abs(shown[0] - shown[1]).mean() < 1.0


@pytest.mark.parametrize("quality", [75, 85, 95])
def test_the_palette_of_a_coded_picture(quality: int) -> None:
    coded = as_jpeg(clean(), quality, "4:2:0")
    found = find_palette(coded, premultiply(coded.pixels), 64).palette.rgba.astype(int)
    truth = np.array([WHITE, NEAR_WHITE, RED, BLUE, BLACK])
    assert len(found) == len(truth)
    assert np.abs(found[:, None] - truth).max(axis=2).min(axis=0).max() <= 4
