"""Keeps the titles, loans and readers of every topic, and of what has no topic."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, FromClause, Select, case, delete, func, insert, literal, select

from crm.database import reading, writing
from crm.reports.rules import TopicLoans
from crm.schema import ils
from crm.schema.profiles import interest, title_topic, topic, topic_count

UNMAPPED, ALL = 0, -1  # stand in for a topic
QUARTER = timedelta(days=91)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class TopicCount:
    """What is counted of a topic; loans of 365 days, of the last 91, and of the 91 before."""

    topic_id: int
    titles: int = 0
    loans: int = 0
    loans_recent: int = 0
    loans_before: int = 0
    readers: int = 0


def refresh(engine: Engine, today: date) -> int:
    """Count all topics anew; return the rows written."""
    with reading(engine) as connection:
        rows = _counted(connection, today)
    with writing(engine) as connection:
        connection.execute(delete(topic_count))
        connection.execute(insert(topic_count), rows)
    return len(rows)


def kept(connection: Connection) -> dict[int, TopicCount]:
    """Return what was counted, by topic; UNMAPPED and ALL among them."""
    return {row.topic_id: TopicCount(*row) for row in connection.execute(select(topic_count))}


def loans_of_topics(connection: Connection) -> tuple[list[TopicLoans], TopicLoans]:
    """Return the loans of every topic that is shown, and of all titles together."""
    shown = select(topic.c.id).where(topic.c.kind == "topic", topic.c.hidden_at.is_(None))
    wanted = select(topic_count.c.topic_id, topic_count.c.loans_recent, topic_count.c.loans_before)
    rows = connection.execute(wanted.where(topic_count.c.topic_id.in_(shown.where(topic.c.is_sensitive.is_(False)))))
    everything = connection.execute(wanted.where(topic_count.c.topic_id == ALL)).first()
    return [TopicLoans(*row) for row in rows], TopicLoans(*everything) if everything else TopicLoans(ALL, 0, 0)


def _counted(connection: Connection, today: date) -> list[dict[str, Any]]:
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_FIELDS, 0))
    for statement in (_titles(), _all_titles(), _loans(today), _all_loans(today), _readers()):
        for row in connection.execute(statement).mappings():
            found[row["topic_id"]] |= {name: int(value or 0) for name, value in row.items() if name in _FIELDS}
    found[UNMAPPED] |= _unmapped(connection, today)
    return [{"topic_id": topic_id, **counts} for topic_id, counts in found.items()]


_FIELDS = ("titles", "loans", "loans_recent", "loans_before", "readers")


def _unmapped(connection: Connection, today: date) -> dict[str, int]:
    """Count the titles without any topic, and their loans: also of items whose title is not known."""
    title, loan, mapped = ils.title, ils.loan, _mapped()
    titles = select(func.count()).select_from(
        title.outerjoin(mapped, (mapped.c.source_id == title.c.source_id) & (mapped.c.title_key == title.c.key))
    )
    loans = select(*_windows(today)).select_from(
        loan.outerjoin(mapped, (mapped.c.source_id == loan.c.source_id) & (mapped.c.title_key == loan.c.title_key))
    )
    row = connection.execute(loans.where(*_counts(today), mapped.c.title_key.is_(None))).mappings().one()
    wanted = titles.where(title.c.gone_at.is_(None), mapped.c.title_key.is_(None))
    return {"titles": connection.scalar(wanted) or 0, **{name: int(row[name] or 0) for name in _FIELDS[1:4]}}


def _mapped() -> FromClause:
    return select(title_topic.c.source_id, title_topic.c.title_key).distinct().subquery()


def _titles() -> Select[Any]:
    title = ils.title
    joined = title_topic.join(
        title, (title.c.source_id == title_topic.c.source_id) & (title.c.key == title_topic.c.title_key)
    )
    counted = select(title_topic.c.topic_id, func.count().label("titles")).select_from(joined)
    return counted.where(title.c.gone_at.is_(None)).group_by(title_topic.c.topic_id)


def _all_titles() -> Select[Any]:
    what: list[Any] = [literal(ALL).label("topic_id"), func.count().label("titles")]
    return select(*what).where(ils.title.c.gone_at.is_(None))


def _windows(today: date) -> list[Any]:
    on = ils.loan.c.loaned_on
    middle, first = today - QUARTER, today - 2 * QUARTER
    recent = func.sum(case((on > middle, 1), else_=0)).label("loans_recent")
    before = func.sum(case(((on > first) & (on <= middle), 1), else_=0)).label("loans_before")
    return [func.count().label("loans"), recent, before]


def _counts(today: date) -> list[Any]:
    return [ils.loan.c.gone_at.is_(None), ils.loan.c.loaned_on > today - YEAR, ils.loan.c.loaned_on <= today]


def _loans(today: date) -> Select[Any]:
    loan = ils.loan
    joined = loan.join(
        title_topic, (title_topic.c.source_id == loan.c.source_id) & (title_topic.c.title_key == loan.c.title_key)
    )
    counted = select(title_topic.c.topic_id, *_windows(today)).select_from(joined)
    return counted.where(*_counts(today)).group_by(title_topic.c.topic_id)


def _all_loans(today: date) -> Select[Any]:
    return select(literal(ALL).label("topic_id"), *_windows(today)).where(*_counts(today))


def _readers() -> Select[Any]:
    return select(interest.c.topic_id, func.count().label("readers")).group_by(interest.c.topic_id)
