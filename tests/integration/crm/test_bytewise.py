"""Text in the CRM database compares byte by byte, on either kind, and sessions are strict and in UTC."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Engine, insert, select, text

from crm.database import reading, writing
from crm.errors import CrmUnavailable
from crm.schema import ils
from crm.schema.base import bytewise_collation

SEEN = datetime(2026, 11, 24, 9, 0)
KEYS = ["A1", "a1", "A1 ", " A1", "Á1", "A\u03011", "A1\u00a0", "ß", "ss", "\U0001f600", "\U0001f601", "\uff11", "1"]


def add(engine: Engine, *keys: str, name: str | None = None) -> None:
    """Add branches."""
    with writing(engine) as connection:
        for key in keys:
            values = {"source_id": 1, "key": key, "key_hash": 0, "name": name, "first_seen_at": SEEN}
            connection.execute(insert(ils.branch).values(values))


def test_keys_that_look_alike_are_different_keys(crm: Engine) -> None:
    add(crm, *KEYS)
    with reading(crm) as connection:
        for key in KEYS:
            assert connection.scalars(select(ils.branch.c.key).where(ils.branch.c.key == key)).all() == [key]
        ordered = connection.scalars(select(ils.branch.c.key).order_by(ils.branch.c.key)).all()
    assert ordered == sorted(KEYS, key=str.encode)


def test_long_text_compares_by_its_last_blank(crm: Engine) -> None:
    add(crm, "A", name="x" * 70_000)
    column = ils.branch.c.name
    with reading(crm) as connection:
        found = [
            connection.scalar(select(column == text_)) for text_ in ("x" * 70_000, "x" * 70_000 + " ", "X" * 70_000)
        ]
    assert [bool(each) for each in found] == [True, False, False]


def test_every_text_on_mariadb_has_the_bytewise_collation(served: Engine) -> None:
    question = text(
        "SELECT table_name, column_name, collation_name FROM information_schema.columns WHERE table_schema = DATABASE()"
        " AND collation_name IS NOT NULL AND table_name <> 'alembic_version'"
    )
    with reading(served) as connection:
        found = [tuple(row) for row in connection.execute(question)]
        collation = bytewise_collation(connection.dialect)
    assert len(found) > 55
    assert [row for row in found if row[2] != collation] == []


def test_sessions_on_mariadb_are_strict_in_utc_and_see_what_others_commit(served: Engine) -> None:
    with reading(served) as connection:
        settings = connection.execute(
            text("SELECT @@time_zone, @@sql_mode, @@character_set_client, @@character_set_results")
        ).one()
        names = "'tx_isolation', 'transaction_isolation'"  # MariaDB's first, MySQL's second
        isolation = connection.execute(text(f"SHOW VARIABLES WHERE variable_name IN ({names})")).first()
    assert settings[0] == "+00:00"
    assert "STRICT_ALL_TABLES" in settings[1]
    assert settings[2:] == ("utf8mb4", "utf8mb4")
    assert isolation is not None
    assert isolation[1] == "READ-COMMITTED"


def test_on_mariadb_a_text_that_is_too_long_is_refused_not_cut(served: Engine) -> None:
    with pytest.raises(CrmUnavailable, match="too long"):
        add(served, "x" * 192)
    with reading(served) as connection:
        assert connection.execute(select(ils.branch)).all() == []
