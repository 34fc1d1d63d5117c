"""Reading in windows and buckets: nothing is read twice, nothing is left out, odd rows come one by one."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector import reader as rooms
from connector.fingerprint import Print
from connector.reader import Batch, Reader, legible, parted, plain
from tests.unit.connector.sources import BOOK, BOOKS, PEOPLE, PERSON, asking, opened, write

LINES = st.lists(
    st.lists(st.text(st.characters(exclude_characters="\x1e\x1f", exclude_categories=["Cs"])), min_size=3, max_size=3)
)


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in windows of a few rows."""
    monkeypatch.setattr(rooms, "FIRST_WINDOW", 7)
    monkeypatch.setattr(rooms, "SMALLEST_WINDOW", 5)
    monkeypatch.setattr(rooms, "LARGEST_WINDOW", 50)


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """Give 200 books with gaps between their numbers, some negative."""
    path = tmp_path / "s.db"
    numbers = [*range(-30, 0, 10), *range(1, 100), *range(300, 900, 7), 10**12, 10**12 + 1, *range(5_000, 5_010)]
    write(path, BOOKS, book=[(number, f"Buku {number}", "2024-01-01 10:00:00") for number in numbers])
    return path


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Give 120 people."""
    path = tmp_path / "s.db"
    write(path, PEOPLE, person=[(f"A{number:03}", f"Nama {number}") for number in range(120)])
    return path


def taken(batches: Iterable[Batch]) -> tuple[list[Any], dict[int, Print]]:
    """Return all rows and the prints of whole buckets."""
    rows: list[Any] = []
    prints: dict[int, Print] = {}
    for batch in batches:
        rows += zip(*batch.columns, strict=True)
        for bucket, found in batch.prints.items():
            prints[bucket] = prints.get(bucket, Print()).joined(found)
    return rows, prints


@given(LINES)
def test_rows_of_a_group_are_parted_again(lines: list[list[str]]) -> None:
    text = "".join("\x1f".join(line) + "\x1e" for line in lines)
    columns = [[line[at] for line in lines] for at in range(3)]
    assert parted([text], len(lines), 3) == columns
    assert parted([text.encode()], len(lines), 3) == columns
    assert parted([None, text, "", text.encode()], 2 * len(lines), 3) == [column * 2 for column in columns]


@pytest.mark.parametrize(
    "text",
    ["a\x1fb\x1ec\x1fd", "a\x1fb\x1e", "a\x1fb\x1ec\x1fd\x1ee\x1ff\x1e", "a\x1fb\x1ec\x1e", "a\x1fb\x1ec\x1fd\x1fe\x1e",
     b"a\x1f\xe9\x1ec\x1fd\x1e", b"a\x1f\xed\xa0\x80\x1ec\x1fd\x1e", None, "", b""],
)  # fmt: skip
def test_a_group_that_was_cut_or_cannot_be_parted_is_noticed(text: bytes | str | None) -> None:
    assert parted([text], 2, 2) is None


def test_an_empty_group_has_no_rows() -> None:
    assert parted([None], 0, 2) == [[], []]


def test_text_is_made_legible_and_mended_where_it_must_be() -> None:
    assert legible("436166C3A9") == ("Café", False)
    assert legible("F09F9880") == ("\U0001f600", False)
    assert legible("436166E9") == ("Caf\ufffd", True)
    assert legible("EDA080") == ("\ufffd\ufffd\ufffd", True)
    assert legible(None) == legible("") == ("", False)


def test_other_values_are_texts_as_in_a_group() -> None:
    assert [plain(value) for value in (None, 0, -5, 1.5, "x")] == ["", "0", "-5", "1.5", "x"]


def test_all_rows_come_once_and_with_the_prints_of_their_buckets(books: Path) -> None:
    with opened(books) as source:
        reader = Reader(source, BOOK, 100)
        rows, prints = taken(reader.all())
        assert prints == reader.prints(lambda _: None)
    assert len(rows) == 200
    assert len({row[0] for row in rows}) == 200
    assert sum(each.rows for each in prints.values()) == 200
    assert min(prints) == -1


def test_prints_do_not_depend_on_the_windows(books: Path) -> None:
    seen: list[int] = []
    with opened(books) as source:
        windowed = Reader(source, BOOK, 100).prints(seen.append)
    with opened(books, fast=True) as source, asking(source) as asked:
        assert Reader(source, BOOK, 100).prints(lambda _: None) == windowed
    assert len(asked) == 1
    assert len(seen) > 3
    assert sum(seen) == 200


def test_text_keys_are_read_in_windows_of_the_key_and_put_together_by_its_hash(people: Path) -> None:
    with opened(people) as source:
        reader = Reader(source, PERSON, 1 << 30)
        rows, prints = taken(reader.all())
        assert prints == reader.prints(lambda _: None)
    assert sorted(row[1] for row in rows) == [f"A{number:03}" for number in range(120)]
    assert set(prints) <= {0, 1, 2, 3}


def test_only_the_wanted_buckets_are_read_whole(books: Path) -> None:
    with opened(books) as source:
        reader = Reader(source, BOOK, 100)
        whole = reader.prints(lambda _: None)
        rows, prints = taken(reader.some([3, 0, 4, -1, 77]))
    assert prints == {bucket: whole[bucket] for bucket in (-1, 0, 3, 4)}
    assert {int(row[0]) for row in rows} == {*range(-30, 0, 10), *range(1, 100), *range(300, 500, 7)}


@pytest.mark.parametrize("listed", [0, 1_000])
def test_of_text_keys_only_the_wanted_buckets_are_read(
    people: Path, monkeypatch: pytest.MonkeyPatch, listed: int
) -> None:
    monkeypatch.setattr(rooms, "LISTED_BUCKETS", listed)
    with opened(people) as source:
        reader = Reader(source, PERSON, 1 << 29)
        whole = reader.prints(lambda _: None)
        rows, prints = taken(reader.some([2, 5]))
    assert prints == {bucket: whole[bucket] for bucket in (2, 5)}
    assert {int(row[0]) >> 29 for row in rows} == {2, 5}


def test_reading_goes_on_from_a_bucket(books: Path) -> None:
    with opened(books) as source:
        rows, _ = taken(Reader(source, BOOK, 100).all(4))
    assert min(int(row[0]) for row in rows) == 405
    assert len(rows) == len([number for number in range(300, 900, 7) if number >= 400]) + 12


def test_an_empty_table_has_no_rows_and_no_buckets(tmp_path: Path) -> None:
    write(tmp_path / "s.db", BOOKS)
    with opened(tmp_path / "s.db") as source:
        reader = Reader(source, BOOK, 100)
        assert taken(reader.all()) == ([], {})
        assert reader.prints(lambda _: None) == {}


def test_a_row_with_a_separator_in_its_text_comes_as_it_is(books: Path) -> None:
    write(books, "UPDATE book SET title = char(31) || 'a' || char(30) WHERE id IN (7, 307)")
    with opened(books) as source:
        reader = Reader(source, BOOK, 100)
        rows, prints = taken(reader.all())
        assert prints == reader.prints(lambda _: None)
    assert len(rows) == 200
    assert {row[0]: row[1] for row in rows if "a" in row[1]} == {"7": "\x1fa\x1e", "307": "\x1fa\x1e"}
    assert {len(row) for row in rows} == {4}


def test_rows_of_a_spoilt_bucket_are_read_with_the_print_of_that_reading(books: Path) -> None:
    write(books, "UPDATE book SET title = char(30) WHERE id = 7")
    with opened(books) as source:
        reader = Reader(source, BOOK, 100)
        before = reader.prints(lambda _: None)[0]
        answer = reader._fetched

        def changing(window: Any) -> list[tuple[Any, ...]]:
            groups = answer(window)
            write(books, "DELETE FROM book WHERE id = 50")
            return groups

        reader._fetched = changing  # type: ignore[method-assign]
        rows, prints = taken(reader.some([0]))
        assert prints[0] == reader.prints(lambda _: None)[0] != before
    assert len(rows) == prints[0].rows == before.rows - 1


def test_windows_grow_while_the_server_answers_quickly_and_shrink_when_it_does_not(
    books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(books) as source:
        reader = Reader(source, BOOK, 100)
        reader.prints(lambda _: None)
        assert reader.size > 7
        monkeypatch.setattr(rooms, "TARGET_SECONDS", 0.0)
        reader.prints(lambda _: None)
        assert reader.size == 5


def test_reading_that_is_given_up_leaves_no_thread(books: Path) -> None:
    with opened(books) as source:
        batches = Reader(source, BOOK, 100).all()
        next(batches)
        assert any(thread.name.startswith("sapa-reader") for thread in threading.enumerate())
        batches.close()  # type: ignore[attr-defined]
    assert not any(thread.name.startswith("sapa-reader") for thread in threading.enumerate())


def test_all_prints_of_a_table_are_the_print_of_the_table(books: Path) -> None:
    with opened(books) as source:
        narrow = Reader(source, BOOK, 10).prints(lambda _: None)
        wide = Reader(source, BOOK, 10**15).prints(lambda _: None)
    assert reduce(Print.joined, narrow.values()) == reduce(Print.joined, wide.values())
