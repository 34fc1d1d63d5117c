"""The schema goes up and down by migrations, and what they make is what the code expects."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from crm.database import _scripts, check, downgrade, ensure_current, head, reading, revision, upgrade, writing
from crm.errors import CrmSchemaMismatch
from crm.schema import METADATA

REVISIONS = [each.revision for each in _scripts().walk_revisions()][::-1]


def tables(engine: Engine) -> set[str]:
    """Return the names of all tables but the one where Alembic keeps the revision."""
    return {*inspect(engine).get_table_names()} - {"alembic_version"}


def change(engine: Engine, *statements: str) -> None:
    """Change a database by SQL."""
    with writing(engine) as connection:
        for statement in statements:
            connection.execute(text(statement))


def ask(engine: Engine, question: str) -> Any:
    """Ask a database for one value."""
    with reading(engine) as connection:
        return connection.execute(text(question)).scalar()


def test_an_empty_database_gets_exactly_the_tables_of_the_code(empty: Engine) -> None:
    ensure_current(empty)
    assert tables(empty) == set(METADATA.tables)
    assert check(empty) == []
    assert revision(empty) == head() == REVISIONS[-1]


def test_making_sure_twice_changes_nothing(crm: Engine) -> None:
    change(crm, "INSERT INTO ils_source (id, name, ils) VALUES (1, 'main', 'slims')")
    ensure_current(crm)
    upgrade(crm)
    assert ask(crm, "SELECT name FROM ils_source") == "main"


def test_every_migration_goes_up_down_and_up_again(empty: Engine) -> None:
    for number in REVISIONS:
        upgrade(empty, number)
        after = tables(empty)
        downgrade(empty, "-1")
        assert revision(empty) == (REVISIONS[REVISIONS.index(number) - 1] if number != REVISIONS[0] else None)
        upgrade(empty, number)
        assert tables(empty) == after
    assert check(empty) == []


def test_all_the_way_down_leaves_nothing_and_the_way_up_is_open(crm: Engine) -> None:
    change(crm, "INSERT INTO ils_source (id, name, ils) VALUES (1, 'main', 'slims')")
    downgrade(crm, "base")
    assert tables(crm) == set()
    assert revision(crm) is None
    ensure_current(crm)
    assert check(crm) == []


def test_rows_survive_every_upgrade(empty: Engine) -> None:
    upgrade(empty, REVISIONS[0])
    patron = "source_id, `key`, key_hash, name, first_seen_at"
    change(
        empty,
        "INSERT INTO ils_source (id, name, ils) VALUES (1, 'main', 'slims')",
        f"INSERT INTO ils_patron ({patron}) VALUES (1, 'A1', 7, 'Ani', '2026-11-24 09:00:00')",
    )
    upgrade(empty)
    assert ask(empty, "SELECT name FROM ils_patron WHERE `key` = 'A1'") == "Ani"
    assert check(empty) == []


def test_an_older_database_is_refused_with_the_way_to_upgrade_it(empty: Engine) -> None:
    upgrade(empty, REVISIONS[-2])
    with pytest.raises(CrmSchemaMismatch) as refused:
        ensure_current(empty)
    assert refused.value.lines(str) == [
        f"The CRM database is older than this Sapa (revision {REVISIONS[-2]}, needed {head()}).",
        "Make a backup, then run: sapa db upgrade",
    ]
    assert revision(empty) == REVISIONS[-2]
    upgrade(empty)
    ensure_current(empty)


@pytest.mark.parametrize("act", [ensure_current, upgrade])
def test_a_newer_database_is_refused_and_left_alone(crm: Engine, act: Any) -> None:
    change(crm, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CrmSchemaMismatch) as refused:
        act(crm)
    message, hint = refused.value.lines(str)
    assert message == "The CRM database was made by a newer Sapa (revision 9999)."
    assert hint.startswith("Install that version of Sapa or a later one")
    assert revision(crm) == "9999"
    assert tables(crm) == set(METADATA.tables)


@pytest.mark.parametrize("act", [ensure_current, upgrade])
def test_somebody_else_s_database_is_refused_and_left_alone(empty: Engine, act: Any) -> None:
    change(empty, "CREATE TABLE member (member_id VARCHAR(20))")
    with pytest.raises(CrmSchemaMismatch) as refused:
        act(empty)
    assert refused.value.lines(str) == [
        "The database at [crm] database_url holds tables that are not Sapa's.",
        "Give Sapa a database of its own; never point it at the ILS's.",
    ]
    assert {*inspect(empty).get_table_names()} == {"member"}
