"""Counts segments: who belongs is worked out while reading, and only what differs is written, a bit at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, insert, select, update

from crm.database import reading, writing
from crm.schema.profiles import person_touched
from crm.schema.segments import change, member, segment
from crm.scope import Scope
from crm.segments.compiler import people
from crm.segments.question import Question
from crm.segments.rules import Rule
from crm.segments.store import Segment

CHUNK = 2_000  # rows per transaction: some 20 ms of write lock on SQLite
ENTERED, LEFT = "entered", "left"


@dataclass(frozen=True)
class Count:
    """One segment to count: its rule, and the people among whom it may have changed."""

    segment: Segment
    rule: Rule
    scope: Scope

    @property
    def is_first(self) -> bool:
        """Tell whether it is counted for the first time by this rule: then nobody came or went."""
        return self.segment.counted_at is None

    @property
    def is_everything(self) -> bool:
        """Tell whether all people are looked at."""
        return self.scope.is_everything or self.is_first


def count(engine: Engine, work: Count, question: Question, now: datetime) -> int:
    """Bring the members of one segment up to date; return how many entered and left. A killed run is done again."""
    with reading(engine) as connection:
        entered = list(connection.scalars(_entering(work, question)))
        left = list(connection.scalars(_leaving(work, question)))
    for what, found in ((ENTERED, entered), (LEFT, left)):
        for ids in _chunks(found):
            with writing(engine) as connection:
                _note(connection, work, what, ids, now)
    with writing(engine) as connection:
        connection.execute(update(segment).where(segment.c.id == work.segment.id).values(counted_at=now))
    return len(entered) + len(left)


def _entering(work: Count, question: Question) -> Select[Any]:
    found = people(work.rule, question)
    found = found.where(found.selected_columns.person_id.not_in(_members(work)))
    return found if work.is_everything else found.where(found.selected_columns.person_id.in_(_touched()))


def _leaving(work: Count, question: Question) -> Select[Any]:
    gone = _members(work).where(member.c.person_id.not_in(people(work.rule, question)))
    return gone if work.is_everything else gone.where(member.c.person_id.in_(_touched()))


def _members(work: Count) -> Select[Any]:
    return select(member.c.person_id).where(member.c.segment_id == work.segment.id)


def _touched() -> Select[Any]:
    return select(person_touched.c.person_id)


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))


def _note(connection: Connection, work: Count, what: str, ids: list[int], now: datetime) -> None:
    number = work.segment.id
    if what == ENTERED:
        rows = [{"segment_id": number, "person_id": each, "entered_at": now} for each in ids]
        connection.execute(insert(member), rows)
    else:
        connection.execute(delete(member).where(member.c.segment_id == number, member.c.person_id.in_(ids)))
    if not work.is_first:
        changes = [{"segment_id": number, "person_id": each, "what": what, "at": now} for each in ids]
        connection.execute(insert(change), changes)
