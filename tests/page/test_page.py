"""The page as text: what it holds, how large it is, where it may be written."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from svgai import pipeline
from svgai.errors import UsageError
from svgai.files import Job
from svgai.outcome import Converted, converted
from svgai.picture.raster import Raster
from svgai.report import place
from svgai.report.card import card
from svgai.report.held import Pictures, uri
from svgai.report.names import anchor, base, link
from svgai.report.page import MOST_CARDS, Head, page, share
from svgai.report.pictures import pictures
from svgai.report.plots import plots, plotted
from svgai.report.urgency import distance
from svgai.settings import Settings
from tests.pictures import coin, encoded, noise, opaque


@pytest.fixture(scope="module")
def outcome() -> Converted:
    return converted("disc.png", "disc.svg", pipeline.convert(encoded(coin()), Settings()))


def size_of(held: Pictures) -> int:
    parts = [uri("image/webp", held.thumb), uri("image/webp", held.svg_thumb), held.svg or ""]
    return sum(map(len, parts)) + (len(uri(*held.source)) if held.source else 0)


def test_500_pictures_stay_below_30_mb(outcome: Converted) -> None:
    """The worst there is: noise at any size, with an SVG as long as its picture."""
    room = share(500)
    worst = 0
    for width, height in ((64, 64), (150, 150), (640, 480), (1200, 900)):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><!--{"x" * width * height}--></svg>'
        raster = opaque(noise(height, width))
        held = pictures(raster, svg, room, encoded(raster.pixels))
        worst = max(worst, size_of(held) + len(card(outcome)))
    assert 500 * worst < 30_000_000


def test_what_has_room_is_held_whole() -> None:
    raster = Raster(coin())
    file = encoded(coin())
    held = pictures(raster, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>", 1_000_000, file)
    assert held.source == ("image/png", file)
    assert held.exact
    assert held.svg is not None
    assert not pictures(raster, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>", 0, file).exact


def test_of_too_many_the_worst_are_shown(outcome: Converted) -> None:
    many = [
        replace(outcome, source=f"{k}.png", ssim=1 - k / 1e6, delta_e=0.0, alpha_error=0.0)
        for k in range(MOST_CARDS + 5)
    ]
    text = "".join(page(many, lambda k: card(many[k]), Head("many", ""), "many.html"))
    assert text.count('<article class="card') == MOST_CARDS
    assert "5 more are not shown here" in text
    assert 'data-name="2004.png"' in text
    assert 'data-name="4.png"' not in text


def test_only_its_own_script_and_style_run(outcome: Converted) -> None:
    text = "".join(page([outcome], lambda _: card(outcome), Head("one", ""), "one.html"))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert not re.search(
        r"\bon\w+=|https?://(?!www\.w3\.org)", re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    )
    assert not re.search(r'(src|href)="(?!data:|#)', text)


@pytest.mark.parametrize("name", ["javascript:alert(1).png", "a b#c?.png", "//host/x.png", "\udcff.png"])
def test_links_are_files(name: str) -> None:
    assert link(name).startswith(("./", "file:///"))
    assert not re.search(r"[ #?]", link(name))
    assert anchor(name).startswith("#")


def test_links_begin_where_the_page_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert base("look.html") == "././"
    assert base(os.path.join("..", "reports", "look.html")) == "./../work/"


def test_distance_is_0_on_the_target(outcome: Converted) -> None:
    on_it = replace(outcome, ssim=outcome.target_ssim, ssim_floor=0.0, delta_e=0.0, alpha_error=0.0)
    assert distance(on_it) == pytest.approx(0, abs=1e-9)
    assert distance(replace(on_it, ssim=1.0)) == 1
    assert distance(replace(on_it, ssim=1.0, delta_e=2 * on_it.target_delta_e)) == -1
    assert distance(replace(on_it, ssim_floor=0.9999, ssim=0.0)) == 1  # one flat colour: SSIM says nothing


def test_plots_mark_their_targets(outcome: Converted) -> None:
    images = [plotted(replace(outcome, source=f"{k} <i>.png", ssim=1 - 10 ** -(k / 50))) for k in range(200)]
    drawn = plots(images)
    assert drawn.count('class="target"') == 2
    assert drawn.count("<circle") == 600
    assert "<i>" not in drawn
    assert all(-5 <= float(y) <= 64 for y in re.findall(r'cy="([-\d.]+)"', drawn))


def test_a_page_replaces_only_a_page(tmp_path: Path, outcome: Converted) -> None:
    other, ours, picture = tmp_path / "notes.html", tmp_path / "look.html", tmp_path / "a.html"
    other.write_text("<h1>notes</h1>")
    ours.write_text("".join(page([outcome], lambda _: card(outcome), Head("one", ""), str(ours))))
    place.check(str(ours), (".html",), [])
    place.check(str(tmp_path / "new.html"), (".html",), [])
    for path, others in ((other, []), (picture, [str(picture)]), (tmp_path, [])):
        with pytest.raises(UsageError):
            place.check(str(path), (".html",), [Job(name, name) for name in others])
