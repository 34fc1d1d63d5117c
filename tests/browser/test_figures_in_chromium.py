"""The first page, segments with their builder, and topics, as a browser shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from axe_core_python.selenium import Axe
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from sqlalchemy import Engine

from crm.database import open_engine, upgrade, writing
from crm.schema import people
from tests.browser.conftest import patiently, show_on
from tests.browser.serving import serving
from tests.functional.figures import furnish
from tests.integration.crm.reports.rows import NOW
from tests.staffing import add_staff, session_of

RULE = {"all": [
    {"fact": "stage", "is": ["lapsing"]},
    {"any": [{"fact": "loans", "days": 90, "at_least": 1, "about": ["memasak"]}, {"fact": "minor", "is": True}]},
]}  # fmt: skip
WRONG = {"all": [{"fact": "visits", "days": "soon", "at_least": 1}]}
PATHS = (
    "/",
    "/today/list/lapsing",
    "/today/follow-ups",
    "/segments",
    "/segments/lapsing?person=4",
    "/segments/new",
    f"/segments/new?rule={quote(json.dumps(RULE))}&open=n-1-0",
    f"/segments/new?rule={quote(json.dumps(WRONG))}",
    "/interests",
    "/interests/new",
    "/interests/topics/memasak",
    "/interests/title?source=1&key=1",
)
SCREENS = ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark"))
LONG = "Raden Ajeng " + "Kusumaningtyas" * 6


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give a library with readers, one of a very long name, refreshed."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('figures') / 'crm.db'}")
    upgrade(engine)
    furnish(engine)
    with writing(engine) as connection:
        connection.execute(people.person.update().where(people.person.c.id == 2).values(name=LONG))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def pages(read: Engine) -> Iterator[str]:
    """Serve its pages on the day that its rows are of."""
    with serving(read, NOW) as address:
        yield address


@pytest.fixture
def outreach(browser: webdriver.Chrome, pages: str, read: Engine) -> webdriver.Chrome:
    """Give the browser of somebody with the role outreach."""
    with read.connect() as connection:
        known = connection.exec_driver_sql("SELECT id FROM staff WHERE username = 'rina'").scalar()
    staff_id = known or add_staff(read, "rina", "outreach", NOW)
    browser.get(f"{pages}/healthz")
    browser.add_cookie({"name": "sapa_session", "value": session_of(read, staff_id, NOW), "path": "/"})
    return browser


def visit(browser: webdriver.Chrome, address: str, path: str, language: str = "en") -> None:
    browser.get(f"{address}{path}{'&' if '?' in path else '?'}language={language}")


def barriers(browser: webdriver.Chrome) -> list[tuple[str, list[str]]]:
    violations = Axe().run(browser)["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_no_barrier_and_nothing_is_wider_than_the_screen(
    outreach: webdriver.Chrome, pages: str, path: str, language: str, screen: tuple[int, str]
) -> None:
    show_on(outreach, *screen)
    visit(outreach, pages, path, language)
    assert barriers(outreach) == []
    assert outreach.execute_script("return document.documentElement.scrollWidth") <= screen[0]


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_keep_to_their_policy(outreach: webdriver.Chrome, pages: str, path: str) -> None:
    outreach.get_log("browser")  # type: ignore[no-untyped-call]
    visit(outreach, pages, path)
    complaints = [entry["message"] for entry in outreach.get_log("browser")]  # type: ignore[no-untyped-call]
    assert [text for text in complaints if "favicon" not in text] == []


def test_tasks_and_suggestions_are_on_the_first_screen(outreach: webdriver.Chrome, pages: str) -> None:
    show_on(outreach, 1280, "light")
    visit(outreach, pages, "/", "id")
    for selector in (".tasks .btn", ".suggestions", ".big-numbers strong"):
        rect = outreach.find_element(By.CSS_SELECTOR, selector).rect
        assert 0 < rect["y"] < 900


def bar(browser: webdriver.Chrome) -> str:
    return browser.find_element(By.CSS_SELECTOR, ".reach-bar p").text


def until(browser: webdriver.Chrome, words: str) -> None:
    patiently(browser).until(lambda _: words in bar(browser))


def test_the_numbers_follow_while_a_rule_is_written(outreach: webdriver.Chrome, pages: str) -> None:
    rule = {"all": [{"fact": "stage", "is": ["lapsing"]}]}
    visit(outreach, pages, f"/segments/new?rule={quote(json.dumps(rule))}&open=n-0")
    assert "2 readers" in bar(outreach)
    outreach.find_element(By.CSS_SELECTOR, "input[name='n-0.is'][value='active']").click()
    until(outreach, "3 readers")
    assert "active" in outreach.find_element(By.CSS_SELECTOR, "#n-0 .clause").text
    Select(outreach.find_element(By.NAME, "n.kind")).select_by_value("none")
    until(outreach, "1 reader")
    assert outreach.find_element(By.ID, "n-0-edit").get_attribute("open")


def test_conditions_are_found_by_typing(outreach: webdriver.Chrome, pages: str) -> None:
    visit(outreach, pages, "/segments/new")
    outreach.find_element(By.ID, "n-search").send_keys("overdue")
    shown = [each.text for each in outreach.find_elements(By.CSS_SELECTOR, ".fact") if each.is_displayed()]
    assert shown == ["overdue loans"]


def test_the_keyboard_alone_builds_and_saves_a_segment(outreach: webdriver.Chrome, pages: str) -> None:
    visit(outreach, pages, "/segments/new")
    outreach.find_element(By.CSS_SELECTOR, ".fact[value='add:n:minor']").send_keys(Keys.ENTER)
    patiently(outreach).until(lambda browser: browser.find_elements(By.ID, "n-0"))
    assert "readers" in bar(outreach)
    outreach.find_element(By.ID, "field-name").send_keys("Anak-anak", Keys.ENTER)  # shows, and does not save
    patiently(outreach).until(lambda browser: "name=Anak-anak" in browser.current_url)
    outreach.find_element(By.CSS_SELECTOR, ".reach-bar .btn-primary").send_keys(Keys.SPACE)
    patiently(outreach).until(lambda browser: browser.current_url.endswith("/segments/anak-anak"))
    outreach.back()
    patiently(outreach).until(lambda browser: "/segments/new" in browser.current_url)


def test_the_builder_needs_no_script(outreach: webdriver.Chrome, pages: str) -> None:
    outreach.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        visit(outreach, pages, "/segments/new")
        outreach.find_element(By.CSS_SELECTOR, ".fact[value='add:n:stage']").click()
        until(outreach, "2 readers")
        outreach.find_element(By.CSS_SELECTOR, "input[name='n-0.is'][value='active']").click()
        outreach.find_element(By.CSS_SELECTOR, ".reach-bar .btn-outline-secondary").click()
        until(outreach, "3 readers")
        outreach.find_element(By.CSS_SELECTOR, "#n-0 > .remove").click()
        until(outreach, "All readers")
    finally:
        outreach.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
