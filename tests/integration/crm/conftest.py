"""Empty CRM databases of either kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from crm.database import ensure_current, open_engine


@pytest.fixture
def empty(crm_url: str) -> Iterator[Engine]:
    """Give an empty database, once per kind."""
    engine = open_engine(crm_url)
    yield engine
    engine.dispose()


@pytest.fixture
def crm(empty: Engine) -> Engine:
    """Give a database with all tables, once per kind."""
    ensure_current(empty)
    return empty


@pytest.fixture
def embedded(crm_sqlite: str) -> Iterator[Engine]:
    """Give an embedded database with all tables."""
    engine = open_engine(crm_sqlite)
    ensure_current(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def served(crm_mariadb: str) -> Iterator[Engine]:
    """Give a database on MariaDB with all tables."""
    engine = open_engine(crm_mariadb)
    ensure_current(engine)
    yield engine
    engine.dispose()
