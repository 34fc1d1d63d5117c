"""The library's local day of a naive UTC moment, as an expression of either database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, case
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

OLDEST = datetime(1990, 1, 1)  # before that nothing that an ILS wrote has a time of day that matters
STEP = timedelta(days=30)


@dataclass(frozen=True)
class Offset:
    """How many seconds a zone is ahead of UTC from a naive UTC moment on."""

    since: datetime
    seconds: int


def offsets(timezone: str, until: date) -> list[Offset]:
    """Return the offsets of a zone from 1990 to ``until``, the latest first; Indonesia's zones have one each."""
    zone = ZoneInfo(timezone)
    found = [Offset(OLDEST, _ahead(OLDEST, zone))]
    at = OLDEST
    while at < datetime(until.year + 1, 1, 1):
        later = at + STEP
        if _ahead(later, zone) != found[-1].seconds:
            moved = _moved(at, later, zone)
            found.append(Offset(moved, _ahead(moved, zone)))
            later = moved
        at = later
    return found[::-1]


def _ahead(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _moved(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second at which the offset is not that of ``before`` any more."""
    low, high, old = before, after, _ahead(before, zone)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds() // 2))
        low, high = (middle, high) if _ahead(middle, zone) == old else (low, middle)
    return high


class LocalDay(FunctionElement[date]):
    """The day of ``moment`` shifted by whole seconds; NULL where there is no moment."""

    name = "local_day"
    type = Date()
    inherit_cache = True

    def __init__(self, moment: ColumnElement[Any], seconds: int) -> None:
        """Shift ``moment``."""
        super().__init__(moment, seconds, f"{seconds:+d} seconds")


@compiles(LocalDay)
def _in_mysql(element: LocalDay, compiler: Any, **options: Any) -> str:
    moment, seconds, _ = element.clauses
    shifted = f"INTERVAL {compiler.process(seconds, **options)} SECOND"
    return f"DATE({compiler.process(moment, **options)} + {shifted})"


@compiles(LocalDay, "sqlite")
def _in_sqlite(element: LocalDay, compiler: Any, **options: Any) -> str:
    moment, _, shift = element.clauses
    return f"date({compiler.process(moment, **options)}, {compiler.process(shift, **options)})"


@dataclass(frozen=True)
class Calendar:
    """The days of a library in the IANA zone ``timezone``, seen from its local day ``today``.

    Columns are days as they are, or naive UTC moments.
    """

    timezone: str
    today: date

    @cached_property
    def offsets(self) -> list[Offset]:
        """The offsets of the zone, the latest first."""
        return offsets(self.timezone, self.today)

    def begins(self, day: date) -> datetime:
        """Return the naive UTC moment at which a local day begins."""
        local = datetime.combine(day, time(), ZoneInfo(self.timezone))
        return local.astimezone(UTC).replace(tzinfo=None)

    def day_of(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return the local day of a column."""
        if isinstance(column.type, Date):
            return column
        *later, oldest = self.offsets
        if not later:
            return LocalDay(column, oldest.seconds)
        arms = [(column >= each.since, LocalDay(column, each.seconds)) for each in later]
        return case(*arms, else_=LocalDay(column, oldest.seconds))

    def is_since(self, column: ColumnElement[Any], day: date) -> ColumnElement[bool]:
        """Return whether something was on ``day`` or after it."""
        return column >= (day if isinstance(column.type, Date) else self.begins(day))

    def is_past(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return whether something was today or before."""
        if isinstance(column.type, Date):
            return column <= self.today
        return column < self.begins(self.today + timedelta(days=1))
