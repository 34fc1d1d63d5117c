"""The work list of the first page: what somebody promised, and data that needs a look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from crm.reports import topics
from crm.schema import ils, sync
from crm.schema.people import duplicate, note, person
from crm.words import FAILED, STOPPED

MOST = 8  # lines of the work list
LEAST_UNMAPPED = 0.2  # of the loans of a year: with less the topics tell enough
FOLLOW_UP, COPY_LATE, COPY_FAILED, REJECTED, DUPLICATES, UNMAPPED = (
    "follow_up", "copy_late", "copy_failed", "rejected", "duplicates", "unmapped"
)  # fmt: skip
FOLLOW_UPS = "follow_ups"


@dataclass(frozen=True)
class Task:
    """A line of the work list: a kind, how many, and for a follow-up who, what and when it was promised."""

    kind: str
    number: int = 1
    name: str = ""
    person_id: int | None = None
    note_id: int | None = None
    words: str = ""
    day: date | None = None
    share: float = 0.0


@dataclass(frozen=True)
class Sources:
    """The sources by name: which there are, whose first copy is running, which is late, whose last run failed."""

    all: tuple[str, ...]
    first: tuple[str, ...]
    late: tuple[str, ...]
    failed: tuple[str, ...]


def sources(connection: Connection, now: datetime, late_after: Mapping[str, timedelta]) -> Sources:
    """Return how current the copies are; two statements."""
    rows = connection.execute(select(ils.source.c.id, ils.source.c.name, ils.source.c.as_of).order_by("name")).all()
    newest = select(func.max(sync.run.c.id)).group_by(sync.run.c.source_id)
    runs = connection.execute(
        select(sync.run.c.source_id, sync.run.c.outcome, sync.run.c.report).where(sync.run.c.id.in_(newest))
    )
    failed = {row.source_id for row in runs if row.outcome in (FAILED, STOPPED) or (row.report or {}).get("error")}
    late = [row for row in rows if row.as_of and now - row.as_of > late_after.get(row.name, timedelta.max)]
    return Sources(
        tuple(row.name for row in rows),
        tuple(row.name for row in rows if row.as_of is None),
        tuple(row.name for row in late if row.id not in failed),
        tuple(row.name for row in rows if row.id in failed),
    )


def tasks(connection: Connection, there: Sources, today: date) -> list[Task]:
    """Return the work list, at most ``MOST`` lines: data that needs a look first, then what was promised.

    Where more was promised than fits, the last line counts the rest.
    """
    found = [Task(COPY_FAILED, name=name) for name in there.failed] + [
        Task(COPY_LATE, name=name) for name in there.late
    ]
    found = [*found[: MOST // 2], *_data(connection)]
    room = MOST - len(found)
    due, number = _follow_ups(connection, today, room)
    if number > room:
        due = [*due[: room - 1], Task(FOLLOW_UPS, number - room + 1)]
    return [*due, *found]


def _data(connection: Connection) -> list[Task]:
    rejected = connection.scalar(select(func.count()).select_from(ils.reject)) or 0
    proposed = (
        connection.scalar(select(func.count()).select_from(duplicate).where(duplicate.c.state == "proposed")) or 0
    )
    counts = topics.kept(connection)
    unmapped, everything = (counts.get(each) for each in (topics.UNMAPPED, topics.ALL))
    share = unmapped.loans / everything.loans if unmapped and everything and everything.loans else 0.0
    found = [Task(REJECTED, rejected), Task(DUPLICATES, proposed)]
    return [task for task in found if task.number] + ([Task(UNMAPPED, share=share)] if share >= LEAST_UNMAPPED else [])


def _follow_ups(connection: Connection, today: date, most: int) -> tuple[list[Task], int]:
    number = connection.scalar(select(func.count()).select_from(_PROMISED).where(*_due(today))) or 0
    return promised(connection, today, most), number


def promised(connection: Connection, today: date, most: int) -> list[Task]:
    """Return what was promised for today or before and is not done, the oldest first."""
    rows = connection.execute(
        select(note.c.id, note.c.person_id, person.c.name, note.c.words, note.c.follow_up_on)
        .select_from(_PROMISED)
        .where(*_due(today))
        .order_by(note.c.follow_up_on, note.c.id)
        .limit(most)
    )
    return [Task(FOLLOW_UP, 1, row.name or "", row.person_id, row.id, row.words, row.follow_up_on) for row in rows]


_PROMISED = note.join(person, person.c.id == note.c.person_id)


def _due(today: date) -> tuple[ColumnElement[bool], ...]:
    return note.c.follow_up_on <= today, note.c.done_at.is_(None), person.c.merged_into.is_(None)
