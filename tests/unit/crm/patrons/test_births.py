from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.patrons.births import Heaps, age, age_band, heaps, is_minor, is_placeholder

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        (date(2013, 11, 25), "child"),
        (date(2013, 11, 24), "teen"),
        (date(2008, 11, 25), "teen"),
        (date(2008, 11, 24), "young"),
        (date(2001, 11, 25), "young"),
        (date(2001, 11, 24), "adult"),
        (date(1966, 11, 25), "adult"),
        (date(1966, 11, 24), "senior"),
        (None, "unknown"),
        (date(1900, 1, 1), "unknown"),
        (date(2030, 1, 1), "unknown"),
    ],
)
def test_bands_change_on_the_birthday(birth: date | None, band: str) -> None:
    assert age_band(birth, TODAY) == band


def test_who_is_born_on_a_leap_day_grows_older_in_march() -> None:
    assert age(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert is_minor(date(2008, 2, 29), date(2026, 2, 28))
    assert not is_minor(date(2008, 2, 29), date(2026, 3, 1))
    assert not is_minor(None, TODAY)


@pytest.mark.parametrize(
    ("birth", "is_one"),
    [
        (date(1970, 1, 1), True),
        (date(1900, 1, 1), True),
        (date(2026, 1, 1), True),
        (date(2024, 5, 5), True),
        (date(2027, 1, 1), True),
        (date(2019, 8, 8), True),  # the day of registration
        (date(1995, 1, 1), False),  # somebody was born on that day
        (date(1990, 6, 15), False),
        (None, False),
    ],
)
def test_what_nobody_was_born_on_is_a_placeholder(birth: date | None, is_one: bool) -> None:
    assert is_placeholder(birth, (date(2019, 8, 8), None), TODAY, Heaps()) is is_one


def spread(first: date, days: int, each: int) -> dict[date, int]:
    return {first + timedelta(day): each for day in range(days)}


def test_a_date_that_many_share_is_a_heap() -> None:
    counts = spread(date(2005, 1, 1), 365, 2) | {date(2005, 7, 1): 25, date(2005, 8, 17): 12}
    assert heaps(counts, TODAY).dates == {date(2005, 7, 1)}


def test_a_class_born_in_one_year_is_none() -> None:
    assert heaps(spread(date(2010, 1, 1), 365, 9), TODAY) == Heaps()


def test_four_patrons_of_a_small_library_are_none() -> None:
    assert heaps({date(1990, 3, 3): 4}, TODAY) == Heaps()
    assert heaps({date(1990, 3, 3): 5}, TODAY).dates == {date(1990, 3, 3)}


def test_the_first_of_january_heaps_over_the_years() -> None:
    counts = spread(date(1980, 1, 2), 200, 1) | {date(year, 1, 1): 1 for year in range(1980, 1990)}
    found = heaps(counts, TODAY)
    assert found.new_years
    assert date(1999, 1, 1) in found
    assert date(1999, 1, 2) not in found


def test_a_few_born_on_the_first_of_january_are_believed() -> None:
    counts = spread(date(1980, 1, 2), 300, 1) | {date(1995, 1, 1): 2, date(2005, 1, 1): 1, date(2026, 1, 1): 12}
    assert heaps(counts, TODAY) == Heaps()
