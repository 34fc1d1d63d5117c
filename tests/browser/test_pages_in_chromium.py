"""The pages as a browser shows them: on any screen, for anybody, without an outside resource."""

from __future__ import annotations

import pytest
from axe_core_python.selenium import Axe
from selenium import webdriver
from selenium.webdriver.common.by import By

from tests.browser.conftest import await_heading, show_on

PATHS = ("/sign-in", "/nowhere")
LANGUAGES = ("id", "en")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_no_barrier(
    browser: webdriver.Chrome, address: str, path: str, language: str, scheme: str, width: int
) -> None:
    show_on(browser, width, scheme)
    browser.get(f"{address}{path}?language={language}")
    violations = Axe().run(browser)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []


def test_axe_would_find_a_barrier(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address)
    browser.execute_script("document.querySelector('.brand img').removeAttribute('alt')")
    assert [each["id"] for each in Axe().run(browser)["violations"]] == ["image-alt"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(
    browser: webdriver.Chrome, address: str, path: str, language: str, width: int
) -> None:
    show_on(browser, width, "light")
    browser.get(f"{address}{path}?language={language}")
    assert browser.execute_script("return window.innerWidth") == width
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_follow_the_colour_scheme(browser: webdriver.Chrome, address: str, scheme: str) -> None:
    show_on(browser, 1280, scheme)
    browser.get(address)
    ground = browser.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
    brightness = sum(int(part) for part in ground.strip("rgba()").split(",")[:3]) / 3
    assert (brightness > 128) is (scheme == "light")


def test_the_language_is_switched_by_a_click_and_kept(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address)
    await_heading(browser, "Masuk")
    browser.find_element(By.PARTIAL_LINK_TEXT, "English").click()
    await_heading(browser, "Sign in")
    browser.get(address)
    await_heading(browser, "Sign in")
    assert browser.find_element(By.CSS_SELECTOR, "[aria-current]").text == "English"


def console(browser: webdriver.Chrome) -> list[str]:
    """Return what the browser has written to its console since it was asked last."""
    return [entry["message"] for entry in browser.get_log("browser")]  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("path", PATHS)
def test_the_browser_has_nothing_to_complain_about(browser: webdriver.Chrome, address: str, path: str) -> None:
    console(browser)
    browser.get(f"{address}{path}")
    complaints = console(browser)
    assert [message for message in complaints if "404" not in message] == []


@pytest.mark.parametrize("path", PATHS)
def test_everything_comes_from_this_server(browser: webdriver.Chrome, address: str, path: str) -> None:
    browser.get(f"{address}{path}")
    loaded = browser.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert f"{address}/static/sapa.css" in loaded
    assert [name for name in loaded if not name.startswith(address)] == []


def test_the_keyboard_reaches_the_content_first(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}/sign-in?language=en")
    browser.switch_to.active_element.send_keys("\ue004")  # the tab key
    assert browser.switch_to.active_element.text == "Skip to the content"
    assert browser.switch_to.active_element.location["x"] >= 0
