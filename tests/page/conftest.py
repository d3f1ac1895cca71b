"""A headless Chromium for the pages: Debian's, told to talk to nobody."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.page.browser import Browser

_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip


def _found(*names: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    raise FileNotFoundError(f"the pages are tested in a browser: apt-get install {names[0]}")


@contextmanager
def started(profile: Path) -> Iterator[webdriver.Chrome]:
    """A browser with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = _found("chromium", "google-chrome")
    for flag in (*_FLAGS, f"--user-data-dir={profile / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(_found("chromedriver", "chromium-driver")))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with started(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


@pytest.fixture
def browser(chromium: webdriver.Chrome, tmp_path: Path) -> Iterator[Browser]:
    """The browser at 1440 × 900; at the end no page has complained, and none has asked another host."""
    page = Browser(chromium, tmp_path)
    page.resize(1440, 900)
    page.forget()
    yield page
    complaints = [entry["message"] for entry in chromium.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    asked = {_address(entry) for entry in chromium.get_log("performance")} - {None}
    chromium.get("about:blank")
    assert complaints == []
    assert [url for url in asked if not str(url).startswith(("file:", "data:", "blob:", "http://127.0.0.1:"))] == []


def _address(entry: dict[str, Any]) -> str | None:
    message = json.loads(entry["message"])["message"]
    if message["method"] != "Network.requestWillBeSent":
        return None
    url: str = message["params"]["request"]["url"]
    return url if not url.startswith("about:") else None
