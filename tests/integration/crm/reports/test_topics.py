"""The titles, loans and readers of every topic."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from crm.database import reading
from crm.reports import topics
from crm.reports.rules import TopicLoans
from crm.reports.topics import ALL, UNMAPPED, TopicCount
from crm.schema import ils, profiles
from tests.integration.crm.reports.rows import NOW, TODAY, loans, put, source


def library(engine: Engine) -> None:
    """Three titles: one with two topics, one with one, one with none."""
    source(engine)
    stamps = {"source_id": 1, "first_seen_at": NOW}
    put(engine, ils.title, [{"key": key, "title": f"Judul {key}", "gone_at": None, **stamps} for key in (1, 2, 3)])
    put(engine, ils.title, [{"key": 4, "title": "Hilang", "gone_at": NOW, **stamps}])
    names = {"kind": "topic", "is_shipped": True, "hidden_at": None}
    put(engine, profiles.topic, [
        {"id": 1, "slug": "cerita", "name_id": "Cerita", "name_en": "Stories", "is_sensitive": False, **names},
        {"id": 2, "slug": "sakit", "name_id": "Penyakit", "name_en": "Illness", "is_sensitive": True, **names},
    ])  # fmt: skip
    pairs = ((1, 1), (1, 2), (2, 1), (4, 1))
    put(engine, profiles.title_topic, [{"source_id": 1, "title_key": a, "topic_id": b} for a, b in pairs])
    put(engine, profiles.interest, [{"person_id": 7, "topic_id": 1, "weight": 1.0, "loans": 2, "last_on": TODAY}])


def test_topics_are_counted_with_their_windows(crm: Engine) -> None:
    library(crm)
    day = timedelta(days=1)
    loans(crm, [TODAY, TODAY - 90 * day], title_key=1)
    loans(crm, [TODAY - 91 * day, TODAY - 181 * day, TODAY - 182 * day, TODAY - 364 * day], first=10, title_key=2)
    loans(crm, [TODAY - 365 * day], first=20, title_key=2)
    loans(crm, [TODAY], first=30, title_key=3)
    loans(crm, [TODAY], first=40)  # of an item whose title nobody knows
    topics.refresh(crm, TODAY)
    with reading(crm) as connection:
        found = topics.kept(connection)
    assert found == {
        1: TopicCount(1, 2, 6, 2, 2, 1),
        2: TopicCount(2, 1, 2, 2, 0, 0),
        UNMAPPED: TopicCount(UNMAPPED, 1, 2, 2, 0, 0),
        ALL: TopicCount(ALL, 3, 8, 4, 2, 0),
    }


def test_sensitive_topics_never_rise(crm: Engine) -> None:
    library(crm)
    loans(crm, [TODAY] * 3, title_key=1)
    topics.refresh(crm, TODAY)
    with reading(crm) as connection:
        assert topics.loans_of_topics(connection) == ([TopicLoans(1, 3, 0)], TopicLoans(ALL, 3, 0))


def test_a_library_without_anything_has_no_loans(crm: Engine) -> None:
    with reading(crm) as connection:
        assert topics.loans_of_topics(connection) == ([], TopicLoans(ALL, 0, 0))
    topics.refresh(crm, TODAY)
    with reading(crm) as connection:
        assert topics.kept(connection) == {each: TopicCount(each) for each in (UNMAPPED, ALL)}
