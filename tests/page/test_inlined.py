"""SVGs in one HTML page: each shows what it shows alone."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import svgai
from svgai import pipeline
from svgai.arrays import Pixels
from svgai.drawing import Color, Contour, Drawing, Flat, LinearGradient, Rect, Shape, Stop
from svgai.drawing import Path as Outline
from svgai.option_kinds import AUTO
from svgai.outcome import Converted
from svgai.output.render import render_stretched
from svgai.output.svg import write
from svgai.settings import Settings
from tests.page.browser import Browser
from tests.pictures import encoded

SAMPLES = Path(__file__).parents[2] / "samples"


def drawing(first: Color, second: Color) -> Drawing:
    """Two gradients, and an outline that is used twice."""
    down = LinearGradient((0, 0), (0, 60), (Stop(0, first), Stop(1, second)))
    across = LinearGradient((0, 0), (60, 0), (Stop(0, second, 0.5), Stop(1, first)))
    offset = first.r / 20
    points = np.array([[10.0 + offset, 10], [50, 10 + offset], [30, 50]])
    outline = Outline((Contour.polygon(points),))
    return Drawing(60, 60, (
        Shape(Rect(0, 0, 60, 60), down), Shape(outline, Flat(second)), Shape(outline, across),
    ))  # fmt: skip


DRAWINGS = [drawing(Color(200, 30, 40), Color(250, 220, 0)), drawing(Color(20, 80, 200), Color(0, 200, 120))]


def shown(browser: Browser, folder: Path, bodies: list[str]) -> list[Pixels]:
    """What each of the bodies shows, one under the other in a page."""
    page = folder / "page.html"
    page.write_text("<!doctype html><style>body{margin:0} svg,img{display:block}</style>" + "".join(bodies))
    browser.open(page.as_uri())
    picture = browser.picture()
    return [picture[60 * k : 60 * (k + 1), :60] for k in range(len(bodies))]


def alone(text: str) -> str:
    return f'<img src="data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}">'


def differing(one: list[Pixels], other: list[Pixels]) -> list[bool]:
    return [bool((a != b).any()) for a, b in zip(one, other, strict=True)]


def test_with_prefixes_none_takes_anothers_paint(browser: Browser, tmp_path: Path) -> None:
    texts = [write(replace(d, id_prefix=AUTO)).text for d in DRAWINGS]
    expected = shown(browser, tmp_path, [alone(text) for text in texts])
    assert differing(shown(browser, tmp_path, texts), expected) == [False, False]
    assert differing(expected[:1], expected[1:]) == [True]


def test_without_them_they_do(browser: Browser, tmp_path: Path) -> None:
    """What the prefix is for: if this fails, it is no longer needed."""
    texts = [write(d).text for d in DRAWINGS]
    expected = shown(browser, tmp_path, [alone(text) for text in texts])
    assert differing(shown(browser, tmp_path, texts), expected) == [False, True]


CELL, COLUMNS = 120, 6


def placed(text: str, place: int) -> str:
    """An SVG in its cell of a grid."""
    left, top = CELL * (place % COLUMNS), CELL * (place // COLUMNS)
    return f'<div style="left:{left}px;top:{top}px">{text}</div>'


@pytest.mark.slow
def test_every_sample_shows_the_same_among_all_others(browser: Browser, tmp_path: Path) -> None:
    """All in one page: any two of them stand in it together, and an id that two have would change one."""
    done = svgai.batch(SAMPLES, tmp_path / "out", quality="fast", jobs=2)
    texts = [Path(outcome.target).read_text() for outcome in done if isinstance(outcome, Converted)]
    assert len(texts) == len(list(SAMPLES.iterdir()))
    ids = [set(re.findall(r'\bid="([^"]+)"', text)) for text in texts]
    assert sum(map(len, ids)) == len(set.union(*ids)) > 0
    style = f"<!doctype html><style>div{{position:absolute}} svg{{width:{CELL}px;height:{CELL}px}}</style>"
    page = tmp_path / "page.html"

    def seen(*places: int) -> Pixels:
        page.write_text(style + "".join(placed(texts[k], k) for k in places))
        browser.open(page.as_uri())
        return browser.picture()

    together = seen(*range(len(texts)))
    for k in range(len(texts)):
        top, left = CELL * (k // COLUMNS), CELL * (k % COLUMNS)
        cell = np.s_[top : top + CELL, left : left + CELL]
        assert (seen(k)[cell] == together[cell]).all(), texts[k][:200]


def test_a_converted_picture_is_heard_and_takes_its_place(browser: Browser, tmp_path: Path) -> None:
    ramp = np.repeat(np.linspace(0, 255, 120).astype(np.uint8)[None, :, None], 60, axis=0)
    data = encoded(np.dstack([ramp, 255 - ramp, np.full_like(ramp, 90)]))
    settings = Settings(title="A <ramp> & more", size=False, id_prefix=AUTO)
    text = pipeline.convert(data, settings).svg.text
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><html lang=en><title>t</title><main style='width:240px'>{text}</main>")
    browser.open(page.as_uri())
    svg = browser.find("svg")
    assert svg.rect["width"] == 240
    assert svg.accessible_name == "A <ramp> & more"
    assert svg.aria_role in ("img", "image")
    assert render_stretched(text, 120, 60).width == 120


@pytest.mark.parametrize("prefix", ["", "logo-"])
def test_ids_begin_with_the_prefix(prefix: str) -> None:
    text = write(replace(DRAWINGS[0], id_prefix=prefix)).text
    assert text.count(f'id="{prefix}') == 3
    assert text.count(f"url(#{prefix}") == 2
    assert text.count(f'xlink:href="#{prefix}') == 2


def test_auto_depends_on_nothing_but_the_content() -> None:
    one, again, other = (write(replace(d, id_prefix=AUTO)).text for d in (DRAWINGS[0], DRAWINGS[0], DRAWINGS[1]))
    assert one == again
    ids = [text.split('id="')[1].split('"')[0] for text in (one, other)]
    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id_prefix": '"><script>'},
        {"id_prefix": "1a"},
        {"title": "two\nlines"},
        {"title": " "},
        {"size": False, "width": "3in"},
    ],
)
def test_what_is_no_name_is_refused(wrong: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(ValueError, match=r"neither|no line|size is off"):
        Settings(**wrong)


def test_the_title_is_the_files_name() -> None:
    assert Settings(title=AUTO).named("a/b/red fox.tar.png").title == "red fox.tar"
    assert Settings(title="fox").named("a.png").title == "fox"
    assert Settings().named("a.png").title is None
