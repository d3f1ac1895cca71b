"""The page on the service itself, in Chromium: from dropped pictures to their SVGs. tests/page has the rest."""

from __future__ import annotations

import zipfile
from pathlib import Path

import svgai
from tests.page.browser import Browser
from tests.page.conftest import browser, chromium  # noqa: F401 - fixtures
from tests.page.test_service import downloaded, settled, shown, to_folder
from tests.pictures import coin, encoded, lopsided
from tests.serve.running import Running


def sent(page: Browser, service: Running, folder: Path, pictures: dict[str, bytes]) -> None:
    for name, data in pictures.items():
        (folder / name).write_bytes(data)
    page.open(f"{service.url}/")
    page.until(lambda: page.all(".options select"))
    page.find(".drop input").send_keys("\n".join(str(folder / name) for name in pictures))
    settled(page, len(pictures))


def test_from_a_picture_to_its_svg(browser: Browser, service: Running, tmp_path: Path) -> None:  # noqa: F811
    data = encoded(coin())
    to_folder(browser)
    sent(browser, service, tmp_path, {"disc.png": data})
    shown(browser, "disc.png")
    expected = svgai.convert(data)
    assert f"SSIM {expected.score.ssim:.4f}" in browser.text(".headline")
    browser.drag(".handle", -150, 0)
    assert int(browser.find(".handle").get_attribute("aria-valuenow") or 0) < 45
    browser.click(".links .primary")
    assert downloaded(browser, "disc.svg") == expected.svg.data


def test_several_at_once_and_all_in_one_zip(browser: Browser, service: Running, tmp_path: Path) -> None:  # noqa: F811
    to_folder(browser)
    pictures = {"a.png": encoded(coin()), "b.png": encoded(lopsided()), "broken.png": encoded(coin())[:200]}
    sent(browser, service, tmp_path, pictures)
    browser.click(".all")
    where = browser.folder / "got"
    browser.until(lambda: list(where.glob("*.zip")))
    with zipfile.ZipFile(next(where.glob("*.zip"))) as archive:
        assert archive.read("a.svg") == svgai.convert(pictures["a.png"]).svg.data
        assert sorted(archive.namelist()) == ["a.svg", "b.svg", "report.json"]
