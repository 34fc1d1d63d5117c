"""Pages of people, segments as they are listed, topics and whom a title suits, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update

from crm.database import reading, writing
from crm.patrons.search import keep_words
from crm.reports import days, interests, people, segments, stages
from crm.reports.days import People
from crm.reports.interests import Caring, Title
from crm.schema import ils, profiles
from crm.schema import people as tables
from crm.schema import segments as segment_tables
from crm.scope import Scope
from crm.segments import store
from tests.integration.crm.reports.rows import NOW, TODAY, contact, persons, put, source
from tests.statements import count_statements

EVERYBODY = select(tables.person.c.id)


def test_people_come_by_name_a_page_at_a_time(crm: Engine) -> None:
    persons(crm, ["active"] * 120)
    with writing(crm) as connection:
        for number, folded in ((120, "aa"), (3, "ab")):
            connection.execute(update(tables.person).where(tables.person.c.id == number).values(folded=folded))
        connection.execute(
            update(tables.person).where(tables.person.c.id > 3).where(tables.person.c.id < 120).values(folded="x")
        )
        connection.execute(update(tables.person).where(tables.person.c.id < 3).values(folded="zz"))
    with reading(crm) as connection:
        first = people.page(connection, EVERYBODY, 1)
        last = people.page(connection, EVERYBODY, 99)
    assert [line.person_id for line in first.lines[:3]] == [120, 3, 4]
    assert (len(first.lines), first.total, first.last) == (50, 120, 3)
    assert (last.number, [line.person_id for line in last.lines][-2:]) == (3, [1, 2])


def test_who_was_merged_away_is_on_no_list(crm: Engine) -> None:
    persons(crm, ["active", "active"])
    with writing(crm) as connection:
        connection.execute(update(tables.person).where(tables.person.c.id == 2).values(merged_into=1))
    with reading(crm) as connection:
        assert people.page(connection, EVERYBODY, 1).total == 1
        assert set(people.some(connection, [1, 2])) == {1}


def test_a_line_tells_the_number_the_stage_and_whether_somebody_can_be_written_to(crm: Engine) -> None:
    source(crm)
    persons(crm, ["lapsing"])
    put(crm, tables.membership, [{"source_id": 1, "patron_key": "B7", "person_id": 1, "how": "new", "since_at": NOW}])
    contact(crm, 1)
    stages.refresh(crm, Scope(is_everything=True), TODAY)
    with reading(crm) as connection:
        line = people.some(connection, [1])[1]
    assert (line.key, line.stage, line.is_reachable, line.is_agreed) == ("B7", "lapsing", True, False)


def test_people_are_found_by_the_beginnings_of_words(crm: Engine) -> None:
    persons(crm, ["active", "active"])
    with writing(crm) as connection:
        keep_words(connection, {1: "siti aminah b001 0812", 2: "siti rabu"})
    with reading(crm) as connection:
        assert [line.person_id for line in people.search(connection, "Siti AMI")] == [1]
        assert {line.person_id for line in people.search(connection, "sit")} == {1, 2}
        assert people.search(connection, "%") == []
        assert people.search(connection, "  ") == []


def segment(engine: Engine, number: int, **values: object) -> None:
    stamps = {"rule": {"all": []}, "is_shipped": False, "created_at": NOW, "changed_at": NOW, "archived_at": None}
    put(
        engine, segment_tables.segment, [{"id": number, "slug": f"s{number}", "name": f"S{number}", **stamps, **values}]
    )


def test_segments_are_listed_with_counts_and_who_came_and_went(crm: Engine) -> None:
    persons(crm, ["active", "active", "active"])
    contact(crm, 1)
    segment(crm, 1)
    segment(crm, 2)
    segment(crm, 3, archived_at=NOW)
    put(crm, segment_tables.member, [{"segment_id": 1, "person_id": each, "entered_at": NOW} for each in (1, 2)])
    old = NOW - timedelta(days=60)
    changes = [(1, "entered", NOW), (2, "entered", NOW), (3, "left", NOW), (3, "entered", old)]
    put(crm, segment_tables.change, [{"segment_id": 1, "person_id": a, "what": b, "at": c} for a, b, c in changes])
    stages.refresh(crm, Scope(is_everything=True), TODAY)
    days.refresh(crm, TODAY, {})
    with count_statements(crm) as statements, reading(crm) as connection:
        lines = segments.lines(connection, TODAY, datetime(2026, 10, 31, 17))
    assert [(line.segment.slug, line.people, line.entered, line.left) for line in lines] == [
        ("s1", People(2, 1, 0), 2, 1), ("s2", None, 0, 0),
    ]  # fmt: skip
    assert len(statements) <= 5


def test_a_segment_that_was_just_counted_has_its_numbers(crm: Engine) -> None:
    persons(crm, ["active"])
    segment(crm, 1)
    put(crm, segment_tables.member, [{"segment_id": 1, "person_id": 1, "entered_at": NOW}])
    stages.refresh(crm, Scope(is_everything=True), TODAY)
    with writing(crm) as connection:
        found = store.find(connection, "s1")
        assert found
        segments.keep_count(connection, found, TODAY)
        segments.keep_count(connection, found, TODAY)
    with reading(crm) as connection:
        assert days.counted_on(connection, TODAY) == {"segment:1": People(1, 0, 0)}


def test_a_new_segment_gets_a_short_name_of_its_own() -> None:
    assert segments.free_slug("Cerita Anak & Remaja!", set()) == "cerita-anak-remaja"
    assert segments.free_slug("Café", {"cafe", "cafe-2"}) == "cafe-3"
    assert segments.free_slug("日本", set()) == "segment"
    assert len(segments.free_slug("a" * 200, set())) <= 64


def topics(engine: Engine) -> None:
    names = {"kind": "topic", "is_shipped": True, "is_sensitive": False, "hidden_at": None}
    put(engine, profiles.topic, [
        {"id": 1, "slug": "masak", "name_id": "Memasak", "name_en": "Cooking", **names},
        {"id": 2, "slug": "sakit", "name_id": "Penyakit", "name_en": "Illness", **names, "is_sensitive": True},
        {"id": 3, "slug": "lama", "name_id": "Lama", "name_en": "Old", **names, "hidden_at": NOW},
    ])  # fmt: skip
    put(
        engine,
        profiles.topic_count,
        [{"topic_id": 1, "titles": 4, "loans": 9, "loans_recent": 3, "loans_before": 2, "readers": 2}],
    )
    put(engine, profiles.topic_rule, [{"topic_id": 1, "field": "class", "value": "641", "is_shipped": True}])


def test_topics_are_shown_with_what_was_counted(crm: Engine) -> None:
    topics(crm)
    with reading(crm) as connection:
        found = interests.overview(connection, "topic")
        assert [(each.slug, each.count.loans, each.is_hidden) for each in found.topics] == [
            ("masak", 9, False), ("lama", 0, True), ("sakit", 0, False),
        ]  # fmt: skip
        assert found.kinds == {"topic": 2}
        assert [each.slug for each in interests.names(connection)] == ["masak", "sakit"]
        assert interests.find(connection, "nothing") is None
        assert [(rule.field, rule.value) for rule in interests.rules_of(connection, 1)] == [("class", "641")]


def test_who_cares_most_has_loans_behind_it(crm: Engine) -> None:
    topics(crm)
    persons(crm, ["active"] * 3)
    rows = ((1, 1.0, 1), (2, 0.8, 20), (3, 0.1, 30))
    put(
        crm,
        profiles.interest,
        [{"person_id": a, "topic_id": 1, "weight": b, "loans": c, "last_on": TODAY} for a, b, c in rows],
    )
    with reading(crm) as connection:
        assert [each.person_id for each in interests.readers_of(connection, 1)] == [2, 1, 3]
        assert interests.readers_of(connection, 1)[0] == Caring(2, "Pembaca 2", 0.8, 20)


def test_titles_are_found_and_shown(crm: Engine) -> None:
    source(crm)
    topics(crm)
    stamps = {"source_id": 1, "first_seen_at": NOW}
    rows = ((1, "Masakan Sunda", None), (2, "100% Kue", None), (3, "Masakan lama", NOW))
    put(crm, ils.title, [{"key": a, "title": b, "gone_at": c, **stamps} for a, b, c in rows])
    put(crm, profiles.title_topic, [{"source_id": 1, "title_key": each, "topic_id": 1} for each in (1, 2, 3)])
    with reading(crm) as connection:
        topic = interests.find(connection, "masak")
        assert topic
        assert [each.key for each in interests.titles_of(connection, topic)] == [2, 1]
        assert interests.search_titles(connection, "SUNDA masak") == [Title(1, 1, "Masakan Sunda", None)]
        assert [each.key for each in interests.search_titles(connection, "0%")] == [2]
        assert interests.title(connection, 1, 3) is None
        suited = interests.suited(connection, Title(1, 1, None, None), TODAY)
    assert (suited.free, suited.matches) == (0, ())
