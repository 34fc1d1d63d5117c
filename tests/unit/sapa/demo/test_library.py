"""The file: SLiMS's tables, the same for the same seed, whole or not at all."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from connector.ils.slims import columns_read
from connector.progress import Silence
from sapa.demo.library import Size, build, is_whole
from tests.unit.sapa.demo.invented import TODAY, Library

TINY = Size(40, 120)


def digest(path: Path) -> str:
    """Return a fingerprint of everything SQLite can dump."""
    with closing(sqlite3.connect(path)) as connection:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def test_everything_the_connector_reads_is_there(library: Library) -> None:
    for table, columns in columns_read().items():
        assert columns <= set(library.column(f"SELECT name FROM pragma_table_info('{table}')")), table


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("member", "member_id", "varchar(20)"),
        ("member", "expire_date", "date"),
        ("loan", "input_date", "datetime"),
        ("loan", "is_return", "int(11)"),
        ("item", "location_id", "varchar(3)"),
        ("mst_topic", "topic_type", "enum('t','g','n','tm','gr','oc')"),
        ("member_custom", "cf_9f402", "date"),
        ("member_custom", "cf_6b2d5", "text"),
    ],
)
def test_columns_are_declared_as_in_slims(library: Library, table: str, column: str, kind: str) -> None:
    assert library.one(f"SELECT lower(type) FROM pragma_table_info('{table}') WHERE name = '{column}'") == kind


def test_item_codes_are_unique_without_case(library_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "library.db"
    copy.write_bytes(library_file.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        code = connection.execute("SELECT item_code FROM item WHERE item_code LIKE 'B%'").fetchone()[0]
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(
                "INSERT INTO item (item_id, item_code, input_date) VALUES (999999, ?, '2026-01-01')", (code.lower(),)
            )


def test_history_follows_its_loan_by_trigger(library_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "library.db"
    copy.write_bytes(library_file.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        code, title = connection.execute(
            "SELECT item_code, title FROM item JOIN biblio USING (biblio_id) LIMIT 1"
        ).fetchone()
        connection.execute(
            "INSERT INTO loan (loan_id, item_code, member_id, loan_date, due_date) "
            "VALUES (999999, ?, 'nobody', '2026-11-24', '2026-12-01')",
            (code,),
        )
        connection.execute("UPDATE loan SET is_return = 1 WHERE loan_id = 999999")
        sql = "SELECT title, member_name, is_return FROM loan_history WHERE loan_id = 999999"
        assert connection.execute(sql).fetchall() == [(title, None, 1)]
        connection.execute("DELETE FROM loan WHERE loan_id = 999999")
        assert connection.execute(sql).fetchall() == []


def test_the_same_seed_and_day_give_the_same_library(tmp_path: Path) -> None:
    first, second = (build(tmp_path / name, seed=7, today=TODAY, size=TINY) for name in ("a.db", "b.db"))
    assert digest(first.path) == digest(second.path)
    assert first.rows == second.rows


@pytest.mark.parametrize(("seed", "today"), [(8, TODAY), (7, date(2026, 11, 25))])
def test_another_seed_or_day_gives_another_library(tmp_path: Path, seed: int, today: date) -> None:
    first = build(tmp_path / "a.db", seed=7, today=TODAY, size=TINY)
    second = build(tmp_path / "b.db", seed=seed, today=today, size=TINY)
    assert digest(first.path) != digest(second.path)


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2027, 3, 10), date(2030, 1, 1), date(2034, 12, 31)])
def test_any_day_will_do(tmp_path: Path, today: date) -> None:
    path = build(tmp_path / "a.db", today=today, size=TINY).path
    with closing(sqlite3.connect(path)) as connection:
        last = connection.execute("SELECT max(loan_date) FROM loan").fetchone()[0]
        assert last < today.isoformat()
        assert connection.execute("SELECT max(checkin_date) FROM visitor_count").fetchone()[0] < today.isoformat()


class Killed(Exception):
    """The end of a process."""


class Killer(Silence):
    def __init__(self, entity: str) -> None:
        self.entity = entity

    def begin(self, entity: str, total: int) -> None:  # noqa: ARG002
        if entity == self.entity:
            raise Killed


@pytest.mark.parametrize("entity", ["patron", "title", "loan", "visit"])
def test_a_killed_build_leaves_what_was_there_and_the_next_one_is_whole(tmp_path: Path, entity: str) -> None:
    path = tmp_path / "library.db"
    with pytest.raises(Killed):
        build(path, today=TODAY, size=TINY, progress=Killer(entity))
    assert not path.exists()
    before = digest(build(path, today=TODAY, size=TINY).path)
    with pytest.raises(Killed):
        build(path, seed=2, today=TODAY, size=TINY, progress=Killer(entity))
    assert is_whole(path)
    assert digest(path) == before
    build(path, seed=2, today=TODAY, size=TINY)
    assert digest(path) != before
    assert [each.name for each in tmp_path.iterdir()] == ["library.db"]


def test_a_library_that_is_damaged_old_or_something_else_is_not_whole(library_file: Path, tmp_path: Path) -> None:
    content = library_file.read_bytes()
    assert is_whole(library_file)
    other = tmp_path / "other.db"
    assert not is_whole(other)
    for wrong in (
        b"",
        b"not a database at all" * 100,
        content[: len(content) // 2],
        content[:60] + b"\0\0\0\0" + content[64:],
    ):
        other.write_bytes(wrong)
        assert not is_whole(other)


def test_the_summary_counts_the_rows(tmp_path: Path) -> None:
    summary = build(tmp_path / "a.db", today=TODAY, size=TINY)
    with closing(sqlite3.connect(summary.path)) as connection:
        assert summary.rows["loan"] == connection.execute("SELECT count(*) FROM loan").fetchone()[0] > 0
    assert (summary.seed, summary.today) == (1, TODAY)
