"""Keeps the loans and visits of every week, so that the first page does not count millions of rows."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, func, insert, select, union

from crm.database import reading, writing
from crm.reports.rules import WEEK, YEAR, Counted, Week, last_full_week, local_day, monday, span_of, start_of, weeks_of
from crm.schema import ils
from crm.schema.profiles import week_count
from crm.scope import Scope

KEPT = YEAR * 2 + 8 * WEEK  # two years and what the comparison of the oldest needs


def refresh(engine: Engine, timezone: str, scope: Scope, today: date) -> int:
    """Count the weeks of every source anew, or the last two where only some people were touched; return the weeks.

    ``timezone`` is the library's IANA zone, in which ``today`` is the day and a visit has its week. Keys grow with
    time, so the last weeks are found at the table's end; what was dated back into them is counted when everything is.
    """
    with reading(engine) as connection:
        sources = list(connection.scalars(select(ils.source.c.id).order_by(ils.source.c.id)))
        known = set(connection.scalars(select(week_count.c.source_id).distinct()))
    rows = 0
    for source_id in sources:
        whole = scope.is_everything or source_id not in known
        begin = monday(today) - KEPT if whole else last_full_week(today)
        with reading(engine) as connection:
            counted = _count(connection, source_id, begin, timezone, whole=whole)
            counted = _with_readers(connection, source_id, counted, today, timezone, whole=whole)
        rows += _keep(engine, source_id, begin, counted)
    return rows


def kept(connection: Connection, since: date) -> dict[date, Week]:
    """Return the weeks from ``since`` on, the sources added up; of readers of several sources the sum."""
    sums = [func.sum(week_count.c[name]).label(name) for name in ("loans", "visits", "readers")]
    rows = connection.execute(
        select(week_count.c.week, *sums).where(week_count.c.week >= since).group_by(week_count.c.week)
    )
    return {
        row.week: Week(row.week, int(row.loans), int(row.visits), None if row.readers is None else int(row.readers))
        for row in rows
    }


def _count(connection: Connection, source_id: int, begin: date, timezone: str, *, whole: bool) -> dict[date, Week]:
    loans = _rows(ils.loan, source_id, 0 if whole else _floor(connection, source_id, begin, "first_loan"))
    visits = _rows(ils.visit, source_id, 0 if whole else _floor(connection, source_id, begin, "first_visit"))
    loans = [*loans, ils.loan.c.loaned_on >= begin]
    visits = [*visits, ils.visit.c.visited_at >= start_of(begin, timezone)]
    return weeks_of(_by_day(connection, loans), _by_hour(connection, visits, timezone))


def _rows(table: Table, source_id: int, floor: int) -> list[ColumnElement[bool]]:
    return [table.c.source_id == source_id, table.c.key >= floor, table.c.gone_at.is_(None)]


def _floor(connection: Connection, source_id: int, begin: date, column: str) -> int:
    """Return the key below which nothing is as young as ``begin``, as far as the weeks kept tell."""
    mine = week_count.c.source_id == source_id
    lowest = select(func.min(week_count.c[column])).where(mine, week_count.c.week >= begin)
    last = select(func.max(week_count.c[column])).where(mine, week_count.c.week < begin)
    return connection.scalar(lowest) or connection.scalar(last) or 0


def _by_day(connection: Connection, wanted: list[ColumnElement[bool]]) -> list[Counted]:
    loan = ils.loan.c
    days = select(loan.loaned_on, func.count(), func.min(loan.key)).where(*wanted).group_by(loan.loaned_on)
    return [Counted(*row) for row in connection.execute(days)]


def _by_hour(connection: Connection, wanted: list[ColumnElement[bool]], timezone: str) -> list[Counted]:
    visit = ils.visit.c
    hour = func.substr(visit.visited_at, 1, 13).label("hour")
    hours = select(hour, func.count(), func.min(visit.key)).where(*wanted).group_by(hour)
    return [Counted(local_day(str(row[0]), timezone), row[1], row[2]) for row in connection.execute(hours)]


def _with_readers(
    connection: Connection, source_id: int, counted: dict[date, Week], today: date, timezone: str, *, whole: bool
) -> dict[date, Week]:
    """Add how many borrowed or visited, to the last full week and, counting all, to the same a year before."""
    last = last_full_week(today)
    known = {} if whole else _known_readers(connection, source_id)
    for week in (last, last - YEAR) if whole else (last,):
        readers = known[week] if week in known else _readers(connection, source_id, week, timezone)
        counted[week] = replace(counted.get(week, Week(week)), readers=readers)
    return counted


def _known_readers(connection: Connection, source_id: int) -> dict[date, int]:
    rows = select(week_count.c.week, week_count.c.readers).where(
        week_count.c.source_id == source_id, week_count.c.readers.is_not(None)
    )
    return {row.week: row.readers for row in connection.execute(rows)}


def _readers(connection: Connection, source_id: int, last: date, timezone: str) -> int:
    begin, end = span_of(last)
    loan, visit = ils.loan.c, ils.visit.c
    borrowed = select(loan.patron_key).where(
        *_rows(ils.loan, source_id, 0), loan.loaned_on.between(begin, end), loan.patron_key.is_not(None)
    )
    visited = select(visit.patron_key).where(
        *_rows(ils.visit, source_id, 0), *_between(begin, last + WEEK, timezone), visit.patron_key.is_not(None)
    )
    return connection.scalar(select(func.count()).select_from(union(borrowed, visited).subquery())) or 0


def _between(begin: date, after: date, timezone: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    visited_at = ils.visit.c.visited_at
    first: datetime = start_of(begin, timezone)
    return visited_at >= first, visited_at < start_of(after, timezone)


def _keep(engine: Engine, source_id: int, begin: date, counted: dict[date, Week]) -> int:
    values = [{"source_id": source_id, **asdict(each)} for each in counted.values()]
    with writing(engine) as connection:
        mine = week_count.c.source_id == source_id
        connection.execute(delete(week_count).where(mine, week_count.c.week >= begin))
        if values:
            connection.execute(insert(week_count), values)
    return len(values)
