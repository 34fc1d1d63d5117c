"""A naive UTC moment and the library's local day, as SQLite works it out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Date, Engine, MetaData, Table, create_engine, literal, select
from sqlalchemy.pool import StaticPool

from crm.local_days import Calendar, offsets
from crm.schema.base import Moment

ZONES = ("Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin", "America/New_York", "Pacific/Apia")
TODAY = date(2026, 11, 24)
NOTED = Table("noted", MetaData(), Column("day", Date))

moments = st.datetimes(datetime(1990, 1, 2), datetime(2026, 12, 30)).map(lambda at: at.replace(microsecond=0))


@cache
def memory() -> Engine:
    return create_engine("sqlite://", poolclass=StaticPool)


def worked_out(zone: str, moment: datetime) -> tuple[date, bool]:
    calendar, at = Calendar(zone, TODAY), literal(moment, Moment())
    with memory().connect() as connection:
        row = connection.execute(select(calendar.day_of(at), calendar.is_past(at))).one()
        return row[0], bool(row[1])


def local(zone: str, moment: datetime) -> date:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


@given(st.sampled_from(ZONES), moments)
def test_the_local_day_is_that_of_the_zone_at_that_time(zone: str, moment: datetime) -> None:
    day = local(zone, moment)
    assert worked_out(zone, moment) == (day, day <= TODAY)


@pytest.mark.parametrize("zone", ZONES)
def test_the_change_of_day_and_of_summer_time_is_exact_to_the_second(zone: str) -> None:
    turns = [each.since for each in offsets(zone, TODAY)[:6]]
    turns += [Calendar(zone, TODAY).begins(TODAY + timedelta(days=number)) for number in (0, 1)]
    for turn in turns:
        for seconds in (-1, 0):
            moment = turn + timedelta(seconds=seconds)
            day = local(zone, moment)
            assert worked_out(zone, moment) == (day, day <= TODAY)


def test_indonesia_has_one_offset() -> None:
    assert [each.seconds for each in offsets("Asia/Jakarta", TODAY)] == [7 * 3_600]


def test_a_day_is_taken_as_it_is() -> None:
    calendar = Calendar("Asia/Jakarta", TODAY)
    assert calendar.day_of(NOTED.c.day) is NOTED.c.day
    assert str(calendar.is_past(NOTED.c.day)) == "noted.day <= :day_1"
