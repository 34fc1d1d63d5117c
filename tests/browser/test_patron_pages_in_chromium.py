"""The pages of patrons as a browser shows them: on any screen, by keyboard alone, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_core_python.selenium import Axe
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from sqlalchemy import Connection, Engine

from crm.database import open_engine, reading, upgrade, writing
from crm.schema import ils, people, profiles
from crm.staff import store
from tests.browser.conftest import await_heading, patiently, serving, show_on, sign_in_as
from tests.readers import BUDI, GUEST, NOW, SITI, STAMPS, TODAY, add, add_loan, add_patron, add_readers, days, furnish
from tests.staffing import add_staff

LONG = "Prof. Dr. H. Raden Mas Muhammad Abdurrahman Kusumaningrat Adiwinata Soerjosoemarno, S.Pd., M.Pd., Ph.D."
MANY_LOANS, LONG_NAME, NOTHING = 50, 51, 52
PATHS = ("/patrons", "/patrons?q=siti&stage=active", "/patrons?q=nobody", f"/patrons/{SITI}", f"/patrons/{GUEST}",
         f"/patrons/{MANY_LOANS}", f"/patrons/{LONG_NAME}", f"/patrons/{NOTHING}", "/patrons/duplicates",
         f"/patrons/{SITI}/arrivals", "/patrons/key")  # fmt: skip


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give a library with readers of every kind: none on loan, 500 loans, long names, somebody likely twice."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('readers') / 'crm.db'}")
    upgrade(engine)
    with writing(engine) as connection:
        furnish(connection)
        add_readers(connection)
        add_patron(connection, MANY_LOANS, "Peminjam Rajin", "R-500")
        for number in range(500):
            back = {"returned_on": days(500 - number)} if number < 480 else {}
            add_loan(connection, number, "R-500", 507 - number, title_key=1 + number % 3, **back)
        add_patron(connection, LONG_NAME, LONG, "KARTU-ANGGOTA-YANG-SANGAT-PANJANG-SEKALI-0001", stage="lapsed")
        add_patron(connection, NOTHING, "Baru", "N-1", stage="never")
        fill(connection)
    yield engine
    engine.dispose()


def fill(connection: Connection) -> None:
    """Give Siti something of every kind."""
    add_loan(connection, 900, "A-1", 20)
    add_loan(connection, 901, "A-1", 40, returned_on=days(30), title_key=2)
    add(connection, ils.visit, {"key": 1, "patron_key": "A-1", "visited_at": NOW, **STAMPS})
    add(connection, ils.charge, {"key": 1, "patron_key": "A-1", "charged_on": TODAY, "amount": 5000, **STAMPS})
    note = {"person_id": SITI, "kind": "talk", "at": NOW - timedelta(days=3)}
    add(connection, people.note, {**note, "words": "Dikabari bila buku datang", "follow_up_on": TODAY})
    said = {"person_id": SITI, "means": "desk", "at": NOW, "purpose": "news"}
    add(connection, people.permission, {**said, "channel": "whatsapp", "state": "agreed"},
        {**said, "channel": "email", "state": "refused"})  # fmt: skip
    add(connection, people.trait,
        {"person_id": SITI, "name": "hobbies", "origin": "staff", "value": ["memasak"], "set_at": NOW})  # fmt: skip
    add(connection, profiles.interest, {"person_id": SITI, "topic_id": 1, "weight": 0.6, "loans": 9, "last_on": TODAY})
    wish = {"person_id": SITI, "topic_id": 2, "wish": "never", "origin": "reader", "set_at": NOW}
    add(connection, profiles.declared, wish)
    pair = {"first_id": SITI, "second_id": GUEST, "score": 80, "reasons": ["same_name"], "found_at": NOW}
    add(connection, people.duplicate, {**pair, "state": "proposed"})
    add(connection, people.merge, {"kept_id": SITI, "merged_id": BUDI, "moved": {}, "merged_at": NOW})


@pytest.fixture(scope="module")
def place(readers: Engine) -> Iterator[str]:
    """Serve the pages of that library."""
    with serving(readers) as address:
        yield address


@pytest.fixture
def staff(browser: webdriver.Chrome, readers: Engine, place: str) -> webdriver.Chrome:
    """Give the browser of somebody who may do everything, in English, outside SLiMS."""
    with reading(readers) as connection:
        is_new = store.by_username(connection, "admin") is None
    if is_new:
        add_staff(readers, "admin", "admin")
    sign_in_as(browser, readers, place, "admin")
    browser.get(f"{place}/settings/roles?language=en&frame=own")
    return browser


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_axe_finds_no_barrier_and_nothing_is_wider_than_the_screen(
    staff: webdriver.Chrome, place: str, path: str, language: str, width: int, scheme: str
) -> None:
    show_on(staff, width, scheme)
    staff.get(f"{place}{path}{'&' if '?' in path else '?'}language={language}")
    assert staff.execute_script("return document.documentElement.scrollWidth") <= width
    violations = Axe().run(staff)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []


def test_what_is_folded_has_no_barrier_either(staff: webdriver.Chrome, place: str) -> None:
    for path in (f"/patrons/{SITI}", "/patrons"):
        staff.get(f"{place}{path}")
        staff.execute_script("document.querySelectorAll('main details').forEach(each => each.open = true)")
        violations = Axe().run(staff)["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_inside_slims_the_first_screen_has_what_the_desk_needs(
    staff: webdriver.Chrome, place: str, language: str
) -> None:
    show_on(staff, 1040, "light", 650)
    staff.get(f"{place}/patrons/{SITI}?frame=slims&language={language}")
    needed = ("h1", ".spoken", ".flags", "#note-words", "#who", "#promised", ".promises button", ".lent li", "#reach",
              ".channel .answers", ".ask summary")  # fmt: skip
    bottoms = {each: staff.find_element(By.CSS_SELECTOR, each).rect for each in needed}
    low = {each: rect["y"] + rect["height"] for each, rect in bottoms.items() if rect["y"] + rect["height"] > 650}
    assert low == {}


def test_the_list_follows_what_is_typed(staff: webdriver.Chrome, place: str) -> None:
    staff.get(f"{place}/patrons")
    assert staff.switch_to.active_element.get_attribute("id") == "q"
    staff.switch_to.active_element.send_keys("budi")
    until(staff, "#found", "Found: 1")
    assert staff.current_url.endswith("/patrons?q=budi")
    staff.find_element(By.LINK_TEXT, "Budi Santoso").click()
    await_heading(staff, "Budi Santoso")
    staff.back()
    until(staff, "#found", "Found: 1")


def test_without_scripts_enter_does_the_same(staff: webdriver.Chrome, place: str) -> None:
    staff.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        staff.get(f"{place}/patrons")
        staff.find_element(By.ID, "q").send_keys("budi", Keys.ENTER)
        until(staff, "#found", "Found: 1")
    finally:
        staff.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_by_keyboard_alone_something_is_noted_promised_and_done(staff: webdriver.Chrome, place: str) -> None:
    staff.get(f"{place}/patrons/{NOTHING}")
    reach(staff, "note-words")
    staff.switch_to.active_element.send_keys("Minta dikabari", Keys.TAB, "12312027", Keys.ENTER)
    until(staff, ".alert", "Noted, and promised for 31 Dec 2027.")
    button = staff.find_element(By.CSS_SELECTOR, ".promises button")
    while staff.switch_to.active_element != button:
        staff.switch_to.active_element.send_keys(Keys.TAB)
    button.send_keys(Keys.ENTER)
    until(staff, "main", "Nothing is open.")


def until(browser: webdriver.Chrome, place: str, words: str) -> None:
    """Wait until some part of the page says something."""
    patiently(browser).until(lambda there: words in there.find_element(By.CSS_SELECTOR, place).text, f"no {words}")


def reach(browser: webdriver.Chrome, wanted: str, most: int = 60) -> None:
    """Press the tab key until a field has the focus."""
    for _ in range(most):
        if browser.switch_to.active_element.get_attribute("id") == wanted:
            return
        browser.switch_to.active_element.send_keys(Keys.TAB)
    pytest.fail(f"the keyboard does not reach {wanted}")


def test_an_answer_is_asked_for_and_kept_by_keyboard(staff: webdriver.Chrome, place: str) -> None:
    staff.get(f"{place}/patrons/{SITI}")
    summary = staff.find_element(By.CSS_SELECTOR, ".ask summary")
    summary.send_keys(Keys.ENTER)
    button = staff.find_element(By.CSS_SELECTOR, ".ask button[value=agreed]")
    assert button.is_displayed()
    button.send_keys(Keys.ENTER)
    until(staff, ".channel .agreed", "alerts")
