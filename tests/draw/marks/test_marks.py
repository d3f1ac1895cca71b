"""Small marks taken out of a picture: what counts as one, in which ink, and where it comes to lie again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import svgai
from svgai.arrays import Index
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.palette import find_palette
from svgai.draw.marks.atlas import MARGIN, packed
from svgai.draw.marks.find import FEWEST, Marks, find_marks
from svgai.draw.marks.layer import taken_apart
from svgai.draw.ragged import extremes
from svgai.drawing import Color, Flat, Path
from svgai.picture.alpha import premultiply
from svgai.picture.raster import Raster
from tests.truth import BLUE, RED, RGBA, WHITE, Inside, disc, picture, polygon

GREY: RGBA = (90, 90, 90, 255)


def stem(x: float, y: float, width: float = 1.2) -> Inside:
    """An upright bar of 8 px, thinner than two pixels, as of a letter l."""
    return polygon(np.array([[x, y], [x + width, y], [x + width, y + 8], [x, y + 8]]))


def row(y: float, color: RGBA, count: int = 8) -> list[tuple[Inside, RGBA]]:
    """A line of text: stems 5.3 px apart, each of them elsewhere on the lattice."""
    return [(stem(10.15 + 5.3 * k, y + 0.3), color) for k in range(count)]


def found(raster: Raster) -> Marks | None:
    shown = premultiply(raster.pixels)
    return find_marks(raster.pixels, shown, find_palette(raster, shown, 250), Metric(raster.noise))


def inks(raster: Raster) -> list[Flat]:
    paints = [shape.paint for shape in taken_apart(raster).shapes]
    assert all(isinstance(paint, Flat) for paint in paints)
    return [paint for paint in paints if isinstance(paint, Flat)]


def test_a_line_of_thin_stems_is_one_shape_in_its_ink() -> None:
    raster = picture(80, 40, WHITE, *row(12, RED))
    layer = taken_apart(raster)
    (shape,) = layer.shapes
    assert isinstance(shape.outline, Path)
    assert len(shape.outline.contours) == 8
    assert shape.paint == Flat(Color(*RED[:3]))
    assert (layer.ground.pixels == 255).all(), "nothing of the text is left on its ground"


def test_two_lines_keep_their_two_inks() -> None:
    raster = picture(80, 60, WHITE, *row(12, RED), *row(36, BLUE))
    assert set(inks(raster)) == {Flat(Color(*RED[:3])), Flat(Color(*BLUE[:3]))}


def test_a_line_whose_ink_is_never_full_has_the_ink_of_the_next() -> None:
    thin = [(stem(10.1 + 5 * k, 36.3, 0.9), GREY) for k in range(8)]
    raster = picture(80, 60, WHITE, *row(12, GREY), *thin)
    assert raster.pixels[36:46, :, 0].min() > GREY[0] + 10, "no pixel of the second line is full"
    assert inks(raster) == [Flat(Color(*GREY[:3]))]


def test_a_paler_line_keeps_its_paler_ink() -> None:
    pale = (170, 170, 170, 255)
    raster = picture(80, 60, WHITE, *row(12, GREY), *row(36, pale))
    assert set(inks(raster)) == {Flat(Color(*GREY[:3])), Flat(Color(*pale[:3]))}


def test_marks_come_to_lie_where_they_were() -> None:
    raster = picture(80, 60, WHITE, *row(12, RED), *row(36, BLUE))
    assert svgai.convert(raster.pixels).score.ssim > 0.98


def few() -> Raster:
    return picture(80, 40, WHITE, *row(12, RED, FEWEST - 1))


def areas() -> Raster:
    return picture(80, 40, WHITE, (lambda x, y: x < 40.4, RED), (disc(60, 20, 12), BLUE))


def at_the_border() -> Raster:
    return picture(60, 40, WHITE, *((stem(4 + 6.2 * k, -3), RED) for k in range(8)))


def faint() -> Raster:
    return picture(80, 40, WHITE, *row(12, (240, 240, 240, 255)))


@pytest.mark.parametrize("make", [few, areas, at_the_border, faint])
def test_what_is_no_text_stays_where_it_is(make: object) -> None:
    assert callable(make)
    raster: Raster = make()
    layer = taken_apart(raster)
    assert not layer.shapes
    assert layer.ground is raster


def test_a_picture_of_noise_has_no_marks() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    assert not taken_apart(Raster.from_array(noise)).shapes


def marks_of(boxes: list[tuple[int, int]]) -> Marks:
    """Marks that fill boxes of a height and a width, one below the other."""
    line = np.zeros((sum(h for h, _ in boxes) + len(boxes), 64), np.int64)
    top = 0
    for k, (height, width) in enumerate(boxes, 1):
        line[top : top + height, 3 : 3 + width] = k
        top += height + 1
    share = (line > 0).astype(np.float32)
    return Marks(line, share, np.zeros((len(boxes) + 1, 4), np.float32), np.zeros((*line.shape, 4), np.uint8))


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 40)), min_size=1, max_size=12))
@settings(deadline=None)
def test_an_atlas_has_equal_marks_once_and_knows_all_their_places(boxes: list[tuple[int, int]]) -> None:
    marks = marks_of(boxes)
    atlas = packed(marks)
    sizes = list(zip(atlas.height.tolist(), atlas.width.tolist(), strict=True))
    assert sorted(sizes) == sorted(set(boxes))
    taken = np.zeros(atlas.share.shape, int)
    again = np.zeros_like(marks.share)
    for k, (height, width) in enumerate(sizes):
        top, left = int(atlas.top[k]), int(atlas.left[k])
        assert min(top, left) >= MARGIN
        assert top + height + MARGIN <= atlas.share.shape[0]
        assert left + width + MARGIN <= atlas.share.shape[1]
        taken[top - MARGIN // 2 : top + height + MARGIN // 2, left - MARGIN // 2 : left + width + MARGIN // 2] += 1
        for place in atlas.places_of(left + width / 2, top + height / 2):
            y, x = top + atlas.dy[place], left + atlas.dx[place]
            assert marks.line[y, x] == atlas.line[place]
            again[y : y + height, x : x + width] += atlas.share[top : top + height, left : left + width]
    assert taken.max() == 1
    assert np.array_equal(again, marks.share)


def test_a_letter_is_drawn_alike_wherever_it_stands() -> None:
    copies = [(stem(10.3 + 6 * k, 12.3), RED) for k in range(8)]
    (shape,) = taken_apart(picture(80, 40, WHITE, *copies)).shapes
    assert isinstance(shape.outline, Path)
    first, *others = sorted(shape.outline.contours, key=lambda contour: contour.start[0])
    for k, other in enumerate(others, 1):
        assert np.allclose(other.segments - [6 * k, 0], first.segments)


def extremes_of(values: list[int], owner: list[int], count: int) -> tuple[Index, Index]:
    return extremes(np.array(values, np.int64), np.array(owner, np.int64), count)


def test_extremes_are_the_least_and_the_greatest_of_each_owner() -> None:
    low, high = extremes_of([4, -2, 9, 7], [0, 0, 2, 2], 3)
    assert low[[0, 2]].tolist() == [-2, 7]
    assert high[[0, 2]].tolist() == [4, 9]
    assert low[1] > high[1], "an owner of none"


def test_holes_are_no_marks() -> None:
    clear: RGBA = (0, 0, 0, 0)
    assert not taken_apart(picture(80, 40, RED, *row(12, clear))).shapes
