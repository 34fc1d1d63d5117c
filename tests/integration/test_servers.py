"""The tests' own ground: the private server and its databases do what the other tests rely on."""

from __future__ import annotations

import pymysql
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests.servers import Database, MariaDBServer


def test_a_fresh_slims_has_the_rows_and_triggers_of_the_dump(slims: Database, slims_template: Database) -> None:
    for table in ("member", "loan", "biblio", "visitor_count"):
        counted = slims.execute(f"SELECT count(*) FROM {table}")
        assert counted == slims_template.execute(f"SELECT count(*) FROM {table}")
        assert counted[0][0] > 0
    slims.execute("INSERT INTO loan (loan_id, item_code, member_id, loan_date, due_date, input_date) "
                  "SELECT 999999, item_code, member_id, loan_date, due_date, input_date FROM loan LIMIT 1")  # fmt: skip
    assert slims.execute("SELECT count(*) FROM loan_history WHERE loan_id = 999999") == [(1,)]


def test_what_one_test_changes_the_next_one_does_not_see(mariadb: MariaDBServer, slims_template: Database) -> None:
    copy = mariadb.copy_database(slims_template.name, "slims_to_spoil")
    copy.execute("DELETE FROM member")
    copy.drop()
    assert slims_template.execute("SELECT count(*) FROM member")[0][0] > 0


def test_the_reader_account_reads_members_but_no_secrets_and_writes_nothing(slims_reader_url: str) -> None:
    engine = create_engine(slims_reader_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT member_name FROM member LIMIT 1")).one()
        for refused in ("SELECT pin FROM member", "SELECT * FROM user", "DELETE FROM loan"):
            with pytest.raises(OperationalError, match="denied"):
                connection.execute(text(refused))
    engine.dispose()


def test_committed_rows_survive_a_killed_server(mariadb: MariaDBServer) -> None:
    database = mariadb.create_database("killed")
    database.execute("CREATE TABLE kept (n int) ENGINE=InnoDB")
    database.execute("INSERT INTO kept VALUES (7)")
    mariadb.kill()
    with pytest.raises(pymysql.OperationalError):
        mariadb.execute("SELECT 1")
    mariadb.restart()
    assert database.execute("SELECT n FROM kept") == [(7,)]
    database.drop()


def test_both_kinds_of_crm_database_start_empty(crm_url: str) -> None:
    engine = create_engine(crm_url)
    with engine.connect() as connection:
        assert engine.dialect.get_table_names(connection) == []
    engine.dispose()


def test_every_layout_has_the_tables_that_matter(slims_layout: Database) -> None:
    tables = {name for (name,) in slims_layout.execute("SHOW TABLES")}
    assert {"member", "member_custom", "biblio", "item", "loan", "reserve", "fines", "visitor_count"} <= tables
