"""Reads what was counted of each person, and writes the facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, case, delete, func, insert, select, type_coerce
from sqlalchemy.types import NullType

from crm.facts.closures import Closures, closed_weeks
from crm.facts.rules import Belonging, earliest, leading
from crm.facts.scratch import Scratch
from crm.schema import ils
from crm.schema.base import MYSQL_FAMILY
from crm.schema.people import membership, person
from crm.schema.profiles import COUNTED, WINDOWS, facts, interest

BREADTH_DAYS = 365
PEOPLE_AT_ONCE = 5_000
COUNTS = (*(f"{what}_{days}" for what in COUNTED for days in WINDOWS), *(f"{what}_ever" for what in COUNTED))
PASSED = (
    "source_id", "patron_key", "category_key", "branch_key", "expires_on", *COUNTS, "open_loans", "overdue_loans",
    "next_due_on", "balance", "first_activity_on", "last_activity_on", "last_loan_on", "last_visit_on", "breadth",
)  # fmt: skip
MADE = (
    "joined_on", "age_band", "state", "on_time_rate", "usual_gap_days", "stage", "stage_why", "key_score", "is_minor",
    "worked_out_on",
)  # fmt: skip
COLUMNS = ("person_id", *PASSED, *MADE)
INDEXED = ("source_id", "patron_key", "joined_on", "last_activity_on", "stage", "key_score")


def closures(connection: Connection) -> dict[int, Closures]:
    """Return the closed weeks of each source; days on which a single branch is closed are none."""
    day = ils.closed_day.c
    rows = select(day.source_id, day.weekday, day.on_date).where(day.gone_at.is_(None), day.branch_key.is_(None))
    weekly: dict[int, set[int]] = defaultdict(set)
    single: dict[int, set[date]] = defaultdict(set)
    for source_id, weekday, on_date in connection.execute(rows):
        if on_date is not None:
            single[source_id].add(on_date)
        elif weekday is not None:
            weekly[source_id].add(weekday)
    return {source_id: closed_weeks(weekly[source_id], days) for source_id, days in single.items()}


def set_standing(connection: Connection, scratch: Scratch, *, everybody: bool) -> None:
    """Find the membership that counts of each person: his only one, or the leading one of several."""
    chosen, standing = scratch.chosen, scratch.standing
    whose = membership.c.person_id
    only = (
        select(whose, func.min(membership.c.source_id), func.min(membership.c.patron_key), func.min(_has_ended()))
        .group_by(whose)
        .having(func.count() == 1)
    )
    if not everybody:
        only = only.join(chosen, chosen.c.person_id == whose)
    names = ["person_id", "source_id", "patron_key", "has_ended"]
    connection.execute(insert(standing).from_select(names, only))
    rows = [_standing(person_id, found) for person_id, found in _several(connection, scratch)]
    if rows:
        connection.execute(insert(standing), rows)


def _has_ended() -> Any:
    return case((membership.c.ended_at.is_(None), 0), else_=1)


def _joined() -> Any:
    """Return the day a patron joined; ``registered_on`` moves when a membership is renewed."""
    return func.coalesce(ils.patron.c.member_since, ils.patron.c.added_on, ils.patron.c.registered_on)


def _standing(person_id: int, found: Sequence[Belonging]) -> dict[str, Any]:
    best, joined = leading(found), earliest(found)
    return {
        "person_id": person_id,
        "source_id": best.source_id,
        "patron_key": best.patron_key,
        "has_ended": best.has_ended,
        "joined_on": None if joined is None else date.fromordinal(joined),
    }


def _several(connection: Connection, scratch: Scratch) -> Iterator[tuple[int, list[Belonging]]]:
    """Yield the chosen people who have more than one membership, with all of them."""
    whose = membership.c.person_id
    is_theirs = and_(ils.patron.c.source_id == membership.c.source_id, ils.patron.c.key == membership.c.patron_key)
    rows = (
        select(whose, membership.c.source_id, membership.c.patron_key, membership.c.ended_at, membership.c.since_at)
        .add_columns(_joined().label("joined_on"))
        .join(scratch.chosen, scratch.chosen.c.person_id == whose)
        .outerjoin(ils.patron, is_theirs)
    )
    found: dict[int, list[Belonging]] = defaultdict(list)
    for row in connection.execute(rows):
        since = (row.ended_at or row.since_at).isoformat()
        joined = row.joined_on and row.joined_on.toordinal()
        has_ended = row.ended_at is not None
        found[row.person_id].append(Belonging(row.source_id, row.patron_key, has_ended, since, joined))
    return ((person_id, each) for person_id, each in found.items() if len(each) > 1)


def counted(connection: Connection, scratch: Scratch, today: date, *, everybody: bool) -> Iterator[Sequence[Any]]:
    """Yield what was counted of each person, some thousand people at a time, by ascending id."""
    query = _counted(scratch, today)
    if not everybody:
        query = query.join(scratch.chosen, scratch.chosen.c.person_id == person.c.id)
    query = query.order_by(person.c.id).limit(PEOPLE_AT_ONCE)
    rows = connection.execute(query).all()
    while rows:
        yield rows
        rows = connection.execute(query.where(person.c.id > rows[-1].person_id)).all()


def _counted(scratch: Scratch, today: date) -> Select[Any]:
    """Select what is known of a person, values as the database gives them: first PASSED, then what rules need."""
    standing, patron, category = scratch.standing, ils.patron, ils.category
    parts = (scratch.tally, scratch.recent, scratch.lent, scratch.owed)
    known = {column.name: column for part in parts for column in part.c if column.name != "person_id"}
    zero = {*COUNTS, "open_loans", "overdue_loans", "balance"}
    columns = {name: func.coalesce(known[name], 0) if name in zero else known[name] for name in PASSED if name in known}
    columns |= {
        "source_id": standing.c.source_id,
        "patron_key": standing.c.patron_key,
        "category_key": patron.c.category_key,
        "branch_key": patron.c.branch_key,
        "expires_on": patron.c.expires_on,
        "breadth": _breadth(today),
        "person_id": person.c.id,
        "birth_date": person.c.birth_date,
        "has_ended": standing.c.has_ended,
        "is_blocked": patron.c.is_blocked,
        "joined": func.coalesce(standing.c.joined_on, _joined()),
        "loan_days": category.c.loan_days,
        "category": category.c.name,
        **{name: func.coalesce(known[name], 0) for name in ("active_days", "back", "on_time")},
        **{f"former_{name}": facts.c[name] for name in INDEXED},
    }
    wanted = [*PASSED, *(name for name in columns if name not in PASSED)]
    is_patron = and_(patron.c.source_id == standing.c.source_id, patron.c.key == standing.c.patron_key)
    is_category = and_(category.c.source_id == patron.c.source_id, category.c.key == patron.c.category_key)
    among: Any = person.outerjoin(standing, standing.c.person_id == person.c.id)
    among = among.outerjoin(patron, is_patron).outerjoin(category, is_category)
    among = among.outerjoin(facts, facts.c.person_id == person.c.id)
    for part in parts:
        among = among.outerjoin(part, part.c.person_id == person.c.id)
    query: Any = (
        select(*(type_coerce(columns[name], NullType()).label(name) for name in wanted))
        .select_from(among)
        .where(person.c.merged_into.is_(None))
    )
    found: Select[Any] = query
    return found


def _breadth(today: date) -> Any:
    """Count the topics of which somebody borrowed within a year; interests leave out what must not be inferred."""
    lately = interest.c.last_on >= today - timedelta(days=BREADTH_DAYS)
    rows = select(func.count()).where(interest.c.person_id == person.c.id, interest.c.loans > 0, lately)
    return rows.scalar_subquery()


def write(connection: Connection, rows: Sequence[Sequence[Any]], same: Sequence[Sequence[Any]]) -> None:
    """Put facts in place of the former ones, COLUMNS in each row.

    The rows that are the ``same`` in INDEXED leave the indexes alone, which is most of the work in SQLite.
    """
    others = [name for name in COLUMNS[1:] if name not in INDEXED]
    for some, changed in ((rows, COLUMNS[1:]), (same, others)):
        if some:
            connection.exec_driver_sql(_upsert(connection.dialect.name, changed), list(some))


def _upsert(dialect: str, changed: Sequence[str]) -> str:
    is_mysql = dialect in MYSQL_FAMILY
    places = ", ".join(["%s" if is_mysql else "?"] * len(COLUMNS))
    new = "VALUES({})" if is_mysql else "excluded.{}"
    values = ", ".join(f"{name} = {new.format(name)}" for name in changed)
    clash = "ON DUPLICATE KEY UPDATE" if is_mysql else "ON CONFLICT (person_id) DO UPDATE SET"
    return f"INSERT INTO {facts.name} ({', '.join(COLUMNS)}) VALUES ({places}) {clash} {values}"


def forget_merged(connection: Connection) -> None:
    """Take away the facts of people who turned out to be somebody else."""
    merged = select(person.c.id).where(person.c.merged_into.is_not(None))
    connection.execute(delete(facts).where(facts.c.person_id.in_(merged)))


def is_outdated(connection: Connection, today: date) -> bool:
    """Tell whether somebody's facts are of a day before ``today``, or there are none though there are patrons."""
    oldest: date | None = connection.scalar(select(func.min(facts.c.worked_out_on)))
    if oldest is not None:
        return oldest < today
    there = [select(table.c[name]).limit(1) for table, name in ((ils.patron, "source_id"), (person, "id"))]
    return any(connection.execute(query).first() for query in there)
