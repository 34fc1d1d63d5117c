"""Key patrons: who uses the library most and most widely, ranked and explained, for the library or a part of it.

Left out are the dead, who has no membership any more, who objects to profiling, and minors whose guardian has not
agreed to it (UU PDP 27/2022). Who may be *named* as representative of a group is a matter of his consent
(crm.programmes).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from crm.facts.rules import CONTACT, GONE
from crm.i18n import N_, Message
from crm.interests.consent import AGREED, REFUSED, last_word_is
from crm.schema import ils
from crm.schema.people import membership, person
from crm.schema.profiles import facts, interest
from crm.schema.programmes import group_member

MONTHS = 12
NUMBERS = ("loans_365", "breadth", "holds_365", "visits_365", "questions_365")


@dataclass(frozen=True)
class Part:
    """A part of the readers: each field that is set narrows it. ``topic_id`` means who borrowed about it."""

    branch_key: str | None = None
    category_key: str | None = None
    topic_id: int | None = None
    group_id: int | None = None
    source_id: int | None = None


@dataclass(frozen=True)
class KeyPatron:
    """A key patron with what the score is made of; ``months`` are those of the last twelve with a loan."""

    person_id: int
    name: str | None
    score: float
    months: int
    loans_365: int
    breadth: int
    holds_365: int
    visits_365: int
    questions_365: int

    @property
    def reasons(self) -> list[Message]:
        """Why he is one, the most telling first; what he did not do is not mentioned."""
        said = [
            (self.months, N_("borrowed in {number} of the last 12 months")),
            (self.breadth, N_("{number} topics")),
            (self.holds_365, N_("{number} reservations")),
            (self.visits_365, N_("{number} visits")),
            (self.questions_365, N_("{number} questions")),
        ]
        return [Message(text, {"number": number}) for number, text in said if number]


def key_patrons(connection: Connection, today: date, part: Part | None = None, limit: int = 20) -> list[KeyPatron]:
    """Return the key patrons of a part of the readers, highest score first; equals by name and id."""
    numbers = (facts.c[name] for name in NUMBERS)
    query = (
        select(facts.c.person_id, person.c.name, facts.c.key_score, *numbers)
        .join(person, person.c.id == facts.c.person_id)
        .where(facts.c.key_score > 0, *_may_be_ranked(), *_within(part or Part(), today))
        .order_by(facts.c.key_score.desc(), person.c.folded, facts.c.person_id)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    months = months_with_loans(connection, [row.person_id for row in rows], today)
    return [KeyPatron(row.person_id, row.name, row.key_score, months.get(row.person_id, 0), *row[3:]) for row in rows]


def months_with_loans(connection: Connection, person_ids: Collection[int], today: date) -> Mapping[int, int]:
    """Return in how many of the last twelve months, this one included, each person borrowed."""
    first = date(today.year - 1, today.month, 1) + timedelta(days=31)
    since = first.replace(day=1)
    same = and_(ils.loan.c.source_id == membership.c.source_id, ils.loan.c.patron_key == membership.c.patron_key)
    rows = (
        select(membership.c.person_id, ils.loan.c.loaned_on)
        .join(ils.loan, same)
        .where(membership.c.person_id.in_(person_ids), ils.loan.c.loaned_on.between(since, today))
        .distinct()
    )
    found: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for person_id, day in connection.execute(rows):
        found[person_id].add((day.year, day.month))
    return {person_id: len(months) for person_id, months in found.items()}


def _may_be_ranked() -> list[ColumnElement[bool]]:
    return [
        person.c.merged_into.is_(None),
        person.c.deceased_on.is_(None),
        facts.c.state.not_in((CONTACT, GONE)),
        ~last_word_is(REFUSED),
        or_(facts.c.is_minor.is_(False), last_word_is(AGREED)),
    ]


def _within(part: Part, today: date) -> list[ColumnElement[bool]]:
    named: dict[str, Any] = {
        "branch_key": part.branch_key, "category_key": part.category_key, "source_id": part.source_id
    }  # fmt: skip
    narrowed = [facts.c[name] == value for name, value in named.items() if value is not None]
    if part.topic_id is not None:
        lately = interest.c.last_on >= today - timedelta(days=365)
        readers = select(interest.c.person_id).where(interest.c.topic_id == part.topic_id, interest.c.loans > 0, lately)
        narrowed.append(facts.c.person_id.in_(readers))
    if part.group_id is not None:
        members = select(group_member.c.person_id).where(group_member.c.group_id == part.group_id)
        narrowed.append(facts.c.person_id.in_(members.where(group_member.c.ended_at.is_(None))))
    return narrowed
