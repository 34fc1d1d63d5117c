"""How a source's values become the copy's: text, numbers, dates and the places in a title's list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.expected import Dates, number_of, texts
from connector.extract import Extract, Field, Kind
from connector.values import Column, Converter, iso_date, positions, whole

BLANKS = ["", " ", "   ", "\t", "\r\n", "\u00a0", "\u2003\u3000", "\x1f"]


def converted(kind: Kind, *values: str) -> Column:
    """Convert one column."""
    extract = Extract("loan", "loan", "loan.loan_id", (Field("renewals", kind, ("loan.renewed",)),))
    return Converter(extract, "Asia/Jakarta").columns([values])[0]


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_blank_text_becomes_null(blank: str) -> None:
    assert converted(Kind.TEXT, blank, "x") == [None, "x"]
    assert texts([blank.encode(), b"x"]) == [None, "x"]


@pytest.mark.parametrize("text", [" Ani ", "0", "NULL", "\u200b", "a\u00a0", "\n1", "Café", "\U0001f600"], ids=ascii)
def test_other_text_stays_as_it_is_blanks_at_its_ends_included(text: str) -> None:
    assert converted(Kind.TEXT, text) == [text]
    assert texts([text.encode()]) == [text]


@given(st.text(st.one_of(st.sampled_from(" \u00a0\u2003\u200bx"), st.characters(exclude_categories=["Cs"]))))
def test_sync_and_proof_agree_on_what_is_blank(text: str) -> None:
    assert converted(Kind.TEXT, text) == texts([text.encode()])


def test_whole_numbers_become_numbers_and_nothing_stays_nothing() -> None:
    assert converted(Kind.INTEGER, "0", "-7", "", "9223372036854775808") == [0, -7, None, 9223372036854775808]
    assert converted(Kind.FLAG, "1", "0") == [1, 0]


@pytest.mark.parametrize("text", ["banyak", "--5", "-", "1.5", "²", "9" * 5000], ids=lambda text: text[:9])
def test_what_is_no_whole_number_stays_text_for_the_sieve_to_find(text: str) -> None:
    assert whole([text, "", "3"]) == [text, None, 3]
    assert whole([text]) == [text]
    assert number_of(text) == text


@given(st.lists(st.integers()))
def test_whole_numbers_of_any_size_come_through(numbers: list[int]) -> None:
    assert whole(list(map(str, numbers))) == numbers


@pytest.mark.parametrize("day", ["0001-01-01", "2024-02-29", "2000-02-29", "2026-11-24", "9999-12-31"])
def test_a_day_of_the_calendar_stays(day: str) -> None:
    assert converted(Kind.DATE, day, day) == [day, day]
    assert Dates()[day] == day


@pytest.mark.parametrize(
    "day",
    ["", "0000-00-00", "2024-00-00", "2024-05-00", "0000-05-17", "2023-02-29", "1900-02-29", "2024-02-30", "2024-13-01",
     "2024-04-31", "besok", "24-01-01", "10000-01-01"],
)  # fmt: skip
def test_a_zero_partly_zero_or_impossible_day_becomes_null(day: str) -> None:
    assert converted(Kind.DATE, "2024-01-01", day) == ["2024-01-01", None]
    assert Dates()[day] is None


def test_of_a_time_in_a_column_of_days_the_day_counts() -> None:
    assert iso_date("2024-02-29 23:59:59") == "2024-02-29"
    assert Dates()["2024-02-29 23:59:59"] == "2024-02-29"


@given(st.dates())
def test_every_day_that_there_is_comes_through(day: object) -> None:
    assert iso_date(str(day)) == str(day)


def test_an_amount_keeps_every_digit() -> None:
    assert converted(Kind.AMOUNT, "0", "1500", "0.10", "-2.500000", "") == ["0", "1500", "0.10", "-2.500000", None]


def test_the_hash_of_a_text_key_comes_first_and_is_a_number() -> None:
    fields = (Field("key", Kind.TEXT, ("t.k",)), Field("name", Kind.TEXT, ("t.n",)))
    converter = Converter(Extract("branch", "t", "t.k", fields, text_key=True), "UTC")
    assert converter.columns([("4294967295", "0"), ("A", " "), ("", "b")]) == [
        [4294967295, 0],
        ["A", None],
        [None, "b"],
    ]


def test_what_follows_the_values_is_left_alone() -> None:
    fields = (Field("key", Kind.INTEGER, ("t.k",)), Field("name", Kind.TEXT, ("t.n",)))
    assert Converter(Extract("closed_day", "t", "t.k", fields), "UTC").columns([("1",), ("Libur",), ("5",)]) == [
        [1],
        ["Libur"],
    ]


def test_a_list_counts_from_0_for_each_title_in_the_order_of_its_values() -> None:
    assert positions([(7, 2, 1), (3, 1, 9), (7, 1, 5), (7, 1, 4)]) == [2, 0, 1, 0]


def test_nothing_sorts_behind_everything_in_a_list() -> None:
    assert positions([(1, None, 3), (1, 2, 8), (1, None, 2)]) == [2, 0, 1]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 99)), max_size=20, unique=True))
def test_the_places_of_a_title_are_0_to_n_whatever_order_its_rows_come_in(rows: list[tuple[int, int, int]]) -> None:
    places = dict(zip(rows, positions(rows), strict=True))
    assert places == dict(zip(rows[::-1], positions(rows[::-1]), strict=True))
    for title in {row[0] for row in rows}:
        mine = sorted(row for row in rows if row[0] == title)
        assert [places[row] for row in mine] == list(range(len(mine)))


def test_a_list_of_a_title_is_numbered_while_it_is_converted() -> None:
    order = Field("position", Kind.POSITION, ("t.title", "t.level", "t.author"))
    fields = (Field("title_key", Kind.INTEGER, ("t.title",)), order, Field("name", Kind.TEXT, ("t.name",)))
    converter = Converter(Extract("author", "t", "t.title", fields), "UTC")
    rows = [("5", "5", "2", "11", "Tere Liye"), ("5", "5", "1", "40", "Andrea Hirata"), ("6", "6", "", "7", "Dee")]
    assert converter.columns(list(zip(*rows, strict=True))) == [
        [5, 5, 6],
        [1, 0, 0],
        ["Tere Liye", "Andrea Hirata", "Dee"],
    ]
