"""LOAD DATA LOCAL into a CRM on MariaDB: exact, all or nothing, and not needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, select
from sqlalchemy.exc import DBAPIError

from connector.bulk import insert_rows
from connector.local_infile import can_load, loading_engine
from connector.sync import sync_source
from crm.database import ensure_current, open_engine, writing
from crm.errors import CrmUnavailable
from crm.schema import ils
from tests.library import Library, settings_of
from tests.servers import Database, MariaDBServer

SEEN = "2026-11-24 09:00:00"
CONTROL = [f"{chr(number)}a{chr(number)}" for number in range(32)]
ODD = [
    *CONTROL, None, "", " ", "\\", "\\N", "N", "NULL", "\\\\n", "a\\", "\\\x1f", "'\"`", "%s", ":x", "\x7f", "\x80",
    "é", "e\u0301", "\u2028", "\ufeff", "\ufffd", "\uffff", "日本", "\U0001f600", " a ", "a\u00a0", "x" * 300_000,
]  # fmt: skip


@pytest.fixture
def crm(crm_mariadb: str) -> Iterator[Engine]:
    """Give a CRM database on MariaDB as the sync writes it."""
    bare = open_engine(crm_mariadb)
    ensure_current(bare)
    engine = loading_engine(bare)
    yield engine
    engine.dispose()
    bare.dispose()


@pytest.fixture
def locked(mariadb: MariaDBServer) -> Iterator[None]:
    """Let the server refuse LOAD DATA LOCAL."""
    mariadb.execute("SET GLOBAL local_infile = 0")
    yield
    mariadb.execute("SET GLOBAL local_infile = 1")


@contextmanager
def asked(engine: Engine) -> Iterator[list[str]]:
    """Note the first word of every statement."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement.split(maxsplit=1)[0])

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def add(connection: Connection, names: Sequence[str | None], keys: Sequence[str] | None = None) -> None:
    """Add branches with these names."""
    columns: list[list[Any]] = [list(keys or map(str, range(len(names)))), list(range(len(names))), list(names)]
    constants: dict[str, int | str] = {"source_id": 7, "first_seen_at": SEEN}
    insert_rows(connection, ils.branch, ["key", "key_hash", "name"], columns, constants)


def stored(engine: Engine) -> list[tuple[Any, ...]]:
    """Return all branches in the order they were added."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(ils.branch).order_by(ils.branch.c.key_hash))]


def test_rows_are_loaded_as_they_are(crm: Engine) -> None:
    with asked(crm) as statements, writing(crm) as connection:
        assert can_load(connection)
        add(connection, ODD)
    assert "LOAD" in statements
    assert "INSERT" not in statements
    seen = datetime.fromisoformat(SEEN)
    assert stored(crm) == [(7, str(at), at, name, seen, None) for at, name in enumerate(ODD)]


def test_a_server_that_does_not_allow_it_gets_inserts_with_the_same_result(crm: Engine, locked: None) -> None:
    with asked(crm) as statements, writing(crm) as connection:
        assert not can_load(connection)
        add(connection, ODD)
    assert "LOAD" not in statements
    assert [row[3] for row in stored(crm)] == ODD


def test_an_ordinary_connection_never_offers_a_file(crm_mariadb: str) -> None:
    engine = open_engine(crm_mariadb)
    with engine.connect() as connection:
        assert not can_load(connection)
        with pytest.raises((DBAPIError, RuntimeError)):
            connection.exec_driver_sql(f"LOAD DATA LOCAL INFILE '{__file__}' INTO TABLE nothing")
    engine.dispose()


@pytest.mark.parametrize("key", ["x" * 192, "\U0001f600" * 192], ids=["long", "long in bytes"])
def test_a_row_that_does_not_go_in_as_it_is_raises_and_nothing_is_kept(crm: Engine, key: str) -> None:
    def load() -> None:
        with writing(crm) as connection:
            add(connection, ["a", "b"])
            add(connection, ["c", "d"], ["good", key])

    with pytest.raises(CrmUnavailable) as refused:
        load()
    assert stored(crm) == []
    message, hint = refused.value.lines(str)
    assert "CRM database" in message
    assert hint


def test_a_key_that_is_there_already_raises_and_nothing_is_kept(crm: Engine) -> None:
    with writing(crm) as connection:
        connection.execute(
            insert(ils.branch).values(source_id=7, key="0", key_hash=0, first_seen_at=datetime(2026, 1, 1))
        )
    with pytest.raises(CrmUnavailable), writing(crm) as connection:
        add(connection, ["a", "b", "c"])
    assert [row[1] for row in stored(crm)] == ["0"]


def test_what_was_loaded_goes_with_its_transaction(crm: Engine) -> None:
    def fall() -> None:
        with writing(crm) as connection:
            add(connection, ["a"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fall()
    assert stored(crm) == []


def test_a_library_is_copied_exactly_without_local_files_too(lean: Database, crm_mariadb: str, locked: None) -> None:
    engine = open_engine(crm_mariadb)
    library = Library(lean, engine, settings_of(lean))
    library.sync()
    library.change("UPDATE loan SET due_date = due_date + INTERVAL 1 DAY WHERE loan_id % 50 = 0")
    assert library.sync().entities["loan"].updated > 0
    proof = library.verify()
    assert proof.equal, proof.differences[:5]
    engine.dispose()


def test_a_server_with_small_packets_takes_long_texts(mariadb: MariaDBServer, lean: Database, crm_mariadb: str) -> None:
    [(packet,)] = mariadb.execute("SELECT @@max_allowed_packet")
    mariadb.execute("SET GLOBAL max_allowed_packet = 1048576")
    try:
        lean.execute("UPDATE biblio SET title = REPEAT('panjang ', 7500) WHERE biblio_id <= 40")
        engine = open_engine(crm_mariadb)
        sync_source(engine, settings_of(lean))
        proof = Library(lean, engine, settings_of(lean)).verify()
        assert proof.equal, proof.differences[:5]
        engine.dispose()
    finally:
        mariadb.execute(f"SET GLOBAL max_allowed_packet = {packet}")
