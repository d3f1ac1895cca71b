"""The service's page as people use it, in Chromium, before a stub of the service."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

import svgai
from tests.page.browser import Browser
from tests.page.stub import Stub, serving
from tests.pictures import coin, encoded, lopsided

NAME = "<b>disc & co.png"


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[str, Stub]]:
    with serving() as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two pictures, and one that is none."""
    made = {NAME: encoded(coin()), "bars.png": encoded(lopsided()), "broken.png": encoded(coin())[:200]}
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return [str(tmp_path / name) for name in made]


def convert(browser: Browser, service: tuple[str, Stub], files: list[str]) -> None:
    browser.open(service[0])
    browser.until(lambda: browser.all(".options select"))
    browser.find(".drop input").send_keys("\n".join(files))
    settled(browser, len(files))


def settled(browser: Browser, count: int) -> None:
    browser.until(
        lambda: len(browser.all(".jobs .verdict:not(.late)")) == count and not browser.seen(".jobs progress")
    )


def shown(browser: Browser, name: str) -> None:
    title = "return document.querySelector('.result h2').textContent"
    browser.until(lambda: browser.run(title) == name and browser.seen(".stage"))
    browser.until(lambda: browser.run("return [...document.querySelectorAll('.stage img')].every((i) => i.complete)"))


def downloaded(browser: Browser, name: str) -> bytes:
    path = browser.folder / "got" / name
    browser.until(path.exists)
    return path.read_bytes()


def to_folder(browser: Browser) -> None:
    where = {"behavior": "allow", "downloadPath": str(browser.folder / "got")}
    browser.driver.execute_cdp_cmd("Browser.setDownloadBehavior", where)


def test_from_a_file_to_its_svg(browser: Browser, service: tuple[str, Stub], files: list[str]) -> None:
    to_folder(browser)
    convert(browser, service, files[:1])
    shown(browser, NAME)
    expected = svgai.convert(files[0])
    assert f"SSIM {expected.score.ssim:.4f}" in browser.text(".headline")
    assert browser.all(".jobs b:not(.verdict)") == []
    browser.drag(".handle", -150, 0)
    assert int(browser.find(".handle").get_attribute("aria-valuenow") or -1) < 45
    browser.click(".links .primary")
    assert downloaded(browser, "_b_disc & co.svg") == expected.svg.data


def test_many_with_one_that_fails(browser: Browser, service: tuple[str, Stub], files: list[str]) -> None:
    to_folder(browser)
    convert(browser, service, files)
    said = [element.text for element in browser.all(".jobs .said")]
    assert [words.split()[0] for words in said] == ["PASS", "PASS", "failed"]
    assert "damaged" in said[2]
    browser.click(".all")
    downloaded(browser, "svgai.zip")
    with zipfile.ZipFile(browser.folder / "got" / "svgai.zip") as archive:
        assert "bars.svg" in archive.namelist()
    browser.all(".jobs button")[1].click()
    shown(browser, "bars.png")
    browser.keys(Keys.ARROW_UP, Keys.ENTER)
    shown(browser, NAME)
    browser.all(".jobs button")[2].click()
    browser.until(lambda: "damaged" in browser.text(".numbers"))
    assert browser.seen(".stage") == []


def test_options_are_the_services_own(browser: Browser, service: tuple[str, Stub], files: list[str]) -> None:
    convert(browser, service, files[:1])
    assert service[1].words == {}
    assert browser.find("[name=quality]").get_attribute("value") == "balanced"
    assert browser.find("[name='contour.tolerance']").get_attribute("type") == "number"
    browser.find("[name=background]").send_keys("#00f")
    browser.click("[name=quality] option[value=fast]")
    browser.click(".again button")
    browser.until(lambda: service[1].words == {"background": "#00f", "quality": "fast"})
    settled(browser, 1)
    expected = svgai.convert(files[0], background="#00f", quality="fast")
    browser.until(lambda: f"SSIM {expected.score.ssim:.4f}" in browser.text(".headline"))


