"""What the copy cannot hold is parted from what it can, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from connector.extract import Extract, Field, Kind
from connector.rejects import Reject, Sieve, write_rejects
from crm.database import ensure_current, open_engine, writing
from crm.schema import ils

LARGEST = (1 << 63) - 1
NOW = datetime(2026, 11, 24, 9, 0)
LOAN = Extract(
    "loan",
    "loan",
    "loan.loan_id",
    (
        Field("key", Kind.INTEGER, ("loan.loan_id",)),
        Field("patron_key", Kind.TEXT, ("loan.member_id",)),
        Field("renewals", Kind.INTEGER, ("loan.renewed",)),
        Field("loaned_on", Kind.DATE, ("loan.loan_date",)),
    ),
)
BRANCH = Extract(
    "branch", "l", "l.id", (Field("key", Kind.TEXT, ("l.id",)), Field("name", Kind.TEXT, ("l.name",))), text_key=True
)

Rows = list[tuple[Any, ...]]


def sifted(extract: Extract, *rows: tuple[Any, ...]) -> tuple[Rows, list[Reject]]:
    """Return the rows that fit and the rejects."""
    good, bad = Sieve(extract).sift([list(column) for column in zip(*rows, strict=True)])
    assert len(good) == len(rows[0])
    return list(zip(*good, strict=True)), bad


def test_rows_that_fit_come_through_as_they_are() -> None:
    rows: Rows = [(1, "A1", 0, "2024-01-01"), (-LARGEST - 1, None, None, None), (LARGEST, "x" * 191, LARGEST, None)]
    assert sifted(LOAN, *rows) == (rows, [])


def test_a_blank_key_is_rejected_with_its_reason() -> None:
    good, bad = sifted(BRANCH, (7, "A1", "Pusat"), (0, None, "Cabang"))
    assert good == [(7, "A1", "Pusat")]
    assert bad == [Reject("", 0, "The key is blank.")]


def test_a_key_that_is_too_long_is_rejected_at_its_place() -> None:
    good, bad = sifted(BRANCH, (9, "x" * 192, "Pusat"), (8, "y" * 191, "Cabang"))
    assert good == [(8, "y" * 191, "Cabang")]
    assert bad == [Reject("x" * 192, 9, "key is longer than 191 characters.")]


def test_the_length_of_a_key_is_counted_in_characters() -> None:
    assert sifted(BRANCH, (1, "\U0001f600" * 191, None))[1] == []


def test_text_that_is_no_key_may_be_of_any_length() -> None:
    assert sifted(BRANCH, (1, "A", "x" * 100_000))[1] == []


@pytest.mark.parametrize("number", [LARGEST + 1, -LARGEST - 2, "banyak", "1.5", 10**40])
def test_a_number_that_does_not_fit_is_rejected(number: int | str) -> None:
    good, bad = sifted(LOAN, (5, "A1", number, None), (6, "A2", 1, None))
    assert good == [(6, "A2", 1, None)]
    assert bad == [Reject("5", 5, "renewals is not a whole number that fits 64 bits.")]


def test_a_key_beyond_64_bits_is_rejected_in_the_last_bucket() -> None:
    assert sifted(LOAN, (1 << 64, "A1", 0, None))[1] == [
        Reject(str(1 << 64), LARGEST, "key is not a whole number that fits 64 bits.")
    ]


def test_the_first_thing_wrong_is_the_reason() -> None:
    [reject] = sifted(LOAN, (5, "x" * 200, "banyak", None))[1]
    assert reject.reason == "patron_key is longer than 191 characters."


def test_when_no_row_fits_the_columns_are_there_but_empty() -> None:
    assert Sieve(BRANCH).sift([[1, 2], [None, None], ["a", "b"]])[0] == [[], [], []]


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-LARGEST - 9, LARGEST + 9)),
            st.one_of(st.none(), st.just("x" * 192), st.text(max_size=3)),
            st.one_of(st.none(), st.integers(), st.just("banyak")),
            st.none(),
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda row: row[0],
    )
)
def test_every_row_is_either_kept_or_rejected(rows: Rows) -> None:
    good, bad = sifted(LOAN, *rows)
    alone = [sifted(LOAN, row) for row in rows]
    assert good == [row for kept, _ in alone for row in kept]
    assert bad == [reject for _, rejects in alone for reject in rejects]
    assert len(good) + len(bad) == len(rows)


def test_of_rows_with_one_key_the_first_is_kept() -> None:
    good, bad = sifted(LOAN, (5, "A1", 0, None), (6, "A1", 0, None), (5, "A2", 1, None), (5, "A3", 2, None))
    assert good == [(5, "A1", 0, None), (6, "A1", 0, None)]
    assert bad == [Reject("5", 5, "Another row has the same key.")] * 2


def test_a_row_that_does_not_fit_takes_no_key_away() -> None:
    assert sifted(LOAN, (5, "x" * 192, 0, None), (5, "A2", 1, None))[0] == [(5, "A2", 1, None)]


def test_keys_that_were_mended_are_remembered_from_batch_to_batch() -> None:
    sieve = Sieve(BRANCH)
    assert sieve.sift([[1, 2], ["A\ufffd", "B"], ["a", "b"]])[1] == []
    assert sieve.sift([[3, 2], ["A\ufffd", "B"], ["c", "b"]])[1] == [
        Reject("A\ufffd", 3, "Another row has the same key.")
    ]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Give a connection to a CRM database with one source."""
    engine = open_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    ensure_current(engine)
    with writing(engine) as opened:
        opened.execute(insert(ils.source).values(id=1, name="main", ils="slims"))
        yield opened
    engine.dispose()


def noted(connection: Connection) -> list[tuple[Any, ...]]:
    """Return entity, key and place of all rejects."""
    return [
        tuple(row) for row in connection.execute(select(ils.reject.c.entity, ils.reject.c.key, ils.reject.c.position))
    ]


def test_rejects_of_the_buckets_read_anew_are_replaced_and_no_others(connection: Connection) -> None:
    old = [Reject("a", 5, "r"), Reject("b", 150, "r"), Reject("c", 250, "r")]
    write_rejects(connection, 1, "loan", (), old, NOW)
    write_rejects(connection, 1, "item", (), [Reject("d", 5, "r")], NOW)
    write_rejects(connection, 1, "loan", [(0, 99), (200, 299)], [Reject("e", 7, "r")], NOW)
    assert sorted(noted(connection)) == [("item", "d", 5), ("loan", "b", 150), ("loan", "e", 7)]


def test_rejects_that_are_no_more_are_forgotten(connection: Connection) -> None:
    write_rejects(connection, 1, "loan", (), [Reject("a", 5, "r")], NOW)
    write_rejects(connection, 1, "loan", [(0, 99)], [], NOW)
    assert noted(connection) == []
