"""Processes that meet at an empty CRM database, or at one that another is writing."""

from __future__ import annotations

import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text

from crm import database
from crm.database import check, ensure_current, open_engine, reading, writing
from crm.errors import AlreadyRunning, CrmUnavailable, SapaError

forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["crm.database", "alembic.command", "pymysql", __name__])
TOGETHER = 4


def create(url: str, start: Barrier, ends: Any) -> None:
    """Be a process that starts with others on an empty database."""
    engine = open_engine(url)
    start.wait(60)
    try:
        ensure_current(engine)
        ends.put(None)
    except SapaError as error:
        ends.put(str(error))


def test_processes_that_find_an_empty_database_together_create_it_once(crm_url: str) -> None:
    start, ends = forks.Barrier(TOGETHER), forks.Queue()
    processes = [forks.Process(target=create, args=(crm_url, start, ends), daemon=True) for _ in range(TOGETHER)]
    for process in processes:
        process.start()
    assert [ends.get(timeout=60) for _ in processes] == [None] * TOGETHER
    for process in processes:
        process.join(30)
        process.close()
    engine = open_engine(crm_url)
    assert check(engine) == []
    engine.dispose()


def test_who_waits_too_long_for_another_upgrade_is_told(served: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "UPGRADE_WAIT_SECONDS", 0)
    with served.connect() as other:
        assert other.scalar(text("SELECT GET_LOCK(:name, 0)"), {"name": database.UPGRADE_LOCK}) == 1
        with pytest.raises(AlreadyRunning, match="changing the tables"):
            database.upgrade(served)
        other.scalar(text("SELECT RELEASE_LOCK(:name)"), {"name": database.UPGRADE_LOCK})
    database.upgrade(served)


def pragma(engine: Engine, name: str) -> Any:
    """Return a setting of a new connection."""
    with reading(engine) as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar()


def test_every_connection_to_an_embedded_database_is_made_ready(embedded: Engine) -> None:
    with reading(embedded):  # so that the next connection is another one
        assert pragma(embedded, "journal_mode") == "wal"
        assert pragma(embedded, "foreign_keys") == 1
        assert pragma(embedded, "busy_timeout") == 30_000


def test_a_row_of_a_source_that_is_not_there_is_refused(embedded: Engine) -> None:
    with pytest.raises(CrmUnavailable, match="FOREIGN KEY"), writing(embedded) as connection:
        connection.execute(text("INSERT INTO sync_lease VALUES (9, 1, 'me', '2026-11-24 09:00:00')"))


def test_a_writer_has_the_lock_before_its_first_statement(embedded: Engine) -> None:
    other = sqlite3.connect(str(embedded.url.database), timeout=0, isolation_level=None)
    with writing(embedded), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    with reading(embedded):
        other.execute("BEGIN IMMEDIATE")
    other.close()


def test_readers_go_on_with_what_was_while_another_writes(crm: Engine) -> None:
    question = text("SELECT count(*) FROM ils_source")
    with writing(crm) as connection:
        connection.execute(text("INSERT INTO ils_source (id, name, ils) VALUES (1, 'main', 'slims')"))
        with reading(crm) as other:
            assert other.execute(question).scalar() == 0
    with reading(crm) as other:
        assert other.execute(question).scalar() == 1


def test_what_fails_half_way_leaves_nothing(crm: Engine) -> None:
    def fall() -> None:
        with writing(crm) as connection:
            connection.execute(text("INSERT INTO ils_source (id, name, ils) VALUES (1, 'main', 'slims')"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fall()
    with reading(crm) as connection:
        assert connection.execute(text("SELECT count(*) FROM ils_source")).scalar() == 0


def test_many_writers_wait_for_each_other(crm: Engine) -> None:
    def count_up(_: int) -> None:
        with writing(crm) as connection:
            connection.execute(text("UPDATE ils_source SET version = version + 1 WHERE id = 1"))

    with writing(crm) as connection:
        connection.execute(text("INSERT INTO ils_source (id, name, ils, version) VALUES (1, 'main', 'slims', '0')"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_up, range(40)))
    with reading(crm) as connection:
        assert connection.execute(text("SELECT version + 0 FROM ils_source")).scalar() == 40
