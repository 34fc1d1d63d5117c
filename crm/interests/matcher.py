"""Brings titles and readers together: who would care for a title, which new arrivals suit a reader.

Only what is free on the shelf now is spoken of, to a few more readers than there are copies, and never a title that
the reader has had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, literal, or_, select, union_all

from crm.i18n import Message
from crm.interests import shelf
from crm.interests.decay import factor
from crm.interests.reasons import Liking, reason
from crm.interests.tastes import tastes
from crm.interests.weights import NEVER
from crm.schema import ils
from crm.schema.people import membership, person
from crm.schema.profiles import declared, interest_day, title_sensitive, title_topic, topic

DOUBT = 2  # a share that stands on this many loans counts half


@dataclass(frozen=True)
class Terms:
    """How matches are made on ``today``; ``readers_per_copy`` is how many may hear of one free copy."""

    today: date
    half_life_days: int = 180
    declared_weight: float = 0.5
    readers_per_copy: int = 5
    least_score: float = 0.05


@dataclass(frozen=True)
class Match:
    """A reader and a title that go together, and the topics for it, those that weigh most first."""

    person_id: int
    source_id: int
    title_key: int
    score: float
    likings: tuple[Liking, ...]

    def reason(self, language: str) -> Message:
        """Return in one sentence why, with the names of topics in ``language``."""
        return reason(self.likings, language)


def readers_for_title(
    connection: Connection, source_id: int, title_key: int, terms: Terms, most: int | None = None
) -> list[Match]:
    """Return the readers who would care for a title, best first; nobody while no copy is free.

    At most ``terms.readers_per_copy`` for every free copy, and ``most`` in all.
    """
    seats = shelf.free_copies(connection, source_id, title_key) * terms.readers_per_copy
    seats = seats if most is None else min(seats, most)
    about = _topics_of(source_id, title_key)
    topic_ids = list(connection.scalars(select(about.subquery().c.topic_id)))
    if not seats or not topic_ids:
        return []
    rated = _rated(terms, topic_ids).subquery("rated")
    score = func.sum(rated.c.score)
    query = (
        select(rated.c.person_id, score.label("score"))
        .join_from(rated, person, person.c.id == rated.c.person_id)
        .where(person.c.merged_into.is_(None), person.c.deceased_on.is_(None))
        .where(~_refuses(rated.c.person_id, topic_ids), ~_has_had(rated.c.person_id, source_id, title_key))
        .group_by(rated.c.person_id)
        .having(score >= terms.least_score)
        .order_by(score.desc(), rated.c.person_id)
        .limit(seats)
    )
    scores = {row.person_id: row.score for row in connection.execute(query)}
    likings = _likings(connection, terms, topic_ids, list(scores))
    return [
        Match(person_id, source_id, title_key, score, tuple(likings[person_id].values()))
        for person_id, score in scores.items()
    ]


def arrivals_for_reader(
    connection: Connection, person_id: int, since: datetime, terms: Terms, most: int = 10
) -> list[Match]:
    """Return the new titles that suit a reader and stand on the shelf now, best first.

    How many other readers hear of them is not asked here; what is sent out comes from ``alerts``.
    """
    new = shelf.arrivals(since).subquery("new")
    about = _all_topics().subquery("about")
    is_about = and_(about.c.source_id == new.c.source_id, about.c.title_key == new.c.key)
    rated = _rated(terms, person_ids=[person_id]).subquery("rated")
    pairs = (
        select(new.c.source_id, new.c.key, rated.c.topic_id, rated.c.score)
        .join_from(new, about, is_about)
        .join(rated, rated.c.topic_id == about.c.topic_id)
        .where(~_is_refused(person_id, new.c.source_id, new.c.key))
        .where(~_has_had(literal(person_id), new.c.source_id, new.c.key))
    )
    found: dict[tuple[int, int], dict[int, float]] = defaultdict(dict)
    for source_id, key, topic_id, score in connection.execute(pairs):
        found[source_id, key][topic_id] = score
    best = sorted(found.items(), key=lambda each: (-sum(each[1].values()), each[0]))[:most]
    topic_ids = sorted({topic_id for _, scores in best for topic_id in scores})
    likings = _likings(connection, terms, topic_ids, [person_id])[person_id]
    return [
        Match(person_id, *title, sum(scores.values()), tuple(likings[each] for each in likings if each in scores))
        for title, scores in best
        if sum(scores.values()) >= terms.least_score
    ]


def alerts(connection: Connection, since: datetime, terms: Terms) -> Iterator[Match]:
    """Yield, for every new title with a free copy, the readers to tell of it: never more than its copies bear."""
    titles = connection.execute(shelf.arrivals(since).order_by(ils.title.c.source_id, ils.title.c.key)).all()
    for source_id, key in titles:
        yield from readers_for_title(connection, source_id, key, terms)


def _all_topics() -> Any:
    return union_all(select(title_topic), select(title_sensitive))


def _topics_of(source_id: Any, title_key: Any) -> Any:
    return union_all(
        *(
            select(each.c.topic_id).where(each.c.source_id == source_id, each.c.title_key == title_key)
            for each in (title_topic, title_sensitive)
        )
    )


def _rated(terms: Terms, topic_ids: Any = None, person_ids: Any = None) -> Select[Any]:
    """Return (person_id, topic_id, score): a taste, less where few loans or only old ones stand behind it."""
    taste = tastes(terms.declared_weight, topic_ids, person_ids).subquery("taste")
    freshness = func.coalesce(interest_day.c.factor / factor(terms.today, terms.half_life_days), 0)
    trust = freshness * taste.c.loans / (taste.c.loans + DOUBT)
    score = case(
        (taste.c.is_declared == 1, terms.declared_weight + (taste.c.weight - terms.declared_weight) * trust),
        else_=taste.c.weight * trust,
    )
    return select(taste.c.person_id, taste.c.topic_id, score.label("score")).join_from(
        taste, interest_day, interest_day.c.day == taste.c.last_on, isouter=True
    )


def _refuses(person_id: Any, topic_ids: Sequence[int]) -> Any:
    is_one = and_(declared.c.topic_id.in_(topic_ids), declared.c.wish == NEVER)
    return select(declared.c.wish).where(declared.c.person_id == person_id, is_one).exists()


def _is_refused(person_id: int, source_id: Any, title_key: Any) -> Any:
    is_theirs = and_(declared.c.person_id == person_id, declared.c.wish == NEVER)
    tables = (title_topic, title_sensitive)
    return or_(
        *(
            select(declared.c.wish)
            .join_from(declared, each, each.c.topic_id == declared.c.topic_id)
            .where(is_theirs, each.c.source_id == source_id, each.c.title_key == title_key)
            .exists()
            for each in tables
        )
    )


def _has_had(person_id: Any, source_id: Any, title_key: Any) -> Any:
    loan = ils.loan.c
    is_theirs = and_(membership.c.source_id == loan.source_id, membership.c.patron_key == loan.patron_key)
    return (
        select(loan.key)
        .join_from(ils.loan, membership, is_theirs)
        .where(loan.source_id == source_id, loan.title_key == title_key, membership.c.person_id == person_id)
        .exists()
    )


def _likings(
    connection: Connection, terms: Terms, topic_ids: Sequence[int], person_ids: Sequence[int]
) -> dict[int, dict[int, Liking]]:  # fmt: skip
    """Return, by person and topic, what people care for among some topics, most first."""
    taste = tastes(terms.declared_weight, topic_ids, person_ids).subquery("taste")
    names = (topic.c.name_id, topic.c.name_en, topic.c.is_sensitive)
    query = select(taste, *names).join_from(taste, topic, topic.c.id == taste.c.topic_id)
    found: dict[int, dict[int, Liking]] = defaultdict(dict)
    for row in connection.execute(query.order_by(taste.c.weight.desc(), taste.c.topic_id)):
        liking = Liking(
            row.name_id, row.name_en, row.weight, row.loans, row.is_declared == 1, bool(row.is_sensitive)
        )  # fmt: skip
        found[row.person_id][row.topic_id] = liking
    return found