def test_drop_and_paste(browser: Browser, service: tuple[str, Stub], files: list[str]) -> None:
    browser.open(service[0])
    picture = base64.b64encode(Path(files[1]).read_bytes()).decode()
    give = """
        const [text, type, name] = arguments;
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], name, { type: "image/png" }));
        const event = type === "paste" ? new ClipboardEvent(type, { clipboardData: data, bubbles: true })
            : new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
        document.body.dispatchEvent(event);
    """
    browser.run(give, picture, "dragover", "x.png")
    assert browser.run("return 'over' in document.body.dataset")
    browser.run(give, picture, "drop", "dropped.png")
    assert not browser.run("return 'over' in document.body.dataset")
    browser.run(give, picture, "paste", "pasted.png")
    settled(browser, 2)
    assert [element.text for element in browser.all(".jobs .name")] == ["dropped.png", "pasted.png"]


def test_copy_and_clear(browser: Browser, service: tuple[str, Stub], files: list[str]) -> None:
    grant = {"origin": service[0].rstrip("/"), "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    browser.driver.execute_cdp_cmd("Browser.grantPermissions", grant)
    convert(browser, service, files[:1])
    shown(browser, NAME)
    copy = browser.all(".links button")[1]
    copy.click()
    browser.until(lambda: copy.text == "Copied")
    read = "navigator.clipboard.readText().then(arguments[0])"
    assert browser.driver.execute_async_script(read) == svgai.convert(files[0]).svg.text
    browser.click(".clear")
    assert browser.seen(".drop")
    assert browser.all(".jobs li") == []
    assert browser.seen(".result") == []


def test_what_is_no_picture_is_said(browser: Browser, service: tuple[str, Stub], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    browser.open(service[0])
    browser.find(".drop input").send_keys(str(tmp_path / "notes.txt"))
    assert browser.text(".trouble") == "These are no pictures."


def test_zoom_heat_and_outline_are_the_reports(browser: Browser, service: tuple[str, Stub], files: list[str]) -> None:
    convert(browser, service, files[:1])
    shown(browser, NAME)
    browser.choose("outline")
    browser.until(lambda: browser.text(".note") == "4 nodes in 1 shape")
    browser.choose("heat")
    browser.until(lambda: "mean" in browser.text(".note"))
    before = browser.text(".zoom")
    browser.run("document.querySelector('.stage').focus()")
    browser.keys("+")
    assert browser.text(".zoom") != before


@pytest.mark.parametrize("dark", [False, True])
def test_people_who_do_not_see_can_use_it(
    browser: Browser, service: tuple[str, Stub], files: list[str], dark: bool
) -> None:
    browser.resize(1440, 900, dark)
    browser.open(service[0])
    browser.until(lambda: browser.all(".options select"))
    assert browser.faults() == []
    convert(browser, service, files)
    shown(browser, NAME)
    assert browser.faults() == []
    assert "SSIM" in browser.run("return document.querySelector('.status').textContent")


def test_it_fits_a_phone(browser: Browser, service: tuple[str, Stub], files: list[str]) -> None:
    browser.resize(390, 844)
    browser.open(service[0])
    browser.until(lambda: browser.all(".options select"))
    assert not browser.overflows()
    convert(browser, service, files)
    shown(browser, NAME)
    assert not browser.overflows()
    assert browser.find(".stage").rect["width"] == 390


def test_nothing_is_asked_that_the_page_does_not_need(
    browser: Browser, service: tuple[str, Stub], files: list[str]
) -> None:
    service[1].asked.clear()
    convert(browser, service, files[:1])
    shown(browser, NAME)
    asked = [path for path in service[1].asked if not path.startswith("/static/")]
    job = json.dumps(asked).count("/svg")
    assert job == 1
    assert asked[:3] == ["/", "/options/schema", "/jobs"]
    assert len(asked) == 6  # events, how things stand at their end, the SVG
