"""What happened with one person, day by day, latest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Connection, Select, Table, select

from crm.schema.ils import charge, hold, loan, title, visit
from crm.schema.people import membership, note, permission, tag
from crm.schema.programmes import attendance, programme
from crm.schema.staff import staff

PAGE_EVENTS = 60
END_OF_TIME = datetime(9999, 12, 31)

KINDS = ("loans", "visits", "holds", "charges", "notes", "programmes", "permissions", "tags", "memberships")


@dataclass(frozen=True)
class Event:
    """One thing that happened on a local day; ``what`` tells it within its kind (one of KINDS).

    ``at`` (naive UTC) is None where only the day is known; ``count`` says how many of the same the day has; ``words``
    is what somebody wrote, or a name; ``by`` the member of staff.
    """

    kind: str
    what: str
    on: date
    at: datetime | None = None
    count: int = 1
    words: str | None = None
    by: str | None = None
    amount: Decimal | None = None
    follow_up_on: date | None = None
    is_done: bool = False
    id: int | None = None


@dataclass(frozen=True)
class Day:
    """The events of one day."""

    on: date
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Timeline:
    """Some days, and the day before which older ones are to be asked for, None where there are none."""

    days: tuple[Day, ...]
    before: date | None


@dataclass(frozen=True)
class Window:
    """Whose events are asked for, how far back, and whether titles may be told."""

    person_id: int
    zone: ZoneInfo
    before: date | None = None
    with_titles: bool = False
    limit: int = PAGE_EVENTS

    @property
    def midnight(self) -> datetime | None:
        """The naive UTC moment before which events lie."""
        if self.before is None:
            return None
        return datetime.combine(self.before, time(), self.zone).astimezone(UTC).replace(tzinfo=None)

    def local(self, at: datetime) -> date:
        """Return the local day of a naive UTC moment."""
        return at.replace(tzinfo=UTC).astimezone(self.zone).date()

    def latest(self, wanted: Select[Any], when: Column[Any], *, is_day: bool = False) -> Select[Any]:
        """Cut a question to the latest rows before the window's end."""
        wanted = wanted.where(when.is_not(None)).order_by(when.desc()).limit(self.limit + 1)
        end = self.before if is_day else self.midnight
        return wanted if end is None else wanted.where(when < end)


def timeline(connection: Connection, window: Window, kinds: Iterable[str] = KINDS) -> Timeline:
    """Return the latest days before the window's end with their events of some kinds; a statement or two per kind."""
    events: list[Event] = []
    complete_after = date.min
    for kind in kinds:
        for found in READERS[kind](connection, window):
            if len(found) > window.limit:
                complete_after = max(complete_after, found[-1].on)
            events += found
    events.sort(key=_moment, reverse=True)
    return _paged(events, complete_after, window.limit)


def _moment(event: Event) -> tuple[date, datetime]:
    """Return what events are ordered by; one without a time comes first in its day."""
    return event.on, event.at or END_OF_TIME


def _paged(events: Sequence[Event], complete_after: date, limit: int) -> Timeline:
    """Cut events to whole days; days of which the database gave only a part wait for the next page."""
    days: list[Day] = []
    shown = 0
    for on, of_day in groupby(events, key=lambda event: event.on):
        if days and (shown >= limit or on <= complete_after):
            return Timeline(tuple(days), days[-1].on)
        days.append(Day(on, _counted(of_day)))
        shown += len(days[-1].events)
    return Timeline(tuple(days), days[-1].on if days and days[-1].on <= complete_after else None)


def _counted(events: Iterable[Event]) -> tuple[Event, ...]:
    """Bring together what is the same but for its number: three loans without titles are one line."""
    counted: dict[tuple[Any, ...], Event] = {}
    for number, event in enumerate(events):
        alike = event.kind in ("loans", "visits") and event.words is None
        key = (event.kind, event.what) if alike else (number,)
        before = counted.get(key)
        counted[key] = event if before is None else replace(before, count=before.count + event.count)
    return tuple(counted.values())


Lists = Iterator[list[Event]]


def _mine(table: Table, window: Window, *columns: Any) -> Select[Any]:
    """Return the live rows of a copied table that belong to a membership of the person."""
    his = (membership.c.source_id == table.c.source_id) & (membership.c.patron_key == table.c.patron_key)
    wanted = select(*columns).select_from(table.join(membership, his))
    return wanted.where(membership.c.person_id == window.person_id, table.c.gone_at.is_(None))


