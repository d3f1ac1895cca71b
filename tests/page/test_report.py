"""The report as people use it, in Chromium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from svgai import files, job
from svgai.files import Job
from svgai.outcome import Converted, Failed, Outcome, Skipped
from svgai.pipeline import Conversion
from svgai.report.card import card
from svgai.report.page import Head, share, write
from svgai.report.pictures import original, pictures
from svgai.report.text import shown
from svgai.settings import Settings
from tests.page.browser import Browser
from tests.pictures import coin, encoded, lopsided

HOSTILE = (
    "<img src=x onerror=document.title='run'>.png",
    "\"quoted' & <b>bold</b>.png",
    "new\nline.png",
    "\u202egnp.שלום.png",
    "javascript:document.title='run'.png",
    "</script><script>document.title='run'</script>.png",
    "percent%41 #hash?query.png",
)


@dataclass(frozen=True)
class Report:
    """A page and what it shows, by name."""

    url: str
    outcomes: dict[str, Outcome]

    def to(self, name: str) -> str:
        return f"{self.url}#{quote(shown(name))}"


def _written(folder: Path, outcomes: Sequence[Outcome], cards: Sequence[str]) -> Report:
    path = folder / "report.html"
    write(str(path), outcomes, lambda k: cards[k], Head("a < b", "today", {"quality": "balanced"}))
    return Report(path.as_uri(), {o.source: o for o in outcomes})


def _converted(source: Path, target: Path) -> tuple[Outcome, Conversion]:
    made: list[Conversion] = []

    def write(outcome: Converted, conversion: Conversion) -> None:
        files.write(outcome.target, conversion.svg.data, replace=True)
        made.append(conversion)

    return job.run(Job(str(source), str(target)), Settings(), write), made[0]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Hostile names, and one of each verdict, with made-up figures to sort by."""
    folder = tmp_path_factory.mktemp("report")
    source = folder / "disc.png"
    source.write_bytes(encoded(coin()))
    settings = Settings()
    done, made = _converted(source, folder / "disc.svg")
    assert isinstance(done, Converted)
    held = pictures(made.raster, made.svg.text, share(9), original(str(source), settings))
    outcomes: list[Outcome] = [
        *(replace(done, source=name, bytes_out=1000 + k) for k, name in enumerate(HOSTILE)),
        replace(done, source="missed.png", verdict="MISS", misses=("SSIM 0.1 < 0.95",), ssim=0.1, tier=2, delta_e=9.0),
        replace(
            done,
            source="late.png",
            in_time=False,
            seconds={"total": 99.0},
            tier=3,
            structure=0.4,
            structure_window=(16, 8, 16, 16),
            looks=("structure 0.40 at 16,8",),
        ),
        Failed(source="gone.png", target="gone.svg", code="unreadable", cause="it is gone", remedy="bring it back"),
        Skipped(source="kept.png", target="kept.svg"),
    ]
    return _written(folder, outcomes, [card(o, held if isinstance(o, Converted) else None) for o in outcomes])


def names(browser: Browser) -> list[str]:
    found: list[str] = browser.run(
        "return [...document.querySelectorAll('.card')].filter((c) => !c.hidden).map((c) => c.dataset.name)"
    )
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_wherever_it_stands(browser: Browser, report: Report, name: str) -> None:
    browser.open(report.to(name))
    browser.until(lambda: browser.find("dialog").is_displayed())
    assert browser.run("return document.querySelector('dialog h2').textContent") == shown(name)
    assert browser.driver.title == "a < b – svgai"
    assert browser.all("img[src=x], b.bold, h3 b") == []
    assert len(browser.all("script:not([type='application/json'])")) == 1


def test_what_needs_a_look_comes_first(browser: Browser, report: Report) -> None:
    browser.open(report.url)
    assert names(browser)[:3] == ["gone.png", "missed.png", "late.png"]
    assert names(browser)[-1] == "kept.png"
    assert browser.text(".totals").startswith("11 images")


def test_filters_of_a_kind_widen_and_kinds_narrow(browser: Browser, report: Report) -> None:
    browser.open(report.url)
    browser.click(".filters [data-name=miss]")
    assert names(browser) == ["missed.png"]
    browser.click(".filters [data-name=failed]")
    assert names(browser) == ["gone.png", "missed.png"]
    browser.click(".filters [data-name='2']")
    assert names(browser) == ["missed.png"]
    assert browser.find(".filters [data-name=miss]").get_attribute("aria-pressed") == "true"
    browser.click(".filters [data-name=all]")
    assert len(names(browser)) == 11
    browser.click(".filters [data-name=look]")
    assert names(browser) == ["late.png"]


def test_search_and_none_found(browser: Browser, report: Report) -> None:
    browser.open(report.url)
    browser.find("[name=words]").send_keys("LATE")
    assert names(browser) == ["late.png"]
    assert browser.text(".count") == "1 of 11"
    browser.find("[name=words]").send_keys("x")
    assert names(browser) == []
    browser.click(".none button")
    assert len(names(browser)) == 11


