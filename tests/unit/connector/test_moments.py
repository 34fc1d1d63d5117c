"""Local times become UTC: whole zones, half hours, hours that a clock showed twice or never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.expected import Expected
from connector.extract import Extract, Field, Kind
from connector.values import Column, Converter

ZONES = (
    "Asia/Jakarta", "Asia/Jayapura", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "America/Goose_Bay",
    "Australia/Lord_Howe", "Africa/Monrovia", "Pacific/Apia", "UTC",
)  # fmt: skip
SECONDS = st.datetimes().map(lambda time: time.replace(microsecond=0))
EXTRACT = Extract("visit", "visit", "visit.id", (Field("visited_at", Kind.MOMENT, ("visit.at",)),))


def in_utc(timezone: str, *times: str) -> Column:
    """Convert one column of times."""
    return Converter(EXTRACT, timezone).columns([times])[0]


def plainly(timezone: str, time: datetime) -> str | None:
    """Convert one time without remembering anything."""
    try:
        return str(time.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC).replace(tzinfo=None))
    except OverflowError:
        return None


def test_jakarta_is_seven_hours_ahead() -> None:
    times = in_utc("Asia/Jakarta", "2026-11-24 09:30:15", "2026-11-24 06:59:59", "2026-01-01 00:00:00")
    assert times == ["2026-11-24 02:30:15", "2026-11-23 23:59:59", "2025-12-31 17:00:00"]


def test_half_and_quarter_hours_are_kept() -> None:
    assert in_utc("Asia/Kolkata", "2026-11-24 00:15:07", "2026-11-24 05:29:59") == [
        "2026-11-23 18:45:07",
        "2026-11-23 23:59:59",
    ]
    assert in_utc("Asia/Kathmandu", "2026-11-24 00:15:00") == ["2026-11-23 18:30:00"]


def test_the_clock_of_jakarta_before_its_zones_had_whole_hours_is_known() -> None:
    assert in_utc("Asia/Jakarta", "1900-01-01 07:07:12", "1955-01-01 07:30:00") == [
        "1900-01-01 00:00:00",
        "1955-01-01 00:00:00",
    ]


def test_an_hour_that_a_clock_showed_twice_is_taken_as_the_first() -> None:
    times = in_utc("America/New_York", "2024-11-03 00:59:59", "2024-11-03 01:30:00", "2024-11-03 02:00:00")
    assert times == ["2024-11-03 04:59:59", "2024-11-03 05:30:00", "2024-11-03 07:00:00"]


def test_an_hour_that_no_clock_showed_is_taken_by_the_zone_before() -> None:
    times = in_utc("America/New_York", "2024-03-10 01:59:59", "2024-03-10 02:30:00", "2024-03-10 03:00:00")
    assert times == ["2024-03-10 06:59:59", "2024-03-10 07:30:00", "2024-03-10 07:00:00"]


def test_a_clock_that_changes_a_minute_past_the_hour_is_not_converted_by_the_hour() -> None:
    times = in_utc("America/Goose_Bay", "2010-11-07 00:00:30", "2010-11-07 00:30:00", "2010-11-07 01:00:00")
    assert times == ["2010-11-07 03:00:30", "2010-11-07 04:30:00", "2010-11-07 05:00:00"]


@pytest.mark.parametrize(
    "time",
    ["", "0000-00-00 00:00:00", "2024-00-01 10:00:00", "2024-02-30 10:00:00", "2023-02-29 00:00:00",
     "2024-01-01 25:00:00", "2024-01-01 10:60:00", "2024-01-01 10:00:61", "kemarin"],
)  # fmt: skip
def test_a_time_that_there_is_not_becomes_null_and_its_neighbours_do_not(time: str) -> None:
    good = "2024-02-29 10:00:00"
    assert in_utc("Asia/Jakarta", good, time, good) == ["2024-02-29 03:00:00", None, "2024-02-29 03:00:00"]


def test_fractions_of_a_second_are_dropped() -> None:
    assert in_utc("Asia/Jakarta", "2024-01-01 10:00:00.999999", "2024-01-01 10:00:00.5") == ["2024-01-01 03:00:00"] * 2


def test_the_first_and_the_last_year_are_converted_as_far_as_utc_goes() -> None:
    assert in_utc("Asia/Jakarta", "0001-01-01 00:00:00", "0001-01-01 07:07:12") == [None, "0001-01-01 00:00:00"]
    assert in_utc("Asia/Jakarta", "9999-12-31 23:59:59") == ["9999-12-31 16:59:59"]
    assert in_utc("America/New_York", "9999-12-31 23:59:59", "9999-12-31 18:59:59") == [None, "9999-12-31 23:59:59"]
    assert in_utc("America/New_York", "0001-01-01 00:00:00") == ["0001-01-01 04:56:02"]


@given(st.sampled_from(ZONES), st.lists(SECONDS, min_size=1))
def test_a_column_is_converted_as_its_values_would_be_one_by_one(timezone: str, times: list[datetime]) -> None:
    assert in_utc(timezone, *map(str, times)) == [plainly(timezone, time) for time in times]


@given(st.sampled_from(ZONES), st.integers(1975, 2025), st.integers(0, 59))
def test_no_change_of_a_clock_is_missed(timezone: str, year: int, minute: int) -> None:
    times = [datetime(year, 1, 1), *(time + timedelta(minutes=minute) for time in changes(timezone, year))]
    assert in_utc(timezone, *map(str, times)) == [plainly(timezone, time) for time in times]


def changes(timezone: str, year: int) -> list[datetime]:
    """Return the local hours around each change of a clock in a year."""
    zone = ZoneInfo(timezone)
    days = [datetime(year, 1, 1, tzinfo=zone) + timedelta(days=number) for number in range(366)]
    changed = [late for early, late in pairwise(days) if early.utcoffset() != late.utcoffset()]
    return [day.replace(tzinfo=None) + timedelta(hours=hour) for day in changed for hour in range(-26, 27)]


@given(st.sampled_from(ZONES), SECONDS)
def test_sync_and_proof_agree_on_every_time(timezone: str, time: datetime) -> None:
    fields = (Field("key", Kind.INTEGER, ("visit.id",)), *EXTRACT.fields)
    expected = Expected(Extract("visit", "visit", "visit.id", fields), timezone)
    [(_, (proven,))] = expected.rows([(1, str(time))])
    assert in_utc(timezone, str(time)) == [proven]
