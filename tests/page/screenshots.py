"""The pictures of the pages in docs/, made again by hand: `python -m tests.page.screenshots`, on an idle machine."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from selenium import webdriver

from tests.page.browser import Browser
from tests.page.conftest import started
from tests.page.stub import serving

ROOT = Path(__file__).parents[2]
DROPPED = ("logo-firefox.png", "emoji-fox.png", "logo-slack.png", "shaded-balloon.png", "icon-git-64px.png")
# name, width, height, dark, what the address names, the viewer's mode
REPORT = (
    ("report-1440-light", 1440, 1000, False, "", ""),
    ("report-390-dark", 390, 844, True, "", ""),
    ("viewer-1440-dark", 1440, 1000, True, "#samples/emoji-fox.png", "outline"),
    ("viewer-1440-light", 1440, 1000, False, "#samples/shaded-teapot.jpg", "slider"),
    ("viewer-390-light", 390, 844, False, "#samples/logo-firefox.png", "beside"),
)
SERVICE = (("service-1440-light", 1440, 900, False, "outline"), ("service-390-dark", 390, 844, True, "slider"))


def keep(browser: Browser, name: str) -> None:
    """Keep what is seen in docs/, as WebP: 90 kB at most where a PNG has 300."""
    browser.run("return document.fonts.ready")
    image = Image.open(io.BytesIO(browser.driver.get_screenshot_as_png())).convert("RGB")
    image.save(ROOT / "docs" / f"{name}.webp", quality=88, method=6)


def opened(browser: Browser, mode: str) -> None:
    browser.until(lambda: browser.find(".stage").is_displayed())
    browser.choose(mode)


def report(driver: webdriver.Chrome, folder: Path) -> None:
    page = folder / "report.html"
    shutil.copytree(ROOT / "samples", folder / "samples")
    command = [sys.executable, "-m", "svgai", "batch", "samples", "-o", "out", "--jobs", "1", "--report", page.name]
    subprocess.run(command, cwd=folder, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    for name, width, height, dark, place, mode in REPORT:
        browser = Browser(driver, folder)
        browser.resize(width, height, dark)
        browser.open(page.as_uri() + place)
        if mode:
            opened(browser, mode)
        keep(browser, name)


def service(driver: webdriver.Chrome, folder: Path) -> None:
    browser = Browser(driver, folder)
    with serving() as (url, _):
        browser.resize(1440, 900)
        browser.open(url)
        browser.until(lambda: browser.all(".options select"))
        keep(browser, "service-empty-1440-light")
        for name, width, height, dark, mode in SERVICE:
            browser.resize(width, height, dark)
            browser.open(url)
            browser.find(".drop input").send_keys("\n".join(str(ROOT / "samples" / each) for each in DROPPED))
            browser.until(lambda: len(browser.all(".jobs .verdict:not(.late)")) == len(DROPPED))
            browser.all(".jobs button")[3].click()
            browser.until(lambda: "shaded-balloon" in browser.text(".result h2"))
            browser.choose(mode)
            keep(browser, name)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as driver:
        report(driver, Path(folder))
        service(driver, Path(folder))
