"""The statements of ``sapa doctor --grants`` on a real server: enough for the sync, and nothing beyond."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pymysql
import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from connector.grants import doubtful, grants
from connector.ils import slims
from connector.ils.recognise import layout_of
from connector.rights import identifier
from connector.settings import SourceSettings
from connector.source import Source
from connector.sync import sync_source
from connector.verify import verify_source
from crm.database import open_engine, reading
from crm.errors import SourceSchemaMismatch, SourceUnavailable
from crm.schema.ils import COPIED
from tests.granting import PASSWORD, account, administer, furnish, matched, signed_in, tables_of
from tests.library import settings_of
from tests.servers import HOST, Database, MariaDBServer


def copied(settings: SourceSettings, path: Path) -> dict[str, set[tuple[Any, ...]]]:
    """Sync into a new CRM database, prove it and return all rows of the copy, the time of seeing them apart."""
    engine = open_engine(f"sqlite:///{path}")
    try:
        sync_source(engine, settings)
        assert verify_source(engine, settings).equal
        with reading(engine) as connection:
            return {
                entity: {
                    tuple(map(repr, row))
                    for row in connection.execute(select(*[each for each in table.c if each.name != "first_seen_at"]))
                }
                for entity, table in COPIED.items()
            }
    finally:
        engine.dispose()


def test_a_sync_with_what_is_granted_equals_the_administrators(
    slims_layout: Database, poor: str, tmp_path: Path
) -> None:
    furnish(slims_layout)
    settings = signed_in(slims_layout, poor)
    administer(slims_layout, grants(settings))
    wanted = copied(settings_of(slims_layout), tmp_path / "administrator.db")
    assert copied(settings, tmp_path / "poor.db") == wanted
    assert [entity for entity, rows in wanted.items() if not rows] == []


def test_the_layout_that_is_granted_is_the_administrators(slims: Database, poor: str) -> None:
    administer(slims, grants(signed_in(slims, poor)))
    with Source(settings_of(slims)) as full, Source(signed_in(slims, poor)) as granted:
        assert layout_of(granted) == layout_of(full)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO loan (member_id) VALUES ('x')",
        "UPDATE member SET member_name = 'x'",
        "UPDATE member_custom SET member_id = 'x'",
        "DELETE FROM fines",
        "TRUNCATE reserve",
        "DROP TABLE item",
        "ALTER TABLE biblio ADD extra INT",
        "CREATE TABLE extra (a INT)",
        "LOCK TABLES loan READ",
    ],
)
def test_nothing_can_be_written(slims: Database, poor: str, statement: str) -> None:
    administer(slims, grants(signed_in(slims, poor)))
    with (
        slims.server.connection(slims.name, poor, PASSWORD) as opened,
        opened.cursor() as cursor,
        pytest.raises(pymysql.OperationalError, match="denied"),
    ):
        cursor.execute(statement)


def test_whoever_sees_that_a_table_is_absent_gets_no_statement_for_it(slims_layout: Database, poor: str) -> None:
    slims_layout.server.execute(f"GRANT SELECT ON `{slims_layout.name}`.* TO '{poor}'@'{HOST}'")
    statements = grants(signed_in(slims_layout, poor))
    assert administer(slims_layout, statements) == []
    present = {name for (name,) in slims_layout.execute("SHOW TABLES")}
    assert set(tables_of(statements)) == present & slims.columns_read().keys()


def test_what_the_account_cannot_know_to_be_absent_comes_last(slims_layout: Database, poor: str) -> None:
    statements = grants(signed_in(slims_layout, poor))
    absent = administer(slims_layout, statements)
    assert statements[len(statements) - len(absent) :] == absent
    assert set(tables_of(absent)) <= {name.partition(".")[0] for name in slims.LATER}


def test_what_may_turn_out_not_to_exist_is_named(slims_layout: Database, poor: str) -> None:
    settings = signed_in(slims_layout, poor)
    named = doubtful(settings)
    assert named == ["loan_history", "mst_custom_field", "visitor_count.room_code"]
    statements = grants(settings)
    absent = administer(slims_layout, statements)
    assert tables_of(absent) == [name.partition(".")[0] for name in named[len(named) - len(absent) :]]
    assert doubtful(settings) == named[len(named) - len(absent) :]
    slims_layout.server.execute(f"GRANT SELECT ON `{slims_layout.name}`.* TO '{poor}'@'{HOST}'")
    assert doubtful(settings) == doubtful(settings_of(slims_layout)) == []


def test_granting_twice_changes_nothing(slims: Database, poor: str) -> None:
    statements = grants(signed_in(slims, poor))
    administer(slims, statements)
    assert grants(signed_in(slims, poor)) == statements


@pytest.mark.parametrize("host", ["%", "127.0.0.1", "127.0.0.%"])
def test_the_host_is_the_one_that_the_server_matched(slims: Database, host: str) -> None:
    with account(slims.server, "roaming", host):
        statements = grants(signed_in(slims, "roaming"))
    assert {matched(each)["account"] for each in statements} == {f"'roaming'@'{host}'"}


def test_an_account_that_the_server_takes_for_somebody_else_is_printed_for_any_host(slims: Database) -> None:
    with account(slims.server, ""):
        statements = grants(signed_in(slims, "newcomer"))
    assert {matched(each)["account"] for each in statements} == {"'newcomer'@'%'"}


@pytest.mark.parametrize("name", ["o'brien", "back\\slash", 'dou"ble', "back`tick", "per%cent", "co:lon", "a@b", "Ü ñ"])
def test_a_strange_account_is_quoted(slims: Database, name: str) -> None:
    with account(slims.server, name):
        administer(slims, grants(signed_in(slims, name)))
        with Source(signed_in(slims, name)) as source:
            assert source.rows("SELECT COUNT(*) FROM loan") == [(3000,)]


def test_a_strange_database_is_quoted(mariadb: MariaDBServer, poor: str) -> None:
    database = mariadb.load_dump("slims-9.0.0-schema", "slims 9-0:x%_y")
    try:
        url = make_url(mariadb.url()).set(username=poor, password=PASSWORD, database=database.name)
        settings = replace(settings_of(database), database_url=url.render_as_string(hide_password=False))
        assert tables_of(administer(database, grants(settings))) == ["mst_custom_field", "visitor_count"]
        with Source(settings) as source:
            assert layout_of(source).version == "9.0"
    finally:
        database.drop()


def test_an_sqlite_file_needs_no_grants(tmp_path: Path) -> None:
    path = tmp_path / "slims.db"
    path.touch()
    settings = SourceSettings("demo", "slims", f"sqlite:///{path}")
    assert grants(settings) == doubtful(settings) == []


def test_a_wrong_password_is_said(slims: Database) -> None:
    wrong = settings_of(slims).database_url.replace("keeper-of-tests", "wrong")
    with pytest.raises(SourceUnavailable, match="refused the user name or password"):
        grants(replace(settings_of(slims), database_url=wrong))


def test_a_database_that_is_visibly_something_else_is_said(mariadb: MariaDBServer) -> None:
    blog = mariadb.create_database("blog")
    try:
        blog.execute("CREATE TABLE wp_posts (id INT)")
        with pytest.raises(SourceSchemaMismatch, match="WordPress"):
            grants(settings_of(blog))
    finally:
        blog.drop()


@pytest.mark.parametrize(("name", "message"), [("nowhere", "There is no database at"), ("", "shows no tables")])
def test_a_database_that_is_not_there_is_said(slims: Database, name: str, message: str) -> None:
    url = make_url(slims.url).set(database=name).render_as_string(hide_password=False)
    with pytest.raises((SourceUnavailable, SourceSchemaMismatch), match=message):
        grants(replace(settings_of(slims), database_url=url))


def test_an_ils_that_cannot_be_read_yet_is_said(slims: Database) -> None:
    with pytest.raises(SourceSchemaMismatch, match="cannot read koha yet"):
        grants(replace(settings_of(slims), ils="koha"))


def test_names_are_quoted_as_identifiers() -> None:
    assert identifier("a`b") == "`a``b`"
