"""What a person likes, in topics: what he said himself, and what his loans speak for. Never a title."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from crm.schema.profiles import declared, interest, topic

MOST_INTERESTS = 12
UNTOLD_KINDS = ("author",)  # an author comes close to telling the titles


@dataclass(frozen=True)
class Topic:
    """A topic with what speaks for it: a wish of the reader's own, or loans."""

    id: int
    name_id: str
    name_en: str
    slug: str = ""
    wish: str | None = None
    origin: str | None = None
    set_at: datetime | None = None
    weight: float = 0.0
    loans: int = 0
    last_on: date | None = None


def declared_by(connection: Connection, person_id: int) -> tuple[Topic, ...]:
    """Return what the person wants more, less or nothing of, in his own words."""
    wanted = (
        select(
            topic.c.id,
            topic.c.name_id,
            topic.c.name_en,
            topic.c.slug,
            declared.c.wish,
            declared.c.origin,
            declared.c.set_at,
        )
        .join(topic, topic.c.id == declared.c.topic_id)
        .where(declared.c.person_id == person_id)
        .order_by(declared.c.wish, topic.c.id)
    )
    return tuple(Topic(*row) for row in connection.execute(wanted))


def topics(connection: Connection) -> tuple[Topic, ...]:
    """Return the topics that a wish can be about, by name; those that staff hid are left out."""
    kinds = topic.c.kind.not_in(UNTOLD_KINDS)
    wanted = select(topic.c.id, topic.c.name_id, topic.c.name_en, topic.c.slug).where(
        topic.c.hidden_at.is_(None), kinds
    )
    return tuple(
        Topic(row.id, row.name_id, row.name_en, slug=row.slug)
        for row in connection.execute(wanted.order_by(topic.c.name_id, topic.c.id))
    )


def inferred(connection: Connection, person_id: int) -> tuple[Topic, ...]:
    """Return the topics that the person's loans speak for, the strongest first."""
    wanted = (
        select(topic.c.id, topic.c.name_id, topic.c.name_en, interest.c.weight, interest.c.loans, interest.c.last_on)
        .join(topic, topic.c.id == interest.c.topic_id)
        .where(interest.c.person_id == person_id, topic.c.hidden_at.is_(None), topic.c.is_sensitive.is_(False))
        .where(topic.c.kind.not_in(UNTOLD_KINDS), interest.c.loans > 0)
        .order_by(interest.c.weight.desc(), topic.c.id)
        .limit(MOST_INTERESTS)
    )
    return tuple(Topic(**row._mapping) for row in connection.execute(wanted))  # noqa: SLF001 - SQLAlchemy's public name
