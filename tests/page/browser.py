"""What a person does with a page: look, click, type, drag."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from svgai.arrays import Pixels

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Long enough for a conversion on a busy machine; nothing is asserted about it.
PATIENCE = 60


class Browser:
    """A browser with one page."""

    def __init__(self, driver: webdriver.Chrome, folder: Path) -> None:
        self.driver = driver
        self.folder = folder

    def forget(self) -> None:
        """Drop what earlier pages said."""
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get_log("performance")

    def resize(self, width: int, height: int, dark: bool = False) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def open(self, url: str) -> None:
        self.driver.get("about:blank")
        self.driver.get(url)

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return list(self.driver.find_elements(By.CSS_SELECTOR, selector))

    def seen(self, selector: str) -> list[WebElement]:
        return [element for element in self.all(selector) if element.is_displayed()]

    def text(self, selector: str) -> str:
        return self.find(selector).text

    def click(self, selector: str) -> None:
        self.find(selector).click()

    def choose(self, value: str) -> None:
        """A radio button of the viewer, which lies unseen over its words."""
        self.run("document.querySelector(`.viewer input[value=${arguments[0]}]`).click()", value)

    def keys(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def shift(self, key: str) -> None:
        ActionChains(self.driver).key_down(Keys.SHIFT).send_keys(key).key_up(Keys.SHIFT).perform()

    def drag(self, selector: str, x: int, y: int) -> None:
        ActionChains(self.driver).click_and_hold(self.find(selector)).move_by_offset(x, y).release().perform()

    def wheel(self, selector: str, y: int) -> None:
        place = webdriver.common.actions.wheel_input.ScrollOrigin.from_element(self.find(selector))
        ActionChains(self.driver).scroll_from_origin(place, 0, y).perform()

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def until(self, true: Callable[[], Any]) -> Any:
        return WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05).until(lambda _: true())

    def picture(self) -> Pixels:
        """RGB of what is seen."""
        data = np.frombuffer(self.driver.get_screenshot_as_png(), np.uint8)
        image = cv2.imdecode(data, cv2.IMREAD_COLOR)
        assert image is not None
        return image[..., ::-1].astype(np.uint8)

    def picture_of(self, selector: str) -> Pixels:
        """RGB of what is seen of one element."""
        box = self.run("return document.querySelector(arguments[0]).getBoundingClientRect().toJSON()", selector)
        left, top, right, bottom = (int(box[side]) for side in ("left", "top", "right", "bottom"))
        return self.picture()[top:bottom, left:right]

    def faults(self) -> list[str]:
        """What axe finds wrong with the page for people who do not see, or do not use a mouse."""
        self.driver.execute_script(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script("axe.run().then(arguments[0])")
        return [f"{rule['id']}: {json.dumps(rule['nodes'])[:500]}" for rule in found["violations"]]

    def overflows(self) -> bool:
        """Whether the page is wider than its window."""
        return bool(self.run("return document.documentElement.scrollWidth > window.innerWidth"))
