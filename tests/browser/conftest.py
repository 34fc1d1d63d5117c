"""A real browser on real pages, with nothing outside this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait
from sqlalchemy import Engine, insert
from waitress.server import create_server

from connector.settings import SourceSettings
from crm.clock import utc_now
from crm.database import open_engine, reading, upgrade, writing
from crm.schema import ils, sync
from crm.settings import CrmSettings, LibrarySettings
from crm.staff import audit, store
from plugin_ui.staff.access import COOKIE
from sapa.server import listening
from sapa.settings import ServeSettings, Settings
from sapa.wsgi import create_app
from tests.programs import BROWSER, program
from tests.staffing import add_staff, session_of


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give the CRM of a library with two copies, one current and one late with rejected rows, and some staff."""
    folder = tmp_path_factory.mktemp("pages")
    engine = open_engine(f"sqlite:///{folder / 'crm.db'}")
    upgrade(engine)
    now = utc_now()
    with writing(engine) as connection:
        for number, (name, age) in enumerate((("main", 1), ("cabang-tembung", 90)), start=1):
            values = {
                "id": number,
                "name": name,
                "ils": "slims",
                "version": "9.7",
                "as_of": now - timedelta(minutes=age),
            }
            connection.execute(insert(ils.source).values(values))
            run = {"source_id": number, "started_at": now, "finished_at": now, "outcome": "done"}
            connection.execute(insert(sync.run).values(run))
        reject = {"source_id": 2, "entity": "patron", "key": "", "position": 1, "reason": "x", "seen_at": now}
        connection.execute(insert(ils.reject).values(reject))
    for username, role in (("siti", "admin"), ("budi.santoso", "desk"), ("kepala", "viewer")):
        add_staff(engine, username, role)
    with writing(engine) as connection:
        for number in range(60):
            audit.record(connection, now, 1 + number % 3, "patron.read", "patron", number)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def address(library: Engine) -> Iterator[str]:
    """Serve the pages of the library."""
    with serving(library) as served:
        yield served


@contextmanager
def serving(engine: Engine) -> Iterator[str]:
    """Serve the pages of a library; give their address."""
    settings = Settings(
        path=Path("config.toml"),
        library=LibrarySettings("Perpustakaan Umum dan Arsip Daerah Kota Medan"),
        crm=CrmSettings(str(engine.url), "key"),
        sources=tuple(SourceSettings(name, "slims", "sqlite:///x.db") for name in ("main", "cabang-tembung")),
        serve=ServeSettings(),
    )
    with listening(ServeSettings(port=0)) as listener:
        server = create_server(create_app(engine, settings), sockets=[listener])
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.close()
        thread.join(5)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Run one headless Chromium for the session."""
    path, driver = program("chromium", packages=BROWSER), program("chromedriver", packages=BROWSER)
    options = webdriver.ChromeOptions()
    options.binary_location = path
    profile = tmp_path_factory.mktemp("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield browser
    browser.quit()


@pytest.fixture
def browser(chromium: webdriver.Chrome) -> webdriver.Chrome:
    """Give the browser as a new visitor has it: no cookies, light, a desk's screen."""
    chromium.delete_all_cookies()
    show_on(chromium, 1280, "light")
    return chromium


@pytest.fixture
def staff_browser(browser: webdriver.Chrome, library: Engine, address: str) -> webdriver.Chrome:
    """Give the browser of the admin, who has signed in."""
    sign_in_as(browser, library, address, "siti")
    return browser


def sign_in_as(browser: webdriver.Chrome, library: Engine, address: str, username: str) -> None:
    """Let the browser have a session of a member of staff."""
    with reading(library) as connection:
        account = store.by_username(connection, username)
    assert account is not None
    browser.get(f"{address}/healthz")  # a cookie is given on a page of its site
    browser.add_cookie({"name": COOKIE, "value": session_of(library, account.id), "path": "/"})


def show_on(browser: webdriver.Chrome, width: int, scheme: str, height: int = 900) -> None:
    """Let the browser have a screen of ``width`` pixels, in a light or dark scheme."""
    screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )


def patiently(browser: webdriver.Chrome) -> WebDriverWait[webdriver.Chrome]:
    """Wait up to ten seconds, also over the moment in which one page gives way to the next."""
    return WebDriverWait(browser, 10, ignored_exceptions=[StaleElementReferenceException])


def await_heading(browser: webdriver.Chrome, words: str) -> None:
    """Wait for the page with this heading; another one ends the test."""
    patiently(browser).until(lambda there: there.find_element(By.TAG_NAME, "h1").text == words, f"no heading {words}")