def _with_title(table: Table, window: Window, *columns: Any) -> Select[Any]:
    """Return the same with the title, where titles may be told."""
    if not window.with_titles:
        return _mine(table, window, *columns)
    its = (title.c.source_id == table.c.source_id) & (title.c.key == table.c.title_key)
    named = select(title.c.title).where(its).correlate(table).scalar_subquery().label("title")
    return _mine(table, window, *columns, named)


def _loans(connection: Connection, window: Window) -> Lists:
    for what, when in (("loaned", loan.c.loaned_on), ("returned", loan.c.returned_on)):
        rows = connection.execute(window.latest(_with_title(loan, window, when.label("on")), when, is_day=True))
        yield [Event("loans", what, row.on, words=getattr(row, "title", None)) for row in rows]


def _holds(connection: Connection, window: Window) -> Lists:
    when = hold.c.placed_at
    rows = connection.execute(window.latest(_with_title(hold, window, when.label("at")), when))
    yield [Event("holds", "placed", window.local(row.at), row.at, words=getattr(row, "title", None)) for row in rows]


def _visits(connection: Connection, window: Window) -> Lists:
    rows = connection.execute(window.latest(_mine(visit, window, visit.c.visited_at), visit.c.visited_at))
    yield [Event("visits", "visited", window.local(row.visited_at), row.visited_at) for row in rows]


def _charges(connection: Connection, window: Window) -> Lists:
    wanted = _mine(charge, window, charge.c.charged_on, charge.c.amount, charge.c.paid)
    events = []
    for row in connection.execute(window.latest(wanted, charge.c.charged_on, is_day=True)):
        sums = {"charged": row.amount, "paid": row.paid}
        events += [Event("charges", what, row.charged_on, amount=amount) for what, amount in sums.items() if amount]
    yield events


def _by(table: Table, window: Window, who: Column[int], *columns: Any) -> Select[Any]:
    name = select(staff.c.name).where(staff.c.id == who).correlate(table).scalar_subquery().label("staff_name")
    return select(*columns, name).where(table.c.person_id == window.person_id)


def _notes(connection: Connection, window: Window) -> Lists:
    wanted = _by(note, window, note.c.by, note)
    yield [
        Event("notes", row.kind, window.local(row.at), row.at, words=row.words, by=row.staff_name,
              follow_up_on=row.follow_up_on, is_done=row.done_at is not None, id=row.id)
        for row in connection.execute(window.latest(wanted, note.c.at))
    ]  # fmt: skip


def _programmes(connection: Connection, window: Window) -> Lists:
    join = attendance.join(programme, programme.c.id == attendance.c.programme_id)
    when = attendance.c.came_at
    wanted = select(when, programme.c.title, programme.c.id).select_from(join)
    rows = connection.execute(window.latest(wanted.where(attendance.c.person_id == window.person_id), when))
    yield [
        Event("programmes", "came", window.local(row.came_at), row.came_at, words=row.title, id=row.id) for row in rows
    ]


def _permissions(connection: Connection, window: Window) -> Lists:
    wanted = _by(permission, window, permission.c.by, permission)
    yield [
        Event("permissions", row.state, window.local(row.at), row.at, words=row.purpose, by=row.staff_name, id=row.id)
        for row in connection.execute(window.latest(wanted, permission.c.at))
    ]


def _tags(connection: Connection, window: Window) -> Lists:
    rows = connection.execute(window.latest(_by(tag, window, tag.c.set_by, tag), tag.c.set_at))
    yield [
        Event("tags", "tagged", window.local(row.set_at), row.set_at, words=row.name, by=row.staff_name) for row in rows
    ]


def _memberships(connection: Connection, window: Window) -> Lists:
    mine = select(membership).where(membership.c.person_id == window.person_id)
    changed = connection.execute(window.latest(mine.where(membership.c.how != "new"), membership.c.since_at))
    yield [
        Event("memberships", row.how, window.local(row.since_at), row.since_at, words=row.patron_key) for row in changed
    ]
    ended = connection.execute(window.latest(mine, membership.c.ended_at))
    yield [
        Event("memberships", "ended", window.local(row.ended_at), row.ended_at, words=row.patron_key) for row in ended
    ]


READERS: dict[str, Callable[[Connection, Window], Lists]] = {
    "loans": _loans,
    "visits": _visits,
    "holds": _holds,
    "charges": _charges,
    "notes": _notes,
    "programmes": _programmes,
    "permissions": _permissions,
    "tags": _tags,
    "memberships": _memberships,
}
