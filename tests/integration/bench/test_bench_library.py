from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.changes import Edits, missed
from bench.library import fill
from bench.sizes import SIZES
from tests.servers import Database, MariaDBServer

SIZE = SIZES["xs"]
TABLES = ("member", "member_custom", "biblio", "item", "loan", "loan_history", "visitor_count", "fines", "reserve")


@pytest.fixture(scope="module")
def library(mariadb: MariaDBServer) -> Iterator[Database]:
    database = mariadb.create_database("bench_library")
    fill(database, SIZE)
    yield database
    database.drop()


def checksums(database: Database) -> list[int]:
    return [checksum for _, checksum in database.execute(f"CHECKSUM TABLE {', '.join(TABLES)}")]


def copy_loans(library: Database, path: Path) -> None:
    """Make an SQLite copy of the loans that is right at this moment."""
    rows = library.execute("SELECT loan_id, DATE_FORMAT(due_date, '%Y-%m-%d'), renewed, NULL FROM loan")
    with sqlite3.connect(path) as copy:
        copy.execute("DROP TABLE IF EXISTS ils_loan")
        copy.execute("CREATE TABLE ils_loan (key INTEGER PRIMARY KEY, due_on TEXT, renewals INTEGER, gone_at TEXT)")
        copy.executemany("INSERT INTO ils_loan VALUES (?, ?, ?, ?)", rows)
    copy.close()


@pytest.mark.parametrize(
    ("table", "rows"),
    [("member", SIZE.members), ("item", SIZE.items), ("loan", SIZE.loans), ("loan_history", SIZE.loans),
     ("visitor_count", SIZE.visits), ("fines", SIZE.charges)],
)  # fmt: skip
def test_the_invented_library_is_as_large_as_it_says(library: Database, table: str, rows: int) -> None:
    assert library.execute(f"SELECT COUNT(*) FROM {table}") == [(rows,)]


def test_the_same_size_gives_the_same_rows(library: Database, mariadb: MariaDBServer) -> None:
    again = mariadb.create_database("bench_again")
    fill(again, SIZE)
    assert checksums(again) == checksums(library)
    again.drop()


@pytest.mark.parametrize(
    "condition",
    [
        "SELECT 1 FROM member WHERE birth_date = '0000-00-00'",
        "SELECT 1 FROM member WHERE DAY(birth_date) = 0 AND YEAR(birth_date) > 0",
        "SELECT 1 FROM member WHERE member_email IS NULL",
        "SELECT 1 FROM member WHERE member_email = ''",
        "SELECT 1 FROM member WHERE LENGTH(member_name) > CHAR_LENGTH(member_name)",
        "SELECT 1 FROM member_custom WHERE cf_0a1b2 = '😀'",
        "SELECT 1 FROM loan LEFT JOIN item USING (item_code) WHERE item_id IS NULL",
        "SELECT 1 FROM loan LEFT JOIN member USING (member_id) WHERE member.member_id IS NULL",
        "SELECT 1 FROM loan WHERE is_return = 0 AND return_date IS NOT NULL",
        "SELECT 1 FROM loan WHERE last_update IS NULL",
        "SELECT 1 FROM item WHERE item_code IN (SELECT item_code FROM loan GROUP BY 1 HAVING COUNT(*) > 20)",
    ],
)
def test_the_invented_library_is_as_dirty_and_uneven_as_a_real_one(library: Database, condition: str) -> None:
    assert library.execute(f"{condition} LIMIT 1") == [(1,)]


def test_edits_touch_loans_in_every_way_and_a_copy_that_missed_one_is_found(library: Database, tmp_path: Path) -> None:
    path, edits = tmp_path / "copy.db", Edits(library, SIZE)
    copy_loans(library, path)
    keys = [*edits.make(), *edits.make()]
    assert missed(library, path, keys) == len(set(keys))
    copy_loans(library, path)
    assert missed(library, path, keys) == 0
    library.execute("UPDATE loan SET due_date = due_date + INTERVAL 1 DAY WHERE loan_id = %s", [keys[0]])
    assert missed(library, path, keys) == 1
