"""A drawing on a page of the user's size, and the renderer that must not care."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

import svgai
from svgai.drawing import Drawing, PageSize
from svgai.output.finish import finish
from svgai.settings import Settings, from_words

BLANK = Drawing(200, 100, ())


@pytest.mark.parametrize(
    ("width", "height", "page"),
    [("80mm", None, ("80mm", "40mm")), (None, "1in", ("2in", "1in")), ("300px", None, ("300", "150")),
     ("3cm", "4cm", ("3cm", "4cm"))],
)  # fmt: skip
def test_the_missing_side_follows(width: str | None, height: str | None, page: tuple[str, str]) -> None:
    assert finish(BLANK, Settings(width=width, height=height)).page_size == page


def test_dots_an_inch_are_of_the_picture_whose_copy_was_drawn() -> None:
    copy = replace(BLANK, page_size=PageSize("2000", "1000"))
    assert finish(copy, Settings(dpi=100)).page_size == ("1440pt", "720pt")
    assert finish(BLANK, Settings(dpi=100)).page_size == ("144pt", "72pt")


def test_nothing_asked_for_changes_nothing() -> None:
    assert finish(BLANK, Settings(id_prefix="")) is BLANK


@pytest.mark.parametrize("length", ["0mm", "-3mm", "80 mm", "80furlong", "mm", "nan"])
def test_other_words_are_no_lengths(length: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(length))):
        from_words({"width": length})


def test_a_page_in_millimetres_is_measured_like_any_other() -> None:
    pixels = np.full((40, 60, 3), 255, np.uint8)
    pixels[10:30, 20:40] = (200, 0, 40)
    plain, sized = svgai.convert(pixels), svgai.convert(pixels, width="80mm")
    assert 'width="80mm" height="53.3333mm" viewBox="0 0 60 40"' in sized.svg.text
    assert sized.score == plain.score
    assert sized.svg.body == plain.svg.body
