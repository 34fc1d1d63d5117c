"""One question of five conditions: as a segment, or written by hand as one SQL statement; prints seconds and answer.

``--prepare`` works out the profiles of a synced CRM first.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select, text

from crm.database import ensure_current, open_engine, reading
from crm.facts import service as facts
from crm.interests import service as interests
from crm.patrons import service as patrons
from crm.schema.profiles import title_topic, topic
from crm.scope import Scope
from crm.segments import preview, service
from crm.settings import ProfileSettings

ROUNDS = 5
TODAY = date(2026, 11, 24)
DAYS = 200
BY_HAND = """
SELECT COUNT(*) FROM person_facts f JOIN person p ON p.id = f.person_id
WHERE p.merged_into IS NULL AND p.deceased_on IS NULL AND f.state NOT IN ('contact', 'gone')
AND f.stage <> 'never' AND p.gender = 'f' AND f.loans_ever >= 3
AND f.person_id IN (
    SELECT m.person_id FROM ils_loan l
    JOIN membership m ON m.source_id = l.source_id AND m.patron_key = l.patron_key
    JOIN title_topic t ON t.source_id = l.source_id AND t.title_key = l.title_key
    WHERE t.topic_id = :topic AND l.loaned_on BETWEEN :since AND :today GROUP BY m.person_id)
AND NOT EXISTS (SELECT 1 FROM tag WHERE tag.person_id = f.person_id AND tag.name = 'relawan')
"""


def commonest_topic(connection: Connection) -> tuple[int, str]:
    """Return the topic without others below it that most titles are about."""
    parents = select(topic.c.parent_id).where(topic.c.parent_id.is_not(None))
    query = (
        select(topic.c.id, topic.c.slug)
        .join(title_topic, title_topic.c.topic_id == topic.c.id)
        .where(topic.c.id.not_in(parents))
        .group_by(topic.c.id, topic.c.slug)
        .order_by(text("COUNT(*) DESC"), topic.c.id)
    )
    number, slug = connection.execute(query.limit(1)).one()
    return number, slug


def as_segment(connection: Connection, slug: str) -> int:
    """Ask by the rule, from reading it to the count, as the page does."""
    rule: dict[str, Any] = {
        "all": [
            {"fact": "stage", "is_not": ["never"]},
            {"fact": "gender", "is": ["f"]},
            {"fact": "loans", "at_least": 3},
            {"fact": "loans", "days": DAYS, "at_least": 1, "about": [slug]},
            {"fact": "tag", "has_not": ["relawan"]},
        ]
    }
    asked = service.ask(connection, rule, service.Day(TODAY, "Asia/Jakarta"))
    return preview.count(connection, asked.rule, asked.question)


def prepare(engine: Engine) -> None:
    """Work out the profiles of everybody."""
    ensure_current(engine)
    for refresh in (patrons.refresh, interests.refresh, facts.refresh):
        refresh(engine, ProfileSettings(), Scope(is_everything=True), TODAY, datetime(2026, 11, 24, 5))


def measured(ask: Callable[[], int]) -> dict[str, float]:
    """Return the median of some rounds after a first one that warms the cache, and the answer."""
    answer, seconds = ask(), []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = ask()
        seconds.append(time.perf_counter() - began)
    return {"seconds": statistics.median(seconds), "answer": answer}


def main() -> None:
    """Ask in the way that is wanted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--crm", required=True)
    parser.add_argument("--way", choices=["prepare", "segment", "hand"], required=True)
    given = parser.parse_args()
    engine = open_engine(given.crm)
    if given.way == "prepare":
        prepare(engine)
        return
    with reading(engine) as connection:
        number, slug = commonest_topic(connection)
        values = {"topic": number, "since": TODAY - timedelta(days=DAYS), "today": TODAY}
        ways: dict[str, Callable[[], int]] = {
            "segment": lambda: as_segment(connection, slug),
            "hand": lambda: int(connection.scalar(text(BY_HAND), values) or 0),
        }
        print(json.dumps(measured(ways[given.way])))


if __name__ == "__main__":
    main()
