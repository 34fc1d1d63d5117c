"""Fixtures shared by all tests: a private MariaDB server, SLiMS databases on it, empty CRM databases."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Database, MariaDBServer
from tests.slims_accounts import create_reader

# A runner that ends the tests by SIGTERM (timeout, CI) gets the same orderly end as Ctrl-C.
signal.signal(signal.SIGTERM, signal.default_int_handler)

LAYOUTS = ("slims-8.3.1-schema", "slims-9.0.0-schema", "slims-9.7.0")

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDBServer]:
    """Run one private MariaDB server for the whole session."""
    server = MariaDBServer(tmp_path_factory.mktemp("mariadb"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def slims_template(mariadb: MariaDBServer) -> Database:
    """Load the SLiMS 9.7.0 dump once; tests get copies of it."""
    return mariadb.load_dump("slims-9.7.0", "slims_template")


@pytest.fixture
def slims(mariadb: MariaDBServer, slims_template: Database) -> Iterator[Database]:
    """Give a fresh SLiMS 9.7.0 library (MyISAM) that the test may change as it likes."""
    database = mariadb.copy_database(slims_template.name, f"slims_{next(numbers)}")
    yield database
    database.drop()


@pytest.fixture(params=LAYOUTS)
def slims_layout(request: pytest.FixtureRequest, mariadb: MariaDBServer) -> Iterator[Database]:
    """Run the test once per SLiMS version; the two older databases have tables without rows."""
    database = mariadb.load_dump(request.param, f"slims_{next(numbers)}")
    yield database
    database.drop()


@pytest.fixture
def slims_reader_url(slims: Database) -> Iterator[str]:
    """Give the URL of ``slims`` for an account that may SELECT what Sapa needs, and nothing else."""
    with create_reader(slims) as url:
        yield url


@pytest.fixture
def crm_sqlite(tmp_path: Path) -> str:
    """Give the URL of a SQLite CRM database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'crm.db'}"


@pytest.fixture
def crm_mariadb(mariadb: MariaDBServer) -> Iterator[str]:
    """Give the URL of an empty CRM database on MariaDB."""
    database = mariadb.create_database(f"crm_{next(numbers)}")
    yield database.url
    database.drop()


@pytest.fixture(params=["sqlite", "mariadb"])
def crm_url(request: pytest.FixtureRequest) -> str:
    """Run the test once per kind of CRM database, each time an empty one."""
    return str(request.getfixturevalue(f"crm_{request.param}"))