@pytest.mark.parametrize(
    ("order", "second"),
    [
        ("deltaE", "missed.png"),
        ("seconds", "late.png"),
        ("worst", "late.png"),
        ("bytes", HOSTILE[-1]),
        ("ssim", "missed.png"),
    ],
)
def test_orders(browser: Browser, report: Report, order: str, second: str) -> None:
    """Failures have no numbers, and stay first."""
    browser.open(report.url)
    browser.click(f"[name=order] option[value={order}]")
    if order == "bytes":  # the two last ones have the disc's own bytes
        found = [n for n in names(browser) if n in {shown(h) for h in HOSTILE}]
        assert found == [shown(h) for h in reversed(HOSTILE)]
    else:
        assert names(browser)[:2] == ["gone.png", second]


def test_keys_go_through_cards_and_pictures(browser: Browser, report: Report) -> None:
    browser.open(report.url)
    order = names(browser)
    browser.run("document.querySelector('.card a').focus()")
    browser.keys(Keys.ARROW_RIGHT)
    browser.keys(Keys.ENTER)
    browser.until(lambda: browser.find("dialog").is_displayed())
    title = "return document.querySelector('dialog h2').textContent"
    assert browser.run(title) == order[1]
    browser.keys(Keys.ARROW_RIGHT)
    browser.until(lambda: browser.run(title) == order[2])
    browser.keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    browser.until(lambda: browser.run(title) == order[0])
    assert "it is gone" in browser.text("dialog aside")
    browser.keys(Keys.ESCAPE)
    browser.until(lambda: not browser.find("dialog").is_displayed())
    assert browser.run("return document.activeElement.closest('.card').dataset.name") == order[0]
    assert browser.run("return location.hash") == ""


def opened(browser: Browser, report: Report, name: str = "late.png") -> None:
    browser.open(report.to(name))
    browser.until(lambda: browser.find(".stage").is_displayed())
    browser.until(lambda: browser.run("return [...document.querySelectorAll('.stage img')].every((i) => i.complete)"))


def test_the_slider_moves_by_mouse_and_by_keys(browser: Browser, report: Report) -> None:
    opened(browser, report)
    line = browser.find(".handle")
    assert line.get_attribute("aria-valuenow") == "50"
    browser.drag(".handle", 120, 0)
    after_drag = int(line.get_attribute("aria-valuenow") or -1)
    assert after_drag > 55
    line.send_keys(Keys.ARROW_RIGHT)
    assert int(line.get_attribute("aria-valuenow") or -1) == after_drag + 2
    line.send_keys(Keys.HOME)
    assert line.get_attribute("aria-valuenow") == "0"
    assert line.get_attribute("aria-valuetext") == "source 0 %, SVG 100 %"


