"""Opening days, hours and the rhythm of the year."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from sapa.demo.chance import Chance
from sapa.demo.seasons import Rhythm, Seasons, iso, stamp

SEASONS = Seasons(date(2023, 1, 1), date(2026, 11, 24))


def ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize("closed", ["2026-11-22", "2026-03-20", "2026-08-17", "2025-12-25", "2026-01-13"])
def test_the_library_is_closed_on_sundays_holidays_and_for_stock_taking(closed: str) -> None:
    assert not SEASONS.is_open(ordinal(closed))
    assert all(SEASONS.weight(ordinal(closed), rhythm) == 0 for rhythm in Rhythm)


def test_the_next_and_the_last_open_day_jump_over_the_feast() -> None:
    assert iso(SEASONS.next_open(ordinal("2026-03-18"))) == "2026-03-25"
    assert iso(SEASONS.last_open(ordinal("2026-03-24"))) == "2026-03-17"


@pytest.mark.parametrize("rhythm", Rhythm)
def test_ramadan_is_quieter_than_the_weeks_after_the_feast(rhythm: Rhythm) -> None:
    def month(first: str) -> float:
        return sum(SEASONS.weight(day, rhythm) for day in range(ordinal(first), ordinal(first) + 28))

    assert SEASONS.is_ramadan(ordinal("2026-03-01"))
    assert month("2026-02-19") < 0.75 * month("2026-04-06")


def test_students_come_before_examinations_and_stay_away_between_semesters() -> None:
    assert SEASONS.weight(ordinal("2025-12-02"), Rhythm.CAMPUS) > 3 * SEASONS.weight(
        ordinal("2025-07-15"), Rhythm.CAMPUS
    )


def test_calls_fall_on_open_days_and_as_often_as_asked() -> None:
    chance, day, calls = Chance(1, "calls"), SEASONS.first, 0
    while (day := SEASONS.call_day(day, Rhythm.ADULT, chance.pause(10))) < SEASONS.end:
        assert SEASONS.is_open(day)
        calls += 1
    ordinary = sum(SEASONS.weight(day, Rhythm.ADULT) for day in range(SEASONS.first, SEASONS.end))
    assert calls == pytest.approx(ordinary / 10, rel=0.2)


def test_there_is_no_call_after_the_last_day() -> None:
    assert SEASONS.call_day(SEASONS.end - 1, Rhythm.ADULT, 1) == SEASONS.end


@pytest.mark.parametrize(("day", "closing"), [("2026-11-23", 16), ("2026-11-21", 15), ("2026-03-02", 15)])
def test_hours_are_those_of_the_day(day: str, closing: int) -> None:
    chance = Chance(1, "hours")
    hours = Counter(SEASONS.hour(ordinal(day), Rhythm.CAMPUS, chance) // 3600 for _ in range(500))
    assert min(hours) == 8
    assert max(hours) == closing - 1


def test_nobody_comes_at_noon_on_friday() -> None:
    chance = Chance(1, "friday")
    assert all(SEASONS.hour(ordinal("2026-11-20"), Rhythm.ADULT, chance) // 3600 != 12 for _ in range(500))


def test_moments_are_written_as_slims_writes_them() -> None:
    assert stamp(ordinal("2026-01-02"), 8 * 3600 + 65) == "2026-01-02 08:01:05"
