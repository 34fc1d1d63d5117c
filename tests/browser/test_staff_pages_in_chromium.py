"""The staff pages as a browser shows them: alone or inside SLiMS, by mouse or keyboard, without a script."""

from __future__ import annotations

import pytest
from axe_core_python.selenium import Axe
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions

from tests.browser.conftest import await_heading, patiently, show_on
from tests.staffing import PASSWORD

PATHS = (
    "/",
    "/nowhere",
    "/account",
    "/settings",
    "/settings/copy",
    "/settings/staff",
    "/settings/staff/new",
    "/settings/staff/2",
    "/settings/roles",
    "/settings/audit",
    "/settings/audit?action=export&since=x",
)
LANGUAGES = ("id", "en")
SIGNED_OUT = "You are signed out."
FRAMES = ("own", "slims")


def console(browser: webdriver.Chrome) -> list[str]:
    """Return what the browser has written to its console since it was asked last."""
    return [entry["message"] for entry in browser.get_log("browser")]  # type: ignore[no-untyped-call]


def visit(browser: webdriver.Chrome, address: str, path: str, **wishes: str) -> None:
    query = "&".join(f"{name}={value}" for name, value in wishes.items())
    browser.get(f"{address}{path}{'&' if '?' in path else '?'}{query}")


def barriers(browser: webdriver.Chrome) -> list[tuple[str, list[str]]]:
    violations = Axe().run(browser)["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "screen",
    [
        (390, "light", "own"),
        (390, "dark", "own"),
        (1280, "light", "own"),
        (1280, "dark", "own"),
        (1040, "dark", "slims"),
    ],
)
def test_axe_finds_no_barrier_and_nothing_is_wider_than_the_screen(
    staff_browser: webdriver.Chrome, address: str, path: str, language: str, screen: tuple[int, str, str]
) -> None:
    width, scheme, frame = screen
    show_on(staff_browser, width, scheme)
    visit(staff_browser, address, path, language=language, frame=frame)
    assert barriers(staff_browser) == []
    assert staff_browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("opened", [".burger summary", ".person summary"])
def test_an_open_menu_has_no_barrier_and_stays_on_a_telephones_screen(
    staff_browser: webdriver.Chrome, address: str, opened: str
) -> None:
    show_on(staff_browser, 390, "light")
    visit(staff_browser, address, "/account", language="id")
    staff_browser.find_element(By.CSS_SELECTOR, opened).click()
    assert barriers(staff_browser) == []
    drop = staff_browser.find_element(By.CSS_SELECTOR, f"{opened} + *").rect
    assert drop["x"] >= 0
    assert drop["x"] + drop["width"] <= 390


@pytest.mark.parametrize("frame", FRAMES)
def test_inside_slims_the_pages_are_light_and_without_a_menu_at_the_left(
    staff_browser: webdriver.Chrome, address: str, frame: str
) -> None:
    show_on(staff_browser, 1040, "dark")
    visit(staff_browser, address, "/settings", frame=frame)
    ground = staff_browser.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
    is_light = sum(int(part) for part in ground.strip("rgba()").split(",")[:3]) / 3 > 128
    assert (is_light, bool(staff_browser.find_elements(By.CLASS_NAME, "side"))) == (frame == "slims", frame == "own")


def test_signing_in_and_out_needs_no_mouse(browser: webdriver.Chrome, address: str) -> None:
    visit(browser, address, "/settings/roles", language="en")
    assert browser.current_url.startswith(f"{address}/sign-in?next=")
    browser.find_element(By.NAME, "username").send_keys("kepala", Keys.TAB, PASSWORD, Keys.ENTER)
    await_heading(browser, "Roles")
    browser.find_element(By.CSS_SELECTOR, ".person summary").send_keys(Keys.ENTER)
    browser.find_element(By.CSS_SELECTOR, ".drop button").send_keys(Keys.ENTER)
    told = (By.CSS_SELECTOR, "[role=status]")
    assert patiently(browser).until(expected_conditions.visibility_of_element_located(told)).text == SIGNED_OUT
    browser.get(f"{address}/account")
    await_heading(browser, "Sign in")


def test_a_wrong_password_is_told_where_a_reader_of_the_screen_hears_it(
    browser: webdriver.Chrome, address: str
) -> None:
    visit(browser, address, "/sign-in", language="id")
    browser.find_element(By.NAME, "username").send_keys("kepala", Keys.TAB, "salah", Keys.ENTER)
    told = (By.CSS_SELECTOR, "[role=alert]")
    patiently(browser).until(lambda there: there.find_element(*told).text == "Nama pengguna atau kata sandi salah.")
    assert barriers(browser) == []


def test_the_question_before_harm_can_be_answered_with_no(staff_browser: webdriver.Chrome, address: str) -> None:
    visit(staff_browser, address, "/settings/staff/2", language="en")
    staff_browser.find_element(By.CLASS_NAME, "btn-outline-danger").click()
    await_heading(staff_browser, "Disable the account budi.santoso?")
    assert barriers(staff_browser) == []
    staff_browser.find_element(By.LINK_TEXT, "No, go back").click()
    patiently(staff_browser).until(lambda there: there.current_url == f"{address}/settings/staff/2")


def test_whatever_is_pressed_is_large_enough_for_a_finger(staff_browser: webdriver.Chrome, address: str) -> None:
    show_on(staff_browser, 390, "light")
    visit(staff_browser, address, "/settings/staff/2", language="id")
    pressed = staff_browser.find_elements(By.CSS_SELECTOR, ".btn, .form-control, .form-select, summary")
    small = [each.get_attribute("outerHTML") for each in pressed if each.is_displayed() and each.rect["height"] < 44]
    assert small == []


def test_pictures_of_the_menu_are_drawn(staff_browser: webdriver.Chrome, address: str) -> None:
    console(staff_browser)
    staff_browser.get(f"{address}/settings")
    script = "return Math.min(...[...document.querySelectorAll('.tile svg use')].map(use => use.getBBox().width))"
    assert staff_browser.execute_script(script) > 0
    staff_browser.get(f"{address}/account")
    assert console(staff_browser) == []


def test_a_late_copy_is_amber(staff_browser: webdriver.Chrome, address: str) -> None:
    staff_browser.get(f"{address}/settings/copy?language=en")
    badges = staff_browser.find_elements(By.CSS_SELECTOR, ".copy .state")
    assert [(badge.text, badge.get_attribute("class")) for badge in badges] == [
        ("late", "state late"),
        ("up to date", "state current"),
    ]
