"""Reads what was counted of each person, and writes the facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

_INSERT = f"INSERT INTO {facts.name} ({{columns}}) VALUES ({{places}})"


@dataclass(frozen=True)
class Batch:
    """Some people by ascending id: all those after ``after`` up to ``upto``, or where ``ids`` are given just them."""

    after: int
    upto: int
    ids: Sequence[int] | None
    rows: Sequence[Any]


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


def batches(connection: Connection, scratch: Scratch, today: date, *, everybody: bool) -> Iterator[Batch]:
    """Yield what was counted, some thousand people at a time."""
    query = _counted(scratch, today)
    if everybody:
        yield from _all_batches(connection, query)
        return
    ids = list(connection.scalars(select(scratch.chosen.c.person_id).order_by(scratch.chosen.c.person_id)))
    for at in range(0, len(ids), PEOPLE_AT_ONCE):
        some = ids[at : at + PEOPLE_AT_ONCE]
        yield Batch(some[0] - 1, some[-1], some, connection.execute(query.where(person.c.id.in_(some))).all())


def _all_batches(connection: Connection, query: Select[Any]) -> Iterator[Batch]:
    last = None
    while True:
        some = query if last is None else query.where(person.c.id > last)
        rows = connection.execute(some.order_by(person.c.id).limit(PEOPLE_AT_ONCE)).all()
        upto = rows[-1].person_id if rows else 2**31
        yield Batch(-1 if last is None else last, upto, None, rows)
        if not rows:
            return
        last = upto


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
    }
    wanted = [*PASSED, *(name for name in columns if name not in PASSED)]
    is_patron = and_(patron.c.source_id == standing.c.source_id, patron.c.key == standing.c.patron_key)
    is_category = and_(category.c.source_id == patron.c.source_id, category.c.key == patron.c.category_key)
    among: Any = person.outerjoin(standing, standing.c.person_id == person.c.id)
    among = among.outerjoin(patron, is_patron).outerjoin(category, is_category)
    for part in parts:
        among = among.outerjoin(part, part.c.person_id == person.c.id)
    return (
        select(*(type_coerce(columns[name], NullType()).label(name) for name in wanted))
        .select_from(among)
        .where(person.c.merged_into.is_(None))
    )


def _breadth(today: date) -> Any:
    """Count the topics of which somebody borrowed within a year; interests leave out what must not be inferred."""
    lately = interest.c.last_on >= today - timedelta(days=BREADTH_DAYS)
    rows = select(func.count()).where(interest.c.person_id == person.c.id, interest.c.loans > 0, lately)
    return rows.scalar_subquery()


def write(connection: Connection, batch: Batch, rows: Sequence[Sequence[Any]]) -> None:
    """Put facts in place of the former ones of a batch of people: the id, PASSED and MADE in each row."""
    whose = facts.c.person_id
    is_theirs = and_(whose > batch.after, whose <= batch.upto) if batch.ids is None else whose.in_(batch.ids)
    connection.execute(delete(facts).where(is_theirs))
    if not rows:
        return
    place = "%s" if connection.dialect.name in MYSQL_FAMILY else "?"
    names = ("person_id", *PASSED, *MADE)
    statement = _INSERT.format(columns=", ".join(names), places=", ".join([place] * len(names)))
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def last_day(connection: Connection) -> date | None:
    """Return the oldest day on which facts were worked out, None where there are none."""
    found: date | None = connection.scalar(select(func.min(facts.c.worked_out_on)))
    return found
