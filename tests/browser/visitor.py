"""Somebody at a real browser: Chromium without a window, driven through the system's own chromedriver."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # the tests may run as root, where the sandbox does not
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
    "--no-proxy-server",
    "--window-size=900,1400",
)
PATIENCE_SECONDS = 20
"""How long a page may take; one takes milliseconds where nobody else keeps the machine busy."""


class Visitor:
    """One person with one browser."""

    def __init__(self, browser: Chrome) -> None:
        self.browser = browser

    def visit(self, url: str) -> None:
        """Go to a page."""
        self.browser.get(url)

    @property
    def sees(self) -> str:
        """The words on the page."""
        return self.browser.find_element(By.TAG_NAME, "body").text

    @property
    def url(self) -> str:
        """Where the browser is."""
        return self.browser.current_url

    @property
    def told(self) -> dict[str, str]:
        """What the address says beside the place."""
        return dict(parse_qsl(urlsplit(self.url).query))

    @property
    def alarm(self) -> str:
        """What the page says went wrong."""
        return self.browser.find_element(By.CSS_SELECTOR, "[role=alert]").text

    def types(self, label: str, text: str) -> None:
        """Fill in what has this label."""
        field = self.browser.find_element(By.XPATH, f"//label[normalize-space(text())='{label}']/input")
        field.clear()
        field.send_keys(text)

    def chooses(self, label: str, option: str) -> None:
        """Choose the option that begins so, by the label of its list."""
        found = f'//label[normalize-space(text())="{label}"]/select/option[starts-with(., "{option}")]'
        self.browser.find_element(By.XPATH, found).click()

    def agrees(self, label: str) -> None:
        """Tick the box that says so."""
        self.browser.find_element(By.XPATH, f"//label[normalize-space(.)='{label}']/input").click()

    def follows(self, link: str) -> None:
        """Follow a link."""
        self._leaving(self.browser.find_element(By.LINK_TEXT, link).click)

    def presses(self, button: str) -> None:
        """Press a button, and wait for the page that comes of it."""
        self._leaving(lambda: self.browser.find_element(By.XPATH, f"//button[.='{button}']").click())

    def presses_keys(self, *keys: str) -> None:
        """Type on the keyboard alone, wherever the focus is, and wait for the page that comes of it."""
        self._leaving(lambda: self.browser.switch_to.active_element.send_keys(*keys))

    def tabs_to(self, text: str) -> None:
        """Go on with the tabulator to the button that says so."""
        for _ in range(30):
            if self.browser.switch_to.active_element.text == text:
                return
            self.browser.switch_to.active_element.send_keys(Keys.TAB)
        pytest.fail(f"the keyboard does not reach {text}")

    def _leaving(self, act: Callable[[], object]) -> None:
        """Do something that leads to another page."""
        before = self.browser.find_element(By.TAG_NAME, "html").id
        act()
        # a browser that is just leaving a page may answer neither for the old one nor for the new one
        waiting = WebDriverWait(self.browser, PATIENCE_SECONDS, 0.02, ignored_exceptions=[WebDriverException])
        waiting.until(lambda browser: browser.find_element(By.TAG_NAME, "html").id != before)
        waiting.until(lambda browser: browser.execute_script("return document.readyState") == "complete")


@contextlib.contextmanager
def visiting() -> Iterator[Visitor]:
    """A visitor, as long as the block lasts; skips where there is no browser, except in CI, where one must be."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        reason = "no Chromium with a chromedriver on this machine: apt-get install chromium chromium-driver"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="pinstripe-", ignore_cleanup_errors=True) as profile:
        options = ChromeOptions()
        options.binary_location = browser
        for option in (*OPTIONS, f"--user-data-dir={profile}"):
            options.add_argument(option)
        chrome = Chrome(options, Service(driver))
        try:
            yield Visitor(chrome)
        finally:
            chrome.quit()
