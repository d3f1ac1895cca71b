"""Colours that a page sets, and others on dark pages, in Chromium; programs without CSS show what is drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from svgai import Settings
from svgai.arrays import Pixels
from svgai.cli import main
from svgai.drawing import Color, Drawing, Flat, LinearGradient, Rect, Shape, Stop
from svgai.output.finish import finish
from svgai.output.render import render_stretched
from svgai.output.svg import write
from tests.page.browser import Browser
from tests.page.test_inlined import alone, shown
from tests.pictures import coin, encoded

BLACK, BLUE, LILAC = Color(0, 0, 0), Color(0, 0, 255), Color(150, 60, 220)
# Four bars across: black, blue, a stroke of blue, a gradient that has one colour.
DRAWING = Drawing(60, 60, (
    Shape(Rect(0, 0, 60, 15), Flat(BLACK)), Shape(Rect(0, 15, 60, 15), Flat(BLUE)),
    Shape(Rect(5, 35, 50, 5), Flat(BLUE), 10), Shape(Rect(0, 45, 60, 15), LinearGradient(
        (0, 0), (60, 0), (Stop(0, LILAC), Stop(1, LILAC)))),
))  # fmt: skip
PLAIN = [BLACK, BLUE, BLUE, LILAC]


def themed(**words: str) -> str:
    return write(finish(DRAWING, Settings(**words))).text  # type: ignore[arg-type]


def bars(picture: Pixels) -> list[tuple[int, ...]]:
    return [tuple(picture[y, 30].tolist()) for y in (7, 22, 37, 52)]


def test_a_page_sets_variables(browser: Browser, tmp_path: Path) -> None:
    text = themed(css_vars="logo")
    style = "<style>:root{--logo-blue:#0f0;--logo-purple:#f80}</style>"
    assert bars(shown(browser, tmp_path, [text])[0]) == PLAIN
    assert bars(shown(browser, tmp_path, [style + text])[0]) == [BLACK, (0, 255, 0), (0, 255, 0), (255, 136, 0)]
    beside = style + write(DRAWING).text + text
    assert bars(shown(browser, tmp_path, [beside])[0]) == PLAIN  # another SVG of the page keeps its colours


def test_dark_pages_have_other_inks(browser: Browser, tmp_path: Path) -> None:
    text = themed(dark="#010102=#fff,#9a3cdc=#123")
    assert bars(shown(browser, tmp_path, [alone(text)])[0]) == PLAIN
    browser.resize(1440, 900, dark=True)
    inverted = [(255, 255, 255), BLUE, BLUE, (17, 34, 51)]
    assert [bars(picture) for picture in shown(browser, tmp_path, [text, alone(text)])] == [inverted] * 2
    both = "<style>:root{--a-black:#f00}</style>" + themed(css_vars="a", dark="#000=#fff,#00f=#0ff")
    assert bars(shown(browser, tmp_path, [both])[0])[:2] == [(255, 0, 0), (0, 255, 255)]


def test_without_css_it_is_the_drawing() -> None:
    plain = render_stretched(write(DRAWING).text, 60, 60).pixels
    for words in ({"css_vars": "logo"}, {"dark": "#000=#fff"}, {"css_vars": "a", "dark": "#00f=#0ff"}):
        text = themed(**words)
        assert (render_stretched(text, 60, 60).pixels == plain).all()
        assert text.count("<style>") == 1
    assert "style" not in themed()
    assert "style" not in write(finish(replace(DRAWING, shapes=()), Settings(css_vars="logo"))).text


def test_words_for_them(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(coin(24, 8, (20, 20, 20))))
    target = tmp_path / "a.svg"
    for arguments, said in (
        (["--fill", "currentColor"], 'fill="currentColor"'),
        (["--css-vars", "coin"], "fill:var(--coin-black,#141414)"),
        (["--dark", "#000=#fff, #141414=#eee"], '[fill="#141414"]{fill:#eee}'),
    ):
        done = CliRunner().invoke(main, ["convert", str(tmp_path / "a.png"), "--force", "-o", str(target), *arguments])
        assert done.exit_code == 0, done.output
        assert said in target.read_text()
    for wrong, said in ((["--css-vars", "1 a"], "after a letter"), (["--dark", "#000"], "no list of pairs")):
        done = CliRunner().invoke(main, ["convert", str(tmp_path / "a.png"), *wrong])
        assert done.exit_code == 2
        assert said in done.output
    with pytest.raises(ValueError, match="no list of pairs"):
        Settings(dark="white")