def test_zoom_keeps_the_vector_sharp(browser: Browser, report: Report) -> None:
    """At its largest one pixel of the source is wide, and the SVG's edge is still one pixel of the screen."""
    opened(browser, report)
    line = browser.find(".handle")
    line.send_keys(Keys.HOME)  # all of the stage is the SVG
    before = float(browser.text(".zoom").split()[0])
    browser.keys("+", "+")
    assert float(browser.text(".zoom").split()[0]) == pytest.approx(2 * before, rel=0.01)
    for _ in range(12):
        browser.keys("+")
    assert float(browser.text(".zoom").split()[0]) == pytest.approx(16 * before, rel=0.01)
    for _ in range(200):  # to the disc's left rim
        browser.shift(Keys.ARROW_LEFT)
        stage = browser.picture_of(".stage")
        row = stage[len(stage) // 2, 60:-60]
        reds = np.abs(row.astype(int) - (200, 30, 40)).sum(axis=1) < 12
        if not reds.all():
            break
    rim = int(np.argmax(reds)) if reds[-1] else len(reds) - 1 - int(np.argmax(reds[::-1]))
    assert reds[rim : rim + 10].all() or reds[rim - 10 : rim].all()
    outside = row[rim - 3] if reds[-1] else row[rim + 3]
    assert abs(int(outside[0]) - int(outside[1])) < 6  # the ground's grey, three pixels on


def test_zoom_and_pan_by_mouse(browser: Browser, report: Report) -> None:
    opened(browser, report)
    before = browser.text(".zoom")
    browser.run("document.querySelector('.stage').focus()")
    browser.wheel(".stage", -600)
    browser.until(lambda: browser.text(".zoom") != before)
    place = "return document.querySelector('.after .picture').style.transform"
    was = browser.run(place)
    browser.run("document.querySelector('.handle').hidden = true")
    browser.choose("beside")
    browser.drag(".stage .before", -40, -30)
    assert browser.run(place) != was
    assert browser.run(place) == browser.run(place.replace("after", "before"))
    browser.keys("0")
    assert browser.run("return document.querySelector('.zoom').textContent") != before  # half the stage is a pane


def test_the_worst_place_is_shown_and_framed(browser: Browser, report: Report) -> None:
    opened(browser, report)
    assert "structure 0.40 at 16,8" in browser.text("dialog aside")
    browser.choose("beside")
    before = float(browser.text(".zoom").split()[0])
    browser.click(".facts dd button")
    assert float(browser.text(".zoom").split()[0]) > before
    box = "const f = document.querySelector(arguments[0]).getBoundingClientRect(); return [f.x + f.width / 2, f.width]"
    for pane in (".before", ".after"):
        frame, around = browser.run(box, f"{pane} .frame"), browser.run(box, pane)
        assert frame[0] == pytest.approx(around[0], abs=around[1] / 4)
        assert browser.find(f"{pane} .frame").is_displayed()
    browser.keys(Keys.ARROW_LEFT)
    browser.until(lambda: not browser.seen(".frame"))


def test_modes_by_key(browser: Browser, report: Report) -> None:
    opened(browser, report)
    mode = "return document.querySelector('.viewer').dataset.mode"
    browser.run("document.querySelector('.stage').focus()")
    for key, name in (("d", "beside"), ("b", "blink"), ("h", "heat"), ("o", "outline"), ("s", "slider")):
        browser.keys(key)
        assert browser.run(mode) == name
    browser.keys("b")
    browser.until(lambda: browser.text(".note") == "source")
    browser.until(lambda: browser.text(".note") == "SVG")


def test_the_heat_map_measures_what_svgai_measured(browser: Browser, report: Report) -> None:
    opened(browser, report)
    browser.choose("heat")
    browser.until(lambda: "mean" in browser.text(".note"))
    mean = float(browser.text(".note").split("ΔE ")[1].split(",")[0])
    outcome = report.outcomes["late.png"]
    assert isinstance(outcome, Converted)
    assert mean == pytest.approx(outcome.delta_e, abs=0.15)  # another renderer's edges
    assert "roughly" not in browser.text(".note")


def test_the_outline_counts_nodes(browser: Browser, report: Report) -> None:
    """The disc is a circle: four nodes, however it is written."""
    opened(browser, report)
    browser.choose("outline")
    browser.until(lambda: "node" in browser.text(".note"))
    assert browser.text(".note") == "4 nodes in 1 shape"
    assert (np.abs(browser.picture_of(".stage").astype(int) - (0x24, 0x56, 0xC9)).sum(axis=2) < 30).any()


def test_grounds(browser: Browser, report: Report) -> None:
    opened(browser, report)
    ground = "return getComputedStyle(document.querySelector('.after .picture')).backgroundColor"
    browser.choose("black")
    assert browser.run(ground) == "rgb(0, 0, 0)"
    browser.choose("white")
    assert browser.run(ground) == "rgb(255, 255, 255)"
    browser.run("""const color = document.querySelector("input[type=color]");
        color.value = "#336699"; color.dispatchEvent(new Event("input"))""")
    assert browser.run(ground) == "rgb(51, 102, 153)"


@pytest.mark.parametrize("dark", [False, True])
def test_people_who_do_not_see_can_use_it(browser: Browser, report: Report, dark: bool) -> None:
    browser.resize(1440, 900, dark)
    browser.open(report.url)
    assert browser.faults() == []
    assert all(image.get_attribute("alt") for image in browser.all(".card img"))
    opened(browser, report)
    assert browser.faults() == []


def test_it_fits_a_phone(browser: Browser, report: Report) -> None:
    browser.resize(390, 844)
    browser.open(report.url)
    assert not browser.overflows()
    opened(browser, report)
    assert not browser.overflows()
    assert browser.find(".stage").rect["width"] == 390
    browser.choose("beside")
    assert browser.find(".before").rect["width"] == 390  # one above the other


def test_without_script_it_is_still_a_page(browser: Browser, report: Report) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(report.url)
        assert len(browser.seen(".card")) == 11
        assert "MISS" in browser.text(".card.miss")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_sources_beside_the_page(browser: Browser, tmp_path: Path) -> None:
    """Where a page has no room it shows the files, and says that its heat map is rough."""
    source = tmp_path / "große # datei?.png"
    source.write_bytes(encoded(lopsided(400, 300)))
    outcome, made = _converted(source, tmp_path / "x.svg")
    report = _written(tmp_path, [outcome], [card(outcome, pictures(made.raster, made.svg.text, 0))])
    opened(browser, report, str(source))
    sizes = browser.run("return [...document.querySelectorAll('.stage img')].map((i) => [i.naturalWidth, i.src])")
    assert sizes[0][0] == 400
    assert all(url.startswith("file:") for _, url in sizes)
    browser.choose("heat")
    browser.until(lambda: "mean" in browser.text(".note"))
    assert "roughly" in browser.text(".note")
