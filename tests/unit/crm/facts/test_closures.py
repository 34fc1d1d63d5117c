"""Closed weeks are not held against readers."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm.facts.closures import closed_weeks

MONDAY = date(2026, 3, 16)
SUNDAYS = {7}


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def between(weekdays: set[int], closed: list[date], first: date, last: date) -> int:
    return closed_weeks(weekdays, closed).between(first.toordinal(), last.toordinal())


def test_a_week_without_an_opening_day_is_closed() -> None:
    assert between(SUNDAYS, days(MONDAY, 6), MONDAY - timedelta(days=1), MONDAY + timedelta(days=6)) == 7
    assert between(SUNDAYS, days(MONDAY, 5), MONDAY - timedelta(days=1), MONDAY + timedelta(days=6)) == 0


def test_only_the_days_after_the_first_up_to_the_last_count() -> None:
    whole = days(MONDAY, 14)
    assert between(set(), whole, MONDAY, MONDAY + timedelta(days=30)) == 13
    assert between(set(), whole, MONDAY + timedelta(days=3), MONDAY + timedelta(days=5)) == 2
    assert between(set(), whole, MONDAY + timedelta(days=20), MONDAY + timedelta(days=30)) == 0


def test_seven_days_across_two_weeks_close_neither() -> None:
    assert between(set(), days(MONDAY + timedelta(days=3), 7), MONDAY, MONDAY + timedelta(days=30)) == 0


def test_a_calendar_that_closes_every_weekday_is_not_believed() -> None:
    assert closed_weeks(set(range(1, 8)), days(MONDAY, 30)).days == ()


@given(st.sets(st.integers(1, 7), max_size=6), st.sets(st.integers(0, 60), max_size=50))
def test_closed_days_come_in_whole_weeks_of_closed_days(weekdays: set[int], offsets: set[int]) -> None:
    single = [MONDAY + timedelta(days=number) for number in offsets]
    found = closed_weeks(weekdays, single).days
    assert len(found) % 7 == 0
    assert list(found) == sorted(set(found))
    assert all(date.fromordinal(each).isoweekday() in weekdays or date.fromordinal(each) in single for each in found)
