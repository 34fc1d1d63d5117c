"""What the library has by topic, what has none, and what stands behind one topic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from crm.interests import shelf
from crm.interests.matcher import DOUBT, Match, Terms, readers_for_title
from crm.interests.state import read_state
from crm.reports.topics import ALL, UNMAPPED, TopicCount, kept
from crm.schema import ils
from crm.schema.people import person
from crm.schema.profiles import declared, interest, title_sensitive, title_topic, topic, topic_rule

TITLES, READERS = 10, 50
LOOKED_AT = 1_000  # of whom the readers of a topic are chosen


@dataclass(frozen=True)
class Topic:
    """A topic with its names and what was counted of it last."""

    id: int
    slug: str
    kind: str
    name_id: str
    name_en: str
    is_sensitive: bool
    is_shipped: bool
    is_hidden: bool
    count: TopicCount

    def name(self, language: str) -> str:
        """Return its name in a language."""
        return self.name_id if language == "id" else self.name_en


@dataclass(frozen=True)
class Overview:
    """All topics of a kind, those borrowed most first; ``everything`` and ``unmapped`` count all titles."""

    topics: tuple[Topic, ...]
    kinds: dict[str, int]
    everything: TopicCount
    unmapped: TopicCount


@dataclass(frozen=True)
class TopicRule:
    """Why titles belong to a topic: a class, a subject and so on, and its value."""

    field: str
    value: str
    is_shipped: bool


@dataclass(frozen=True)
class Title:
    """A title of the catalogue."""

    source_id: int
    key: int
    title: str | None
    classification: str | None


@dataclass(frozen=True)
class Caring:
    """A reader who cares about a topic: the share of it among all his loans, and how many loans stand behind it."""

    person_id: int
    name: str | None
    weight: float
    loans: int


def overview(connection: Connection, kind: str) -> Overview:
    """Return the topics of a kind that are in use; three statements."""
    counts = kept(connection)
    in_use = (topic.c.merged_into.is_(None),)
    kinds = select(topic.c.kind, func.count()).where(*in_use, topic.c.hidden_at.is_(None)).group_by(topic.c.kind)
    rows = connection.execute(select(topic).where(*in_use, topic.c.kind == kind))
    topics = sorted((_topic(row, counts) for row in rows), key=lambda each: (-each.count.loans, each.name_id))
    found = {row[0]: row[1] for row in connection.execute(kinds)}
    return Overview(tuple(topics), found, counts.get(ALL, TopicCount(ALL)), counts.get(UNMAPPED, TopicCount(UNMAPPED)))


def find(connection: Connection, slug: str) -> Topic | None:
    """Return one topic, also a hidden one; None if there is none or it was merged into another."""
    row = connection.execute(select(topic).where(topic.c.slug == slug, topic.c.merged_into.is_(None))).first()
    return _topic(row, kept(connection)) if row else None


def names(connection: Connection) -> list[Topic]:
    """Return all topics that titles can be given to, by Indonesian name."""
    is_open = (topic.c.kind == "topic", topic.c.merged_into.is_(None), topic.c.hidden_at.is_(None))
    return [_topic(row, {}) for row in connection.execute(select(topic).where(*is_open).order_by(topic.c.name_id))]


def _topic(row: Row[Any], counts: dict[int, TopicCount]) -> Topic:
    return Topic(row.id, row.slug, row.kind, row.name_id, row.name_en, bool(row.is_sensitive), bool(row.is_shipped),
                 row.hidden_at is not None, counts.get(row.id, TopicCount(row.id)))  # fmt: skip


def rules_of(connection: Connection, topic_id: int) -> list[TopicRule]:
    """Return the rules of a topic, those of the staff first."""
    columns = (topic_rule.c.field, topic_rule.c.value, topic_rule.c.is_shipped)
    query = select(*columns).where(topic_rule.c.topic_id == topic_id)
    rows = connection.execute(query.order_by(topic_rule.c.is_shipped, topic_rule.c.field, topic_rule.c.value))
    return [TopicRule(row.field, row.value, bool(row.is_shipped)) for row in rows]


def titles_of(connection: Connection, wanted: Topic) -> list[Title]:
    """Return some titles of a topic, the latest catalogued first."""
    mapped = title_sensitive if wanted.is_sensitive else title_topic
    title = ils.title
    joined = mapped.join(title, and_(title.c.source_id == mapped.c.source_id, title.c.key == mapped.c.title_key))
    latest = (
        select(mapped.c.source_id, mapped.c.title_key)
        .where(mapped.c.topic_id == wanted.id)
        .order_by(mapped.c.source_id.desc(), mapped.c.title_key.desc())
        .limit(TITLES)
    ).subquery()
    query = select(title.c.source_id, title.c.key, title.c.title, title.c.classification).select_from(
        joined.join(latest, and_(latest.c.source_id == title.c.source_id, latest.c.title_key == title.c.key))
    )
    query = query.where(mapped.c.topic_id == wanted.id, title.c.gone_at.is_(None))
    return [Title(*row) for row in connection.execute(query.order_by(title.c.source_id.desc(), title.c.key.desc()))]


def readers_of(connection: Connection, topic_id: int) -> list[Caring]:
    """Return the readers who care most about a topic; nobody for a sensitive one, of which nothing is inferred.

    A share that few loans stand behind counts less, as it does for the matcher.
    """
    most = (
        select(interest.c.person_id, interest.c.weight, interest.c.loans)
        .where(interest.c.topic_id == topic_id)
        .order_by(interest.c.weight.desc())
        .limit(LOOKED_AT)
    ).subquery()
    trusted = most.c.weight * most.c.loans / (most.c.loans + DOUBT)
    query = (
        select(most.c.person_id, person.c.name, most.c.weight, most.c.loans)
        .join_from(most, person, person.c.id == most.c.person_id)
        .where(person.c.merged_into.is_(None))
        .order_by(trusted.desc(), most.c.person_id)
        .limit(READERS)
    )
    return [Caring(*row) for row in connection.execute(query)]


def wishes(connection: Connection, topic_id: int) -> dict[str, int]:
    """Return how many readers declared each wish about a topic."""
    query = select(declared.c.wish, func.count()).where(declared.c.topic_id == topic_id).group_by(declared.c.wish)
    return {row[0]: row[1] for row in connection.execute(query)}


def search_titles(connection: Connection, words: str, most: int = 20) -> list[Title]:
    """Return titles that contain every word, the latest first."""
    title = ils.title.c
    tests = [func.lower(title.title).contains(word, autoescape=True) for word in words.lower().split()]
    if not tests:
        return []
    query = select(title.source_id, title.key, title.title, title.classification).where(title.gone_at.is_(None), *tests)
    return [Title(*row) for row in connection.execute(query.order_by(title.key.desc()).limit(most))]


def title(connection: Connection, source_id: int, key: int) -> Title | None:
    """Return one title that is there."""
    columns = (ils.title.c.source_id, ils.title.c.key, ils.title.c.title, ils.title.c.classification)
    query = select(*columns).where(ils.title.c.source_id == source_id, ils.title.c.key == key)
    row = connection.execute(query.where(ils.title.c.gone_at.is_(None))).first()
    return Title(*row) if row else None


@dataclass(frozen=True)
class Suited:
    """Whom a title suits, and how many copies can be taken home now."""

    free: int
    matches: tuple[Match, ...]


def suited(connection: Connection, one: Title, today: date, most: int = READERS) -> Suited:
    """Return whom a title suits."""
    state = read_state(connection)
    terms = Terms(today, state.half_life_days) if state else Terms(today)
    free = shelf.free_copies(connection, one.source_id, one.key)
    return Suited(free, tuple(readers_for_title(connection, one.source_id, one.key, terms, most)))
