"""Counts what people did: in passes over the large tables, or by their own rows where it is about few.

Most people have one membership, and what they do is loans, visits and holds. Their rows are grouped by the patron's
key in the order in which the tables lie. Who has several memberships, came to programmes or asked is *chosen*: his
rows are brought together before days are counted, for one day is one day of activity, whatever was done on it. When
only some people were touched, they all are chosen.

Loans, visits and holds that vanished from the ILS have happened and count; what is open or owed is read from what the
ILS still has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Subquery,
    Table,
    and_,
    case,
    func,
    insert,
    literal_column,
    null,
    select,
    type_coerce,
    union,
    union_all,
)

from crm.facts.scratch import HOLD, KINDS, LOAN, PROGRAMME, QUESTION, VISIT, Scratch
from crm.local_days import Calendar
from crm.schema import ils
from crm.schema.people import membership, note
from crm.schema.profiles import COUNTED, WINDOWS, person_touched
from crm.schema.programmes import attendance

NOBODY = -1
OF_THE_ILS = ("loans", "visits", "holds")

Columns = Sequence[ColumnElement[Any]]
RowsOf = Callable[[Table, Columns], Select[Any]]


@dataclass(frozen=True)
class Doing:
    """One kind of activity: the rows that tell of it, on which day, and whether a loan came back in time."""

    kind: int
    table: Table
    at: ColumnElement[Any]
    on_time: ColumnElement[Any] | None = None

    def columns(self, calendar: Calendar) -> Columns:
        """Return kind, day and timeliness; a day that is still to come is none."""
        return (
            literal_column(str(self.kind), Integer).label("kind"),
            case((calendar.is_past(self.at), calendar.day_of(self.at))).label("day"),
            (null() if self.on_time is None else self.on_time).label("on_time"),
        )


ON_TIME = type_coerce(ils.loan.c.returned_on <= ils.loan.c.due_on, Integer)
IN_THE_ILS = (
    Doing(LOAN, ils.loan, ils.loan.c.loaned_on, ON_TIME),
    Doing(VISIT, ils.visit, ils.visit.c.visited_at),
    Doing(HOLD, ils.hold, ils.hold.c.placed_at),
)
PROGRAMMES = Doing(PROGRAMME, attendance, attendance.c.came_at)
QUESTIONS = Doing(QUESTION, note, note.c.at)


class Tallies:
    """Fills the scratch tables within one transaction."""

    def __init__(self, connection: Connection, scratch: Scratch, calendar: Calendar) -> None:
        """Count as of today in the library's ``calendar``."""
        self.connection = connection
        self.scratch = scratch
        self.calendar = calendar
        self.today = calendar.today

    def choose_touched(self) -> None:
        """Choose the people in ``person_touched``."""
        self._insert(self.scratch.chosen, ["person_id"], select(person_touched.c.person_id))

    def choose_unusual(self) -> None:
        """Choose those for whom one pass by the patron's key does not do."""
        several = select(membership.c.person_id).group_by(membership.c.person_id).having(func.count() > 1)
        came = select(attendance.c.person_id).where(attendance.c.came_at.is_not(None))
        asked = select(note.c.person_id).where(note.c.kind == "question")
        self._insert(self.scratch.chosen, ["person_id"], union(several, came, asked))

    def count_chosen(self) -> None:
        """Count the chosen by their own rows."""
        scratch, activity = self.scratch, self.scratch.activity
        names = ["person_id", "kind", "day", "on_time"]
        for doing in IN_THE_ILS:
            self._insert(activity, names, self._own(doing.table, doing.columns(self.calendar)))
        whose = scratch.chosen.c.person_id
        came = attendance.c.came_at.is_not(None)
        asked = note.c.kind == "question"
        for doing, is_meant in ((PROGRAMMES, came), (QUESTIONS, asked)):
            theirs = select(whose, *doing.columns(self.calendar)).join(doing.table, doing.table.c.person_id == whose)
            self._insert(activity, names, theirs.where(is_meant))
        rows = activity.c
        self._insert_counts(scratch.tally, select(rows.person_id, *totals(rows, COUNTED)).group_by(rows.person_id))
        windows = self._windows(rows, COUNTED)
        within = rows.day >= self._first(max(WINDOWS))
        self._insert_counts(scratch.recent, select(rows.person_id, *windows).where(within).group_by(rows.person_id))
        self._insert_counts(scratch.lent, self._lent(self._own))
        self._insert_counts(scratch.owed, self._owed(self._own))

    def count_the_others(self) -> None:
        """Count everybody who is not chosen, in one pass over each table."""
        scratch = self.scratch
        for target, make, since in (
            (scratch.tally, totals, None),
            (scratch.recent, self._windows, self._first(max(WINDOWS))),
        ):
            parts = [self._by_key(each.table, each.columns(self.calendar), each.at, since) for each in IN_THE_ILS]
            rows = union_all(*parts).subquery("rows")
            whose = (rows.c.source_id, rows.c.patron_key)
            self._insert_by_key(target, select(*whose, *make(rows.c, OF_THE_ILS)).group_by(*whose))
        self._insert_by_key(scratch.lent, self._lent(self._by_key))
        self._insert_by_key(scratch.owed, self._owed(self._by_key))

    def _own(self, table: Table, columns: Columns) -> Select[Any]:
        """Select the chosen people's rows of a copied table.

        The outer joins and the coalesce keep either database from beginning with the large table.
        """
        chosen = self.scratch.chosen
        same = and_(table.c.source_id == membership.c.source_id, table.c.patron_key == membership.c.patron_key)
        among = chosen.outerjoin(membership, membership.c.person_id == chosen.c.person_id).outerjoin(table, same)
        there = func.coalesce(table.c.source_id, NOBODY) != NOBODY
        return select(chosen.c.person_id, *columns).select_from(among).where(there)

    def _by_key(self, table: Table, columns: Columns, at: Any = None, since: date | None = None) -> Select[Any]:
        """Select all rows of a copied table with their patron's key.

        Adding 0 keeps SQLite from following the index by patron key, which costs more than sorting.
        """
        whose = ((table.c.source_id + 0).label("source_id"), table.c.patron_key)
        rows = select(*whose, *columns).where(table.c.patron_key.is_not(None))
        return rows if since is None else rows.where(self.calendar.is_since(at, since), self.calendar.is_past(at))

    def _lent(self, rows_of: RowsOf) -> Select[Any]:
        """Count the loans that are open."""
        loan = ils.loan.c
        lent = rows_of(ils.loan, (loan.due_on,)).where(loan.is_open.is_(True), loan.gone_at.is_(None)).subquery("lent")
        counts = (
            func.count().label("open_loans"),
            _how_many(lent.c.due_on < self.today).label("overdue_loans"),
            func.min(lent.c.due_on).label("next_due_on"),
        )
        return _per_head(lent, counts)

    def _owed(self, rows_of: RowsOf) -> Select[Any]:
        """Add up what was charged and not paid."""
        charge = ils.charge.c
        amount = func.coalesce(charge.amount, 0) - func.coalesce(charge.paid, 0)
        owed = rows_of(ils.charge, (amount.label("amount"),)).where(charge.gone_at.is_(None)).subquery("owed")
        return _per_head(owed, (func.round(func.sum(owed.c.amount), 6).label("balance"),))

    def _windows(self, rows: Any, kinds: Iterable[str]) -> list[ColumnElement[Any]]:
        return [
            _how_many(and_(rows.kind == KINDS[what], rows.day >= self._first(days))).label(f"{what}_{days}")
            for what in kinds
            for days in WINDOWS
        ]

    def _first(self, days: int) -> date:
        """Return the first day of a window that ends today."""
        return self.today - timedelta(days=days)

    def _insert_by_key(self, target: Table, grouped: Select[Any]) -> None:
        """Give what was counted by the patron's key to the person, unless he is chosen."""
        counted, chosen = grouped.subquery("counted"), self.scratch.chosen
        same = and_(membership.c.source_id == counted.c.source_id, membership.c.patron_key == counted.c.patron_key)
        numbers = [column for column in counted.c if column.name not in ("source_id", "patron_key")]
        rows = (
            select(membership.c.person_id, *numbers)
            .select_from(counted.join(membership, same))
            .outerjoin(chosen, chosen.c.person_id == membership.c.person_id)
            .where(chosen.c.person_id.is_(None))
        )
        self._insert(target, ["person_id", *(column.name for column in numbers)], rows)

    def _insert_counts(self, target: Table, rows: Select[Any]) -> None:
        self._insert(target, [column.name for column in rows.selected_columns], rows)

    def _insert(self, target: Table, names: Sequence[str], rows: Any) -> None:
        self.connection.execute(insert(target).from_select(list(names), rows))


def totals(rows: Any, kinds: Iterable[str]) -> list[ColumnElement[Any]]:
    """Return what is counted over all time of rows with kind, day and on_time."""
    return [
        func.count(rows.day.distinct()).label("active_days"),
        func.min(rows.day).label("first_activity_on"),
        func.max(rows.day).label("last_activity_on"),
        *(_how_many(rows.kind == KINDS[what]).label(f"{what}_ever") for what in kinds),
        func.max(case((rows.kind == LOAN, rows.day))).label("last_loan_on"),
        func.max(case((rows.kind == VISIT, rows.day))).label("last_visit_on"),
        func.count(rows.on_time).label("back"),
        func.sum(rows.on_time).label("on_time"),
    ]


def _per_head(rows: Subquery, counts: Columns) -> Select[Any]:
    """Group rows by whom they belong to: a person or a patron's key."""
    whose = [column for column in rows.c if column.name in ("person_id", "source_id", "patron_key")]
    return select(*whose, *counts).group_by(*whose)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))
