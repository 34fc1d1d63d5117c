"""How much of the collection and of the loans has topics, and what is left over to be mapped by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from crm.interests.notation import notation_of
from crm.interests.rules import CLASS, folded
from crm.schema import ils
from crm.schema.profiles import interest, title_sensitive, title_topic, topic, topic_mapping

COMMONEST = 10


@dataclass(frozen=True)
class Coverage:
    """Numbers of titles and loans: all, those whose title has no topic at all, those with the bare division."""

    titles: int
    titles_unmapped: int
    titles_by_division: int
    loans: int
    loans_unmapped: int
    loans_by_division: int


@dataclass(frozen=True)
class Leftover:
    """A class or a subject that no topic takes: ``value`` is what a rule for it would say."""

    field: str
    value: str
    titles: int


def measured(connection: Connection) -> dict[str, int]:
    """Return the numbers of a Coverage, counted now."""
    titles = select(func.count()).select_from(ils.title).where(ils.title.c.gone_at.is_(None))
    loans = select(func.count()).select_from(ils.loan).where(ils.loan.c.gone_at.is_(None))
    by_title = (ils.title.c.source_id, ils.title.c.key)
    by_loan = (ils.loan.c.source_id, ils.loan.c.title_key)
    queries = (
        titles,
        titles.where(~_has_any(*by_title)),
        titles.where(_has_division(*by_title)),
        loans,
        loans.where(or_(ils.loan.c.title_key.is_(None), ~_has_any(*by_loan))),
        loans.where(_has_division(*by_loan)),
    )
    return asdict(Coverage(*(connection.scalar(query) or 0 for query in queries)))


def coverage(connection: Connection) -> Coverage | None:
    """Return the numbers as they were when all titles were last mapped, None before the first time."""
    found: dict[str, int] | None = connection.scalar(select(topic_mapping.c.coverage))
    return Coverage(**found) if found else None


def _of(table: Any, source_id: Any, key: Any) -> Select[Any]:
    return select(table.c.topic_id).where(table.c.source_id == source_id, table.c.title_key == key)


def _has_any(source_id: Any, key: Any) -> ColumnElement[bool]:
    return or_(_of(title_topic, source_id, key).exists(), _of(title_sensitive, source_id, key).exists())


def _has_division(source_id: Any, key: Any) -> ColumnElement[bool]:
    is_division = and_(topic.c.id == title_topic.c.topic_id, topic.c.kind == CLASS)
    return _of(title_topic, source_id, key).join(topic, is_division).exists()


def leftovers(connection: Connection, most: int = COMMONEST) -> list[Leftover]:
    """Return the commonest classes and subjects of titles without a topic of their own, the division not counted."""
    titles = ils.title
    by_title = (titles.c.source_id, titles.c.key)
    is_left = and_(titles.c.gone_at.is_(None), or_(~_has_any(*by_title), _has_division(*by_title)))
    counts: Counter[tuple[str, str]] = Counter()
    classes = select(titles.c.classification, titles.c.call_number, func.count()).where(is_left)
    for classification, call_number, count in connection.execute(
        classes.group_by(titles.c.classification, titles.c.call_number)
    ):
        digits = notation_of(classification, call_number).digits
        counts["class", digits[:3] or (classification or "").strip()] += count
    is_of_title = and_(ils.subject.c.source_id == titles.c.source_id, ils.subject.c.title_key == titles.c.key)
    terms = select(ils.subject.c.term, func.count()).join_from(titles, ils.subject, is_of_title).where(is_left)
    for term, count in connection.execute(terms.group_by(ils.subject.c.term)):
        counts["subject", folded(term or "")] += count
    named = [(place, count) for place, count in counts.items() if place[1]]
    named.sort(key=lambda each: (-each[1], each[0]))
    return [Leftover(*place, count) for place, count in named[:most]]


@dataclass(frozen=True)
class TopicCount:
    """A topic in use: how many titles it has, how many readers care for it, and its part in all their interests."""

    slug: str
    name_id: str
    name_en: str
    titles: int
    readers: int
    share: float

    def name(self, language: str) -> str:
        """Return how it is called in ``language``."""
        return self.name_id if language == "id" else self.name_en


def topic_counts(connection: Connection) -> list[TopicCount]:
    """Return the topics that titles have, those first for which readers care most; none of them is sensitive."""
    counts = select(title_topic.c.topic_id, func.count()).group_by(title_topic.c.topic_id)
    titles = {topic_id: count for topic_id, count in connection.execute(counts)}  # noqa: C416 - dict() asks it for keys
    sums = select(interest.c.topic_id, func.count(), func.sum(interest.c.weight)).group_by(interest.c.topic_id)
    readers = {topic_id: (count, weight) for topic_id, count, weight in connection.execute(sums)}
    whole = sum(weight for _, weight in readers.values()) or 1.0
    named = select(topic.c.id, topic.c.slug, topic.c.name_id, topic.c.name_en).where(topic.c.hidden_at.is_(None))
    found = []
    for topic_id, slug, name_id, name_en in connection.execute(named):
        if topic_id in titles:
            count, weight = readers.get(topic_id, (0, 0.0))
            found.append(TopicCount(slug, name_id, name_en, titles[topic_id], count, weight / whole))
    return sorted(found, key=lambda each: (-each.share, -each.titles, each.slug))
