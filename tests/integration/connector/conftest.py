"""Libraries to sync: loaded and copied once, then handed out as fresh copies of their files."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connector.sync import sync_source
from crm.database import open_engine
from tests.conftest import numbers
from tests.desk import enlarge_loans
from tests.granting import account
from tests.library import Library, settings_of
from tests.servers import Database, MariaDBServer
from tests.slims_accounts import TABLES

FEW = (
    "loan_id > 520 AND loan_id % 20 <> 0 AND due_date <> '2025-09-24'"
    " AND member_id NOT IN ('TK-0005', 'TK-0008', 'TK-0022') AND item_code NOT IN ('0026', 'B00022', 'B00025')"
)


@pytest.fixture(scope="session")
def lean_template(mariadb: MariaDBServer, slims_template: Database) -> Database:
    """Give the dump without the tables that Sapa never reads: copying it takes a third of the time."""
    database = mariadb.copy_database(slims_template.name, "slims_lean")
    needless = {name for (name,) in database.execute("SHOW TABLES")} - {*TABLES, "member"}
    database.execute("DROP TABLE " + ", ".join(f"`{name}`" for name in sorted(needless)))
    return database


@pytest.fixture(scope="session")
def small_template(mariadb: MariaDBServer, lean_template: Database) -> Database:
    """Give the dump with a fourth of the loans and half of the visits: comparing all of them is what takes the time."""
    database = mariadb.copy_database(lean_template.name, "slims_small")
    database.execute(f"DELETE FROM loan WHERE {FEW}")
    database.execute("DELETE FROM visitor_count WHERE visitor_id > 1300 AND member_id NOT IN ('TK-0005', 'TK-0008')")
    return database


@pytest.fixture
def template(small_template: Database) -> Database:
    """Give what libraries are copies of; a module that wants the whole dump overrides this."""
    return small_template


@pytest.fixture
def lean(mariadb: MariaDBServer, template: Database) -> Iterator[Database]:
    """Give a fresh SLiMS with the tables that Sapa reads."""
    database = mariadb.copy_database(template.name, f"slims_{next(numbers)}")
    yield database
    database.drop()


@pytest.fixture
def poor(mariadb: MariaDBServer) -> Iterator[str]:
    """Give the name of an account that may sign in and nothing else."""
    with account(mariadb, "poor"):
        yield "poor"


@pytest.fixture(scope="session")
def sqlite_copy(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Database], Path]:
    """Give a function that returns the file of a CRM database synced with a template."""

    @cache
    def made(template: Database) -> Path:
        path = tmp_path_factory.mktemp("crm") / "template.db"
        _fill(f"sqlite:///{path}", template)
        return path

    return made


@pytest.fixture(scope="session")
def mariadb_copy(mariadb: MariaDBServer) -> Callable[[Database], Database]:
    """Give a function that returns a CRM database on MariaDB synced with a template."""

    @cache
    def made(template: Database) -> Database:
        database = mariadb.create_database(f"crm_{template.name}")
        _fill(database.url, template)
        return database

    return made


def _fill(url: str, template: Database) -> None:
    with opened(url) as engine:
        sync_source(engine, settings_of(template))


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Open a CRM database and close it in the end."""
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def library(
    lean: Database, template: Database, sqlite_copy: Callable[[Database], Path], tmp_path: Path
) -> Iterator[Library]:
    """Give a library that is synced into an embedded CRM database."""
    path = tmp_path / "crm.db"
    shutil.copyfile(sqlite_copy(template), path)
    with opened(f"sqlite:///{path}") as engine:
        yield Library(lean, engine, settings_of(lean))


@pytest.fixture
def server_library(
    mariadb: MariaDBServer, lean: Database, template: Database, mariadb_copy: Callable[[Database], Database]
) -> Iterator[Library]:
    """Give a library that is synced into a CRM database on MariaDB."""
    database = mariadb.copy_database(mariadb_copy(template).name, f"crm_{next(numbers)}")
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


@pytest.fixture
def chance() -> random.Random:
    """Give chance a seed that a failing test shows."""
    seed = random.randrange(1 << 32)
    print(f"seed of this test: {seed}")
    return random.Random(seed)


@pytest.fixture(scope="session")
def large_slims(mariadb: MariaDBServer, slims_template: Database) -> Iterator[Database]:
    """Give a SLiMS library of 8,000 loans."""
    database = mariadb.copy_database(slims_template.name, "slims_large")
    enlarge_loans(database, 8_000)
    yield database
    database.drop()
