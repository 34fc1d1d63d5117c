"""Some people of a list, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from crm.patrons.search import begins, words_to_find
from crm.schema.people import membership, person, word
from crm.schema.profiles import facts, stage

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One person of a list; ``key`` is the number of one of his memberships, None of a contact."""

    person_id: int
    name: str | None
    key: str | None
    stage: str | None
    last_activity_on: date | None
    is_reachable: bool
    is_agreed: bool


@dataclass(frozen=True)
class Page:
    """A page of a list; ``number`` counts from 1."""

    lines: tuple[Line, ...]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE))


def page(connection: Connection, ids: Select[Any], number: int) -> Page:
    """Return a page of the people whose ids are selected, by name; two statements.

    A number beyond the last page gives the last.
    """
    wanted = ids.subquery()
    meant = person.join(wanted, wanted.c[0] == person.c.id)
    total = connection.scalar(select(func.count()).select_from(meant).where(person.c.merged_into.is_(None))) or 0
    number = min(max(number, 1), max(1, -(-total // PAGE)))
    chosen = (
        select(person.c.id)
        .select_from(meant)
        .where(person.c.merged_into.is_(None))
        .order_by(person.c.folded, person.c.id)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    )
    return Page(_lines(connection, chosen), total, number)


def some(connection: Connection, ids: Iterable[int]) -> dict[int, Line]:
    """Return a few people by their ids; those who are out of sight are left out."""
    wanted = select(person.c.id).where(person.c.id.in_(list(ids)), person.c.merged_into.is_(None))
    return {line.person_id: line for line in _lines(connection, wanted)}


def _lines(connection: Connection, chosen: Select[Any]) -> tuple[Line, ...]:
    few = chosen.subquery()
    key = select(func.min(membership.c.patron_key)).where(
        and_(membership.c.person_id == person.c.id, membership.c.ended_at.is_(None))
    )
    query = (
        select(
            person.c.id,
            person.c.name,
            key.scalar_subquery(),
            facts.c.stage,
            facts.c.last_activity_on,
            func.coalesce(stage.c.is_reachable, 0),
            func.coalesce(stage.c.is_agreed, 0),
        )
        .select_from(
            person.join(few, few.c[0] == person.c.id)
            .outerjoin(facts, facts.c.person_id == person.c.id)
            .outerjoin(stage, stage.c.person_id == person.c.id)
        )
        .order_by(person.c.folded, person.c.id)
    )
    return tuple(Line(*row[:5], bool(row[5]), bool(row[6])) for row in connection.execute(query))


def search(connection: Connection, words: str, most: int = 10) -> list[Line]:
    """Return people who can be found by all of the words, each by its beginning."""
    beginnings = words_to_find(words)
    if not beginnings:
        return []
    tests = [person.c.id.in_(select(word.c.person_id).where(begins(word.c.word, each))) for each in beginnings]
    ids = select(person.c.id).where(person.c.merged_into.is_(None), *tests).order_by(person.c.id).limit(most)
    return sorted(
        some(connection, connection.scalars(ids)).values(), key=lambda line: (line.name or "", line.person_id)
    )
