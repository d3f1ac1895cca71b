"""Thin places are found wherever they are, corners are none, and both are said in the record."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import svgai
from svgai.cli import main
from svgai.drawing import Color, Contour, Drawing, Ellipse, Flat, Rect, Shape
from svgai.drawing import Path as Curve
from svgai.lengths import points
from svgai.measure.thin import Thin, thin
from svgai.outcome import as_json, converted, from_json
from svgai.output.visible import color_shares, visible
from svgai.report.text import lines
from tests.pictures import encoded

WHITE, BLACK, RED = (Flat(Color(*c)) for c in ((255, 255, 255), (0, 0, 0), (200, 0, 0)))


def polygon(*corners: tuple[float, float]) -> Curve:
    return Curve((Contour.polygon(np.array(corners)),))


def found(*shapes: Shape, least: float = 5) -> tuple[Thin, ...]:
    return thin(Drawing(200, 200, (Shape(Rect(0, 0, 200, 200), WHITE), *shapes)), least)


@pytest.mark.parametrize(
    ("shape", "box"),
    [
        (Shape(Rect(10, 10, 100, 3), BLACK), (10, 10, 100, 3)),
        (Shape(polygon((20, 150), (120, 150)), BLACK, 2), (20, 149, 100, 2)),
        (Shape(Ellipse(100, 60, 1.5, 1.5), RED), (98.5, 58.5, 3, 3)),
    ],
)
def test_what_is_thinner_is_found_where_it_is(shape: Shape, box: tuple[float, ...]) -> None:
    (place,) = found(shape)
    assert np.allclose(place[:4], box, atol=0.4)
    assert 0.8 * min(box[2:]) <= place.thickness <= 1.1 * min(box[2:])
    assert found(shape, least=0.8 * min(box[2:])) == ()


def test_a_neck_and_a_spike_are_thin_and_corners_are_not() -> None:
    dumbbell = [Shape(Ellipse(x, 60, 20, 20), RED) for x in (40, 160)]
    (neck,) = found(*dumbbell, Shape(Rect(40, 58.5, 120, 3), RED))
    assert neck.x == pytest.approx(60, abs=1.5)
    assert neck.width == pytest.approx(80, abs=3)
    (spike,) = found(Shape(polygon((150, 80), (160, 190), (140, 190)), RED))
    assert spike.y == pytest.approx(80, abs=3)
    turns = [k * math.pi / 5 for k in range(10)]
    radii = [80 if k % 2 == 0 else 32 for k in range(10)]
    star = [(100 + r * math.sin(a), 100 - r * math.cos(a)) for r, a in zip(radii, turns, strict=True)]
    for shape in (Shape(polygon(*star), RED), Shape(polygon((30, 30), (160, 60), (80, 150)), RED)):
        assert found(shape) == ()


def test_what_is_seen_counts_and_not_what_lies_beneath() -> None:
    """A ring of 3 px is a disc on a disc, none where it is covered; what goes on beyond the page is as wide there."""
    discs = [Shape(Ellipse(100, 100, r, r), paint) for r, paint in ((40, BLACK), (37, RED))]
    (ring,) = found(*discs)
    assert np.allclose(ring[:4], (60, 60, 80, 80), atol=0.5)
    assert found(*discs, Shape(Ellipse(100, 100, 50, 50), RED)) == ()
    assert found(Shape(Rect(-3, 60, 6, 60), BLACK)) == ()


def test_labels_are_whole_pixels_of_what_is_on_top() -> None:
    drawing = Drawing(4, 2, (Shape(Rect(0, 0, 2, 2), RED), Shape(Rect(1, 0, 1, 2), BLACK)))
    labels, paints = visible(drawing, 8, 4)
    assert labels.tolist() == [[1, 1, 2, 2, 0, 0, 0, 0]] * 4
    assert paints == [RED, BLACK]
    assert color_shares(drawing) == {"#c80000": 0.25, "#000000": 0.25}
    assert color_shares(Drawing(3, 3, ())) == {}


def picture() -> Any:
    """A bar of 3 and one of 12 px on white."""
    pixels = np.full((96, 96, 3), 255, np.uint8)
    pixels[10:13, 10:80] = (0, 0, 0)
    pixels[30:42, 10:80] = (200, 0, 0)
    return pixels


def test_the_page_says_how_thin_that_is(tmp_path: Path) -> None:
    (tmp_path / "bars.png").write_bytes(encoded(picture()))
    result = svgai.convert(picture(), width="96mm", min_width="4mm")
    record = converted("bars.png", "bars.svg", result)
    assert (record.thin, svgai.convert(picture(), width="96mm", min_width="2mm").to_dict()["thin"]) == (1, 0)
    assert np.allclose(record.thin_places[0][:4], (10, 10, 70, 3), atol=0.5)
    assert from_json(as_json(record)) == record
    assert "1 place is thinner than --min-width: at " in lines(record)
    assert list(record.colors) == ["#ffffff", "#c80000", "#000000"]
    assert record.colors["#c80000"] == pytest.approx(12 * 70 / 96**2, abs=0.002)
    done = CliRunner().invoke(main, ["convert", str(tmp_path / "bars.png"), "--dpi", "25.4", "--min-width", "4mm"])
    assert "1 place is thinner" in done.output
    assert 'width="272.126pt"' in (tmp_path / "bars.svg").read_text()


def test_a_pixel_is_as_large_as_dpi_says_unless_a_size_is_given() -> None:
    for settings, size in (
        ({"dpi": 300}, "0.32in"),
        ({"dpi": 72}, "96pt"),
        ({"dpi": 96}, "96px"),
        ({}, "96px"),
        ({"dpi": 300, "width": "80mm"}, "80mm"),
    ):
        page = svgai.convert(picture(), quality="fast", **settings).svg.page
        assert points(page.width) == pytest.approx(points(size), rel=1e-5)
        assert page.width == page.height
    with pytest.raises(ValueError, match="dpi is a number above 0"):
        svgai.Settings(dpi=0)
    with pytest.raises(ValueError, match="no length"):
        svgai.Settings(min_width="thin")
