from __future__ import annotations

import numpy as np
import pytest

from svgai.draw.contour.engine import draw
from svgai.draw.contour.labels.label import label
from svgai.draw.contour.labels.palette import find_palette
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.shown import squared_error
from svgai.drawing import Drawing
from svgai.output.render import render
from svgai.output.svg import write
from svgai.picture.alpha import premultiply
from svgai.picture.raster import Raster
from tests.truth import BLACK, BLUE, RED, RGBA, WHITE, Inside, disc, picture, polygon, ring, square

ZOOM = 4


def flat(color: RGBA) -> np.ndarray:
    return premultiply(np.full((4, 5, 4), color, np.uint8))


@pytest.mark.parametrize(
    ("source", "shown", "error"),
    [
        (WHITE, WHITE, 0),
        (WHITE, BLACK, 255**2),
        ((0, 0, 0, 0), BLACK, 255**2),
        ((0, 0, 0, 0), WHITE, 255**2),
        ((10, 0, 0, 255), (13, 0, 0, 255), 3),
    ],
)
def test_an_error_counts_on_the_ground_that_shows_it(source: RGBA, shown: RGBA, error: float) -> None:
    assert squared_error(flat(source), flat(shown)) == error


def at_zoom(size: int, *layers: tuple[Inside, RGBA]) -> tuple[Drawing, float]:
    """The drawing of a picture, and its mean error beside the truth at ZOOM, grey levels."""
    drawing = draw(picture(size, size, WHITE, *layers), ContourPlan())
    assert isinstance(drawing, Drawing)

    def large(inside: Inside) -> Inside:
        return lambda x, y: inside(x / ZOOM, y / ZOOM)

    truth = picture(ZOOM * size, ZOOM * size, WHITE, *((large(i), c) for i, c in layers))
    shown: Raster = render(write(drawing), ZOOM * size, ZOOM * size)
    return drawing, float(np.abs(shown.pixels.astype(np.int64) - truth.pixels).mean())


def test_small_figures_are_drawn_as_they_are_when_larger() -> None:
    _, error = at_zoom(
        24,
        (ring(6.3, 6.6, 3.1, 1.4), BLACK),
        (polygon(square(15.4, 7.2, 5, 0)), BLACK),
        (disc(12.2, 17.1, 1.6), BLACK),
    )
    assert error < 1


def test_a_gap_narrower_than_a_pixel_stays_open() -> None:
    bars = [polygon(np.array([[x, 4.2], [x + 1.5, 4.2], [x + 1.5, 19.7], [x, 19.7]])) for x in (5.3, 7.6, 9.9, 12.2)]
    drawing, error = at_zoom(24, *((b, BLACK) for b in bars))
    assert error < 3
    ink = render(write(drawing), 24 * ZOOM, 24 * ZOOM).pixels[48, :, 0] < 128
    assert (np.diff(ink.astype(int)) == 1).sum() == len(bars)


def test_ink_that_never_fills_a_pixel_is_one_color() -> None:
    lines = [
        polygon(np.array([[x, 3.3], [x + w, 3.3], [x + w, 20.6], [x, 20.6]]))
        for x, w in ((3.3, 0.5), (6.6, 0.7), (9.4, 0.9), (12.7, 0.6), (15.5, 0.8), (18.4, 0.7))
    ]
    drawing, _ = at_zoom(24, *((line, BLACK) for line in lines))
    assert len({s.paint for s in drawing.shapes}) == 2


def test_a_thin_line_between_two_colors_is_of_a_known_one() -> None:
    half, line = (polygon(np.array([[a, 0], [b, 0], [b, 40], [a, 40]])) for a, b in ((20.3, 40), (19.9, 20.6)))
    layers = (half, RED), (line, BLUE), (disc(9, 9, 4), BLUE)
    raster = picture(40, 40, WHITE, *layers)
    premultiplied = premultiply(raster.pixels)
    assert len(label(raster, premultiplied, find_palette(raster, premultiplied, 64), 64).palette) == 3
    assert at_zoom(40, *layers)[1] < 1.5


def test_an_edge_runs_straight_to_the_border() -> None:
    half = polygon(np.array([[-1, 11.4], [25, 11.4], [25, 25], [-1, 25]]))
    dots = [(disc(x, 5.2, 0.9), BLACK) for x in (4.3, 8.6, 12.9, 17.2)]
    drawing, error = at_zoom(24, (half, RED), *dots)
    assert error < 1
    column = render(write(drawing), 24 * ZOOM, 24 * ZOOM).pixels[..., 1].astype(int)
    assert np.abs(column[40:52, :1] - column[40:52, 48:49]).max() < 12
