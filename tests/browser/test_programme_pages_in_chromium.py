"""Contacts, groups and programmes in a browser: for staff at a desk, for readers with a phone, without a script too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_core_python.selenium import Axe
from itsdangerous import URLSafeSerializer
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from sqlalchemy import Engine

from crm.clock import utc_now
from plugin_ui.links import CHECK_IN
from tests.browser.conftest import await_heading, patiently, show_on
from tests.programmes import Filled, fill, slug_of

SCREENS = ((390, "light"), (1280, "dark"))
STAFF_PATHS = (
    "/contacts",
    "/contacts?q=nobody",
    "/contacts/new",
    "/groups",
    "/groups?closed=yes",
    "/groups/new",
    "/groups/{school}",
    "/groups/{klass}?q=dewi",
    "/groups/{klass}/list",
    "/groups/{klass}/slips",
    "/programmes",
    "/programmes?when=past",
    "/programmes/new",
    "/programmes/{contest}?q=dewi",
    "/programmes/{contest}/edit",
    "/programmes/{contest}/check-in",
    "/programmes/{contest}/list",
    "/programmes/{contest}/poster",
)


@pytest.fixture(scope="module")
def filled(library: Engine) -> Filled:
    """Fill the library with groups and programmes, once."""
    return fill(library, utc_now())


def look(browser: webdriver.Chrome, address: str, path: str, language: str) -> None:
    """Open a page; it has no barrier and fits the screen."""
    browser.get(f"{address}{path}{'&' if '?' in path else '?'}language={language}")
    violations = Axe().run(browser)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []
    fits = "return document.documentElement.scrollWidth <= window.innerWidth"
    assert browser.execute_script(fits)


@pytest.mark.parametrize("path", STAFF_PATHS)
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_staff_pages_have_no_barrier_and_fit_the_screen(
    staff_browser: webdriver.Chrome, address: str, filled: Filled, path: str, language: str, screen: tuple[int, str]
) -> None:
    show_on(staff_browser, *screen)
    look(staff_browser, address, path.format(**vars(filled)), language)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_readers_pages_have_no_barrier_and_fit_the_screen(
    browser: webdriver.Chrome, address: str, library: Engine, filled: Filled, language: str, screen: tuple[int, str]
) -> None:
    show_on(browser, *screen)
    door = f"/e/here/{URLSafeSerializer('key', salt=CHECK_IN).dumps(filled.contest)}"
    for each in (filled.contest, filled.full, filled.past, filled.cancelled):
        look(browser, address, f"/e/{slug_of(library, each)}", language)
    look(browser, address, door, language)
    browser.find_element(By.CSS_SELECTOR, "form button").click()
    look_again(browser)


def look_again(browser: webdriver.Chrome) -> None:
    """Look at what a form has answered."""
    patiently(browser).until(lambda there: there.find_elements(By.CSS_SELECTOR, "[aria-invalid=true]"))
    assert Axe().run(browser)["violations"] == []


def sign_up(browser: webdriver.Chrome, address: str, slug: str, name: str) -> None:
    """Fill in the form with the keyboard alone."""
    browser.get(f"{address}/e/{slug}?language=en")
    field = browser.find_element(By.NAME, "name")
    field.send_keys(name, Keys.TAB, "0812 7777 6666", Keys.ENTER)
    patiently(browser).until(lambda there: "/e/" in there.current_url and slug not in there.current_url[-40:])


def test_a_reader_signs_up_and_off_on_a_phone(
    browser: webdriver.Chrome, address: str, library: Engine, filled: Filled
) -> None:
    show_on(browser, 390, "light")
    sign_up(browser, address, slug_of(library, filled.full), "Lia Amalia")
    await_heading(browser, "You are on the waiting list")
    assert Axe().run(browser)["violations"] == []
    browser.find_element(By.CSS_SELECTOR, "form button").click()
    patiently(browser).until(lambda there: there.find_element(By.TAG_NAME, "h1").text == "You are signed off")


@contextmanager
def without_scripts(browser: webdriver.Chrome) -> Iterator[None]:
    """Let pages run no script meanwhile."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def button_of(browser: webdriver.Chrome, person_id: int) -> webdriver.remote.webelement.WebElement:
    return browser.find_element(By.CSS_SELECTOR, f"#p{person_id} button")


def is_here(browser: webdriver.Chrome, person_id: int) -> bool:
    return button_of(browser, person_id).get_attribute("aria-pressed") == "true"


def test_a_tick_needs_no_new_page(staff_browser: webdriver.Chrome, address: str, filled: Filled) -> None:
    person_id = filled.patrons[1]
    staff_browser.get(f"{address}/programmes/{filled.contest}/check-in?language=en")
    staff_browser.execute_script("window.stays = true")
    button_of(staff_browser, person_id).click()
    patiently(staff_browser).until(lambda there: is_here(there, person_id))
    button_of(staff_browser, person_id).click()
    patiently(staff_browser).until(lambda there: not is_here(there, person_id))
    button_of(staff_browser, person_id).send_keys(Keys.ENTER)
    patiently(staff_browser).until(lambda there: is_here(there, person_id))
    assert staff_browser.find_element(By.ID, "came").text == "2 of 6 are here"
    assert staff_browser.execute_script("return window.stays")
    staff_browser.refresh()
    assert is_here(staff_browser, person_id)


def test_names_are_found_while_they_are_typed(staff_browser: webdriver.Chrome, address: str, filled: Filled) -> None:
    staff_browser.get(f"{address}/programmes/{filled.contest}/check-in?language=en")
    staff_browser.find_element(By.ID, "q").send_keys("tono")
    shown = [row.text for row in staff_browser.find_elements(By.CSS_SELECTOR, "#ticks li") if row.is_displayed()]
    assert len(shown) == 1
    assert shown[0].startswith("Tono Gunawan")


def test_a_tick_works_without_scripts(staff_browser: webdriver.Chrome, address: str, filled: Filled) -> None:
    person_id = filled.patrons[0]
    with without_scripts(staff_browser):
        staff_browser.get(f"{address}/programmes/{filled.contest}/check-in?language=en")
        assert is_here(staff_browser, person_id)
        button_of(staff_browser, person_id).click()
        patiently(staff_browser).until(lambda there: not is_here(there, person_id))
        button_of(staff_browser, person_id).click()
        patiently(staff_browser).until(lambda there: is_here(there, person_id))
