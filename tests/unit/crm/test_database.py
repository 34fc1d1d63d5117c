"""The embedded CRM database: who may read its files, and what is no database of Sapa's."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from crm import database
from crm.database import ensure_current, open_engine, refuse_foreign, writing
from crm.errors import CrmSchemaMismatch, CrmUnavailable

POSIX = pytest.mark.skipif(os.name != "posix", reason="on Windows a file has the rights of its folder")


@POSIX
def test_a_new_file_and_its_journals_are_for_its_owner_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    before = os.umask(0o022)
    try:
        ensure_current(engine)
        with writing(engine):
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
        engine.dispose()
    assert modes == dict.fromkeys(("crm.db", "crm.db-wal", "crm.db-shm"), 0o600)


@POSIX
def test_the_rights_of_a_file_that_is_there_are_left_to_the_admin(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    path.touch()
    path.chmod(0o660)
    engine = open_engine(f"sqlite:///{path}")
    ensure_current(engine)
    engine.dispose()
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_tables_of_something_else_are_told_from_none_and_from_sapas_own(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    refuse_foreign(engine)
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE member (member_id TEXT)")
    with pytest.raises(CrmSchemaMismatch, match="not Sapa's"):
        refuse_foreign(engine)
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE member")
    ensure_current(engine)
    refuse_foreign(engine)
    engine.dispose()


def test_a_connection_given_up_in_mid_statement_keeps_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patience = "PRAGMA busy_timeout = 100"
    monkeypatch.setattr(database, "SQLITE_PRAGMAS", (*database.SQLITE_PRAGMAS, patience))
    engine = open_engine(f"sqlite:///{tmp_path / 'sapa.db'}")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE number AS SELECT 1 AS n UNION SELECT 2"))
    with engine.connect().execution_options(sapa_writes=True) as connection:
        connection.begin()
        held = connection.connection.cursor()
        held.execute("SELECT n FROM number")
        held.fetchone()
        connection.invalidate()  # as SQLAlchemy does when Ctrl-C comes while it executes
        with writing(engine) as other:
            other.execute(text("DELETE FROM number"))
    engine.dispose()


def test_a_certificate_that_is_not_there_is_told() -> None:
    engine = open_engine("mysql+pymysql://u:p@127.0.0.1:9/sapa?ssl_ca=/nowhere/ca.pem")
    with pytest.raises(CrmUnavailable, match="is not there"):
        ensure_current(engine)


def test_another_file_that_is_missing_is_not_taken_for_a_certificate(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'sapa.db'}")
    with pytest.raises(FileNotFoundError), writing(engine):
        (tmp_path / "report.json").read_text()
    engine.dispose()
