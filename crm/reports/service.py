"""Keeps what the pages count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from crm.database import reading
from crm.reports import days, stages, topics, weeks
from crm.reports.suggestions import AGREED, COUNTED
from crm.schema.profiles import topic_count
from crm.scope import Scope
from crm.segments import store
from crm.segments.compiler import people
from crm.segments.question import Question
from crm.segments.reading import read_rule
from crm.settings import ProfileSettings


def refresh(engine: Engine, profile: ProfileSettings, scope: Scope, today: date, now: datetime) -> int:  # noqa: ARG001 - all refreshes are called alike
    """Count weeks, stages, lists, segments and topics anew; return the rows written.

    It comes last: it counts what the others have worked out. Lists and topics, which take a look at everybody, are
    counted on the first refresh of a day and with everything else only.
    """
    written = weeks.refresh(engine, profile.timezone, scope, today)
    written += stages.refresh(engine, scope, today)
    with reading(engine) as connection:
        has_topics = connection.scalar(select(func.count()).select_from(topic_count))
        lists = _lists(connection, profile, scope, today)
    written += days.refresh(engine, today, lists)
    if scope.is_everything or not has_topics:
        written += topics.refresh(engine, today)
    return written


def _lists(connection: Connection, profile: ProfileSettings, scope: Scope, today: date) -> dict[str, Select[Any]]:
    """Return what has to be counted by its rule, and who agreed to be written to, which is cheap."""
    found: dict[str, Select[Any]] = {AGREED: stages.agreed_people()}
    if scope.is_everything or days.last_day(connection, today) != today:
        question = _question(connection, today, profile.timezone)
        found |= {word: people(read_rule(each.rule), question) for word, each in COUNTED.items()}
    return found


def _question(connection: Connection, today: date, zone: str) -> Question:
    return store.question(connection, [read_rule(each.rule) for each in COUNTED.values()], today, zone)
