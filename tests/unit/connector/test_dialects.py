"""One text per row that nothing can be confused in, and the functions that SQLite is given."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.dialects import MysqlDialect, Part, SqliteDialect, Sum, crc32, hash64, raw
from tests.unit.connector.sources import memory

LETTERS = st.one_of(st.sampled_from("\x1e\x1f\0 0123ab"), st.characters(exclude_categories=["Cs"]))
TEXTS = st.one_of(st.none(), st.text(LETTERS, max_size=4))
ROWS = st.tuples(st.one_of(st.none(), st.integers(-9, 99)), TEXTS, TEXTS)
PARTS = (Part("n"), Part("a", is_text=True), Part("b", is_text=True))
SQLITE, MYSQL = SqliteDialect(), MysqlDialect()


def answer(row: tuple[Any, ...], expression: str) -> Any:
    """Evaluate an expression over one row."""
    with memory("CREATE TABLE t (n INTEGER, a TEXT, b TEXT)") as connection:
        connection.execute("INSERT INTO t VALUES (?, ?, ?)", row)
        return connection.execute(f"SELECT {expression} FROM t").fetchone()[0]


def test_a_row_is_its_values_and_the_lengths_of_its_texts() -> None:
    assert answer((7, "Café", None), SQLITE.row(PARTS)) == "7\x1fCafé\x1f\x1f5\x1f"
    assert answer((None, "", " "), SQLITE.row(PARTS)) == "\x1f\x1f \x1f0\x1f1"


@given(ROWS, ROWS)
def test_different_rows_have_different_texts_whatever_they_hold(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    texts = [answer(row, SQLITE.row(PARTS)) for row in (one, other)]
    assert (texts[0] == texts[1]) is (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, None, "x"), (1, "", "x")),
        ((1, "a", "b"), (1, "ab", "")),
        ((1, "a\x1fb", ""), (1, "a", "b\x1f")),
        ((1, "", "\x1f0\x1f1"), (1, "\x1f", "0\x1f1")),
        ((1, "NULL", None), (1, None, "NULL")),
        ((0, "a", None), (None, "a", None)),
        ((1, "a ", None), (1, "a", None)),
        ((1, "é", None), (1, "e\u0301", None)),
    ],
)
def test_what_is_easily_confused_is_not(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    hashed = SQLITE.hashed(SQLITE.row(PARTS))
    assert answer(one, hashed) != answer(other, hashed)


def test_the_hash_is_64_bits_of_sha_1() -> None:
    assert hash64("Ani") & (1 << 64) - 1 == int(hashlib.sha1(b"Ani").hexdigest()[:16], 16)
    assert answer((7, "é", None), SQLITE.hashed("a")) == hash64("é")
    assert hash64("\ud800") != hash64("\ud801")


def test_the_key_is_dealt_by_crc_32_of_its_bytes() -> None:
    assert answer((7, "AÉ", None), SQLITE.hashed_key("a")) == zlib.crc32("AÉ".encode()) == crc32("AÉ")
    assert crc32(None) == crc32("") == 0
    assert crc32(12) == crc32("12")


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_the_fold_of_a_group_does_not_depend_on_its_order(numbers: list[int]) -> None:
    forth, back = Sum(), Sum()
    for number in numbers:
        forth.step(number)
    for number in reversed(numbers):
        back.step(number)
    assert forth.finalize() == back.finalize()
    assert -(2**63) <= forth.finalize() < 2**63
    assert (forth.finalize() - sum(numbers)) % 2**64 == 0


def test_the_fold_is_an_aggregate_of_the_server() -> None:
    with memory("CREATE TABLE t (n INTEGER)", "INSERT INTO t VALUES (5), (3), (-1)") as connection:
        assert connection.execute(f"SELECT {SQLITE.fold('n')} FROM t").fetchone() == (7,)
        assert connection.execute(f"SELECT {SQLITE.fold('n')} FROM t WHERE n > 3").fetchone() == (5,)


def test_a_group_is_gathered_with_an_end_to_each_row() -> None:
    with memory("CREATE TABLE t (a TEXT)", "INSERT INTO t VALUES ('x'), (''), ('y')") as connection:
        assert connection.execute(f"SELECT {SQLITE.gather('a')} FROM t").fetchone() == ("x\x1e\x1ey\x1e",)


@pytest.mark.parametrize(
    ("position", "bucket"), [(0, 0), (99, 0), (100, 1), (-1, -1), (-1000, -1), (2**40, 2**40 // 100)]
)
def test_positions_share_a_bucket_by_the_width_negative_ones_all_one(position: int, bucket: int) -> None:
    with memory() as connection:
        assert connection.execute(f"SELECT {SQLITE.bucket(str(position), 100)}").fetchone() == (bucket,)


def test_text_is_read_row_by_row_as_digits_of_its_bytes() -> None:
    assert answer((7, "é", None), raw(PARTS[1])) == "C3A9"
    assert answer((7, "é", None), raw(PARTS[0])) == 7


def test_mariadb_takes_text_as_binary_in_values_and_in_lengths() -> None:
    assert MYSQL.row(PARTS[:2]) == "CONCAT_WS(x'1F',IFNULL(n,''),IFNULL(CAST(a AS BINARY),''),IFNULL(LENGTH(a),''))"


def test_functions_are_there_on_every_connection_they_are_given_to() -> None:
    with memory() as connection:
        assert connection.execute("SELECT sapa_hash('x'), sapa_crc32('x')").fetchone() == (hash64("x"), crc32("x"))
    with pytest.raises(sqlite3.OperationalError, match="no such function"):
        sqlite3.connect(":memory:").execute("SELECT sapa_hash('x')")


def test_mysql_is_asked_for_a_digest_that_all_its_versions_have() -> None:
    assert MYSQL.hashed("x") == "CAST(CONV(LEFT(SHA1(x),16),16,10) AS UNSIGNED)"
    assert MysqlDialect(is_mariadb=False).hashed("x") == "CAST(CONV(LEFT(SHA2(x,256),16),16,10) AS UNSIGNED)"
