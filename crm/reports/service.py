"""Keeps what the pages count."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, Engine, func, select

from crm.database import reading
from crm.reports import days, stages, topics, weeks
from crm.reports.suggestions import COUNTED
from crm.schema.profiles import topic_count
from crm.scope import Scope
from crm.segments import store
from crm.segments.compiler import people
from crm.segments.question import Question
from crm.segments.reading import read_rule
from crm.settings import ProfileSettings


def refresh(engine: Engine, profile: ProfileSettings, scope: Scope, today: date, now: datetime) -> int:  # noqa: ARG001 - all refreshes are called alike
    """Count weeks, stages, lists, segments and topics anew; return the rows written.

    It comes last: it counts what the others have worked out. Topics are counted with everything else only.
    """
    written = weeks.refresh(engine, profile.timezone, scope, today)
    written += stages.refresh(engine, scope, today)
    with reading(engine) as connection:
        question = _question(connection, today, profile.timezone)
        has_topics = connection.scalar(select(func.count()).select_from(topic_count))
    lists = {word: people(read_rule(each.rule), question) for word, each in COUNTED.items()}
    written += days.refresh(engine, today, lists)
    if scope.is_everything or not has_topics:
        written += topics.refresh(engine, today)
    return written


def _question(connection: Connection, today: date, zone: str) -> Question:
    return store.question(connection, [read_rule(each.rule) for each in COUNTED.values()], today, zone)
