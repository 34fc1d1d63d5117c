"""Libraries to sync: loaded and copied once, then handed out as fresh copies of their files."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connector.sync import sync_source
from crm.database import open_engine
from tests.conftest import numbers
from tests.library import Library, settings_of
from tests.servers import Database, MariaDBServer
from tests.slims_accounts import TABLES

Make = Callable[[], Library]


@pytest.fixture(scope="session")
def lean_template(mariadb: MariaDBServer, slims_template: Database) -> Database:
    """Give the dump without the tables that Sapa never reads: copying it takes a third of the time."""
    database = mariadb.copy_database(slims_template.name, "slims_lean")
    needless = {name for (name,) in database.execute("SHOW TABLES")} - {*TABLES, "member"}
    database.execute("DROP TABLE " + ", ".join(f"`{name}`" for name in sorted(needless)))
    return database


@contextmanager
def synced(url: str, lean: Database) -> Iterator[str]:
    """Fill the CRM database at ``url`` from the template and give its URL."""
    engine = open_engine(url)
    sync_source(engine, settings_of(lean))
    engine.dispose()
    yield url


@pytest.fixture(scope="session")
def sqlite_template(lean_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the file of a CRM database that holds a copy of the template."""
    path = tmp_path_factory.mktemp("crm") / "template.db"
    with synced(f"sqlite:///{path}", lean_template):
        yield path


@pytest.fixture(scope="session")
def mariadb_template(mariadb: MariaDBServer, lean_template: Database) -> Iterator[Database]:
    """Give a CRM database on MariaDB that holds a copy of the template."""
    database = mariadb.create_database("crm_template")
    with synced(database.url, lean_template):
        yield database


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Open a CRM database and close it in the end."""
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def lean(mariadb: MariaDBServer, lean_template: Database) -> Iterator[Database]:
    """Give a fresh SLiMS with the tables that Sapa reads."""
    database = mariadb.copy_database(lean_template.name, f"slims_{next(numbers)}")
    yield database
    database.drop()


@pytest.fixture
def library(lean: Database, sqlite_template: Path, tmp_path: Path) -> Iterator[Library]:
    """Give a library that is synced into an embedded CRM database."""
    path = tmp_path / "crm.db"
    shutil.copyfile(sqlite_template, path)
    with opened(f"sqlite:///{path}") as engine:
        yield Library(lean, engine, settings_of(lean))


@pytest.fixture
def server_library(mariadb: MariaDBServer, lean: Database, mariadb_template: Database) -> Iterator[Library]:
    """Give a library that is synced into a CRM database on MariaDB."""
    database = mariadb.copy_database(mariadb_template.name, f"crm_{next(numbers)}")
    with opened(database.url) as engine:
        yield Library(lean, engine, settings_of(lean))
    database.drop()


@pytest.fixture(params=["library", "server_library"], ids=["sqlite", "mariadb"])
def either_library(request: pytest.FixtureRequest) -> Library:
    """Run the test once per kind of CRM database."""
    found: Library = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def new_library(lean: Database, crm_url: str) -> Iterator[Library]:
    """Give a library that was never synced, once per kind of CRM database."""
    with opened(crm_url) as engine:
        yield Library(lean, engine, settings_of(lean))
