"""Weeks, comparisons and shares."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm.reports.rules import (
    YEAR,
    Compared,
    Counted,
    Rising,
    TopicLoans,
    Week,
    against_last_year,
    last_full_week,
    local_day,
    monday,
    rising,
    span_of,
    start_of,
    weeks_of,
)

LAST = date(2026, 11, 16)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_last_full_week_is_over_and_the_one_after_is_not(today: date) -> None:
    last = last_full_week(today)
    assert last.weekday() == 0
    assert last + timedelta(days=7) <= today < last + timedelta(days=14)


def test_four_weeks_end_on_the_sunday_of_the_last() -> None:
    assert span_of(LAST) == (date(2026, 10, 26), date(2026, 11, 22))


def test_a_year_before_a_monday_is_a_monday() -> None:
    assert (LAST - YEAR).weekday() == 0


def test_a_local_day_begins_when_utc_still_has_the_day_before() -> None:
    assert start_of(date(2026, 11, 24), "Asia/Jakarta") == datetime(2026, 11, 23, 17)
    assert local_day("2026-11-23 17", "Asia/Jakarta") == date(2026, 11, 24)
    assert local_day("2026-11-23 16", "Asia/Jakarta") == date(2026, 11, 23)


def test_days_become_weeks_with_their_lowest_keys() -> None:
    loans = [Counted(LAST, 2, 7), Counted(LAST + timedelta(days=6), 1, 5), Counted(LAST - timedelta(days=1), 4, 1)]
    found = weeks_of(loans, [Counted(LAST, 3, 9)])
    assert found == {
        LAST: Week(LAST, 3, 3, None, 5, 9),
        monday(LAST - timedelta(days=1)): Week(monday(LAST - timedelta(days=1)), 4, 0, None, 1),
    }


def test_four_weeks_are_added_up_beside_those_of_last_year() -> None:
    weeks = {day: Week(day, loans=1) for day in (LAST - timedelta(weeks=number) for number in range(60))}
    assert against_last_year(weeks, LAST, "loans") == Compared(4, 4)
    assert against_last_year(weeks, LAST, "visits") == Compared(0, 0)


def test_a_young_library_has_nothing_to_compare_with() -> None:
    weeks = {LAST: Week(LAST, loans=5), LAST - YEAR: Week(LAST - YEAR)}
    assert against_last_year(weeks, LAST, "loans") == Compared(5, None)


def test_a_change_is_a_share_of_what_was_before() -> None:
    assert Compared(125, 100).change == 0.25
    assert Compared(50, 100).change == -0.5
    assert Compared(5, 0).change is None
    assert Compared(5, None).change is None


def test_topics_rise_by_their_share_and_not_by_their_number() -> None:
    topics = [TopicLoans(1, 20, 20), TopicLoans(2, 30, 10), TopicLoans(3, 50, 70)]
    assert rising(topics, 100, 100, 5) == [Rising(2, 0.3, 0.1)]
    assert rising(topics, 1000, 100, 5) == []


def test_the_topics_that_rise_most_come_first_and_few_loans_say_nothing() -> None:
    topics = [TopicLoans(1, 12, 2), TopicLoans(2, 40, 10), TopicLoans(3, 9, 0), TopicLoans(4, 12, 2)]
    assert [each.topic_id for each in rising(topics, 100, 100, 2)] == [2, 1]


def test_nothing_rises_where_nothing_was() -> None:
    assert rising([TopicLoans(1, 20, 0)], 20, 0, 5) == []
