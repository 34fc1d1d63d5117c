"""``sapa db``: the schema, created, checked, refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from crm.database import downgrade, head, open_engine, writing
from tests.functional.running import Sapa, Write

COMMANDS = (["sync"], ["verify"], ["status"], ["serve"], ["work"], ["db", "check"])


def change(statement: str) -> None:
    engine = open_engine(f"sqlite:///{Path('sapa.db').absolute()}")
    with writing(engine) as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_upgrade_creates_checks_and_repeats(sapa: Sapa, write_config: Write) -> None:
    write_config()
    empty = sapa("db", "check")
    assert empty.exit_code == 1
    assert "has no tables yet" in empty.stderr
    assert f"was created (revision {head()})" in sapa("db", "upgrade").stdout
    assert f"is up to date (revision {head()})" in sapa("db", "upgrade").stdout
    checked = sapa("db", "check")
    assert (checked.exit_code, checked.stderr) == (0, "")


def test_a_table_that_was_changed_by_hand_is_found(sapa: Sapa, write_config: Write) -> None:
    write_config()
    sapa("db", "upgrade")
    change("ALTER TABLE ils_branch ADD COLUMN colour TEXT")
    checked = sapa("db", "check")
    assert checked.exit_code == 3
    assert "colour" in checked.stdout


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_older_database_is_refused_until_it_is_upgraded(sapa: Sapa, write_config: Write, command: list[str]) -> None:
    write_config()
    sapa("db", "upgrade")
    engine = open_engine(f"sqlite:///{Path('sapa.db').absolute()}")
    downgrade(engine, "-1")
    engine.dispose()
    refused = sapa(*command)
    assert refused.exit_code == 1
    assert "older than this Sapa" in refused.stderr
    assert "sapa db upgrade" in refused.stderr
    assert "was brought from revision" in sapa("db", "upgrade").stdout
    assert sapa("db", "check").exit_code == 0


@pytest.mark.parametrize("command", [*COMMANDS, ["db", "upgrade"]], ids=" ".join)
def test_a_database_of_a_newer_sapa_is_refused(sapa: Sapa, write_config: Write, command: list[str]) -> None:
    write_config()
    sapa("db", "upgrade")
    change("UPDATE alembic_version SET version_num = '9999'")
    refused = sapa(*command)
    assert refused.exit_code == 1
    assert "newer Sapa" in refused.stderr
    assert len(refused.stderr.splitlines()) == 2


def test_a_file_that_is_no_database_is_told(sapa: Sapa, write_config: Write) -> None:
    write_config()
    Path("sapa.db").write_text("this is a letter to the library, not a database, and long enough to be one")
    refused = sapa("status")
    assert refused.exit_code == 1
    assert "is not an SQLite database" in refused.stderr
