"""Buckets, their widths and bounds, and the statements whose answers are their prints."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.dialects import HASH_SPAN, SqliteDialect
from connector.fingerprint import HIGHEST, LOWEST, MASK, Print, Statements, bounds, is_outgrown, width_for
from tests.unit.connector.sources import BOOK, BOOKS, PEOPLE, PERSON, opened, write

PRINTS = st.builds(Print, st.integers(0, 100), st.integers(0, MASK))


def test_an_integer_key_has_a_hundred_numbers_to_a_bucket_whatever_the_table() -> None:
    assert {width_for(BOOK, rows) for rows in (0, 1, 10**7)} == {100}


@pytest.mark.parametrize(("rows", "buckets"), [(0, 1), (100, 1), (101, 2), (200, 2), (201, 4), (200_000, 2048)])
def test_a_text_key_has_about_a_hundred_rows_to_a_bucket(rows: int, buckets: int) -> None:
    assert width_for(PERSON, rows) == HASH_SPAN // buckets


@given(st.integers(0, 10**7))
def test_buckets_of_a_text_key_cover_every_hash_and_are_neither_crowded_nor_empty(rows: int) -> None:
    width = width_for(PERSON, rows)
    assert HASH_SPAN % width == 0
    assert rows * width / HASH_SPAN <= 100
    assert rows <= 100 or rows * width / HASH_SPAN > 50


def test_a_table_is_dealt_anew_when_it_grew_or_shrank_more_than_fourfold() -> None:
    width = width_for(PERSON, 800)
    assert not is_outgrown(PERSON, width, 801)
    assert not is_outgrown(PERSON, width, 3_200)
    assert is_outgrown(PERSON, width, 3_201)
    assert not is_outgrown(PERSON, width, 200)
    assert is_outgrown(PERSON, width, 100)
    assert not is_outgrown(BOOK, 100, 10**7)


def test_bounds_are_the_lowest_and_the_highest_position() -> None:
    assert bounds(0, 100) == (0, 99)
    assert bounds(7, 100) == (700, 799)
    assert bounds(-1, 100) == (LOWEST, -1)


@given(st.integers(0, HIGHEST), st.sampled_from([1, 100, HASH_SPAN]))
def test_every_position_lies_in_its_bucket_and_fits_64_bits(position: int, width: int) -> None:
    low, high = bounds(position // width, width)
    assert low <= position <= high <= HIGHEST


@given(st.lists(PRINTS))
def test_prints_join_in_any_order(prints: list[Print]) -> None:
    forth = reduce(Print.joined, prints, Print())
    assert forth == reduce(Print.joined, prints[::-1], Print())
    assert forth.rows == sum(each.rows for each in prints)
    assert int(forth.text, 16) == forth.value
    assert len(forth.text) == 16


def test_rows_and_prints_are_of_exactly_the_same_values(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    write(path, BOOKS, book=[(1, "Laskar Pelangi", "2024-01-01 10:00:00"), (2, None, ""), (250, "", None)])
    statements = Statements(SqliteDialect(), BOOK, 100)
    with opened(path) as source:
        prints = source.rows(statements.prints("1 = 1"))
        groups = source.rows(statements.rows("1 = 1"))
        plain = source.rows(statements.plain("1 = 1"))
    assert sorted(prints) == sorted(group[:3] for group in groups)
    assert {bucket: rows for bucket, rows, _ in prints} == {0: 2, 2: 1}
    assert {row[1]: row[0] for row in plain}[250] == next(value for bucket, _, value in prints if bucket == 2)
    assert [row[1:] for row in plain] == [
        (1, "4C61736B61722050656C616E6769", "2024-01-01 10:00:00"),
        (2, "", ""),
        (250, "", None),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE book SET title = 'laskar pelangi' WHERE id = 1",
        "UPDATE book SET title = title || ' ' WHERE id = 1",
        "UPDATE book SET title = NULL WHERE id = 2",
        "UPDATE book SET title = added, added = title",
        "UPDATE book SET title = title || 'x'",
        "UPDATE book SET title = CASE id WHEN 1 THEN 'B' WHEN 3 THEN 'A' ELSE title END",
        "DELETE FROM book WHERE id = 2",
        "UPDATE book SET id = 4 WHERE id = 3",
        "INSERT INTO book VALUES (5, '', NULL)",
    ],
)
def test_a_changed_bucket_has_another_print(tmp_path: Path, change: str) -> None:
    path = tmp_path / "s.db"
    write(path, BOOKS, book=[(1, "A", "2024-01-01"), (2, "", None), (3, "B", "2024-01-01")])
    question = Statements(SqliteDialect(), BOOK, 100).prints("1 = 1")
    with opened(path) as source:
        before = source.rows(question)
        write(path, change)
        assert source.rows(question) != before


def test_a_window_of_a_joined_extract_is_looked_for_in_its_first_table(tmp_path: Path) -> None:
    statements = Statements(SqliteDialect(), BOOK, 100)
    path = tmp_path / "s.db"
    write(path, BOOKS, PEOPLE, book=[(number, "x", "") for number in range(1, 6)])
    with opened(path) as source:
        assert source.rows(statements.boundary("book.id >= 2", 2)) == [(4,)]
        assert source.rows(statements.boundary("1 = 1", 5)) == []
        assert source.rows(statements.count()) == [(5,)]
